"""What dialogs have in common: a title, a body, a line for what is wrong, a line of keys."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from glmchat.text import safe_line

Result = TypeVar("Result")


class Dialog(ModalScreen[Result], Generic[Result]):
    """A dialog over the chat; Esc leaves it with None, Ctrl+S is the answer."""

    TITLE_TEXT = ""
    KEYS_TEXT = ""
    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 60%;
        & > #box {
            width: 76;
            max-width: 96%;
            height: auto;
            max-height: 92%;
            padding: 1 2;
            background: $surface;
        }
        OptionList, OptionList:focus { height: auto; border: none; background: $surface; padding: 0; }
        Input, Input:focus { border: none; height: 1; padding: 0 1; margin-top: 1; background: $panel; }
        #title { text-style: bold; margin-bottom: 1; height: auto; }
        #wrong { color: $text-error; height: auto; }
        #keys { color: $text-muted; height: auto; margin-top: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("ctrl+s", "accept", "Accept", show=False, priority=True),
    ]

    def body(self) -> list[Widget]:
        """The widgets between the title and the line of keys."""
        return []

    def compose(self) -> ComposeResult:
        """Set the parts under each other."""
        with Vertical(id="box"):
            yield Static(Text(self.TITLE_TEXT), id="title")
            yield from self.body()
            yield Static(id="wrong")
            yield Static(Text(self.KEYS_TEXT), id="keys")

    def complain(self, sentence: str) -> None:
        """Say what is wrong; "" takes it away."""
        self.query_one("#wrong", Static).update(Text(safe_line(sentence)))

    def action_leave(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def action_accept(self) -> None:
        """Close with the answer, in the dialogs that have one."""
