"""What the dialogs that edit a value add to a dialog: a line for what is wrong, and Ctrl+S for the answer."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

from glmchat.support.text import safe_line
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.widgets.text_line import Line

T = TypeVar("T")


class ValueDialog(Dialog[T]):
    """Subclasses give the widgets of the body, and say what accepting means."""

    DEFAULT_CSS = """
    ValueDialog OptionList, ValueDialog OptionList:focus {
        height: auto; border: none; background: $surface; padding: 0;
    }
    ValueDialog Input, ValueDialog Input:focus { height: 1; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "accept", "Accept", show=False, priority=True)]

    def body(self) -> list[Widget]:
        """The widgets between the title and the line of keys."""
        return []

    def compose(self) -> ComposeResult:
        """Set the parts under each other."""
        yield self.box(*self.body(), Line(id="wrong"))

    def complain(self, sentence: str) -> None:
        """Say what is wrong; "" takes it away."""
        self.query_one("#wrong", Line).put(safe_line(sentence), error=True)

    def action_accept(self) -> None:
        """Close with the answer, in the dialogs that have one."""
