"""What all dialogs have in common: a box over the chat, a title, Esc to close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widget import Widget

from glmchat.support.text import safe_line
from glmchat.tui.widgets.bars.notice import Notice
from glmchat.tui.widgets.fitting_box import FittingBox
from glmchat.tui.widgets.text_line import Line

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A box over the chat; gives None where it is closed without an answer."""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; layers: base popup; }
    Dialog > #box {
        width: 84; max-width: 96%; height: auto; max-height: 92%; background: $surface;
        padding: $dialog-padding; border: $dialog-border $text-accent;
    }
    Dialog #title { text-style: bold; color: $text-accent; margin-bottom: 1; }
    Dialog #keys { color: $text-muted; margin-top: 1; }
    Dialog.-low > #box { padding: 0 1; max-height: 100%; }
    Dialog.-low #title { margin-bottom: 0; }
    Dialog.-low #keys { margin-top: 0; }
    Dialog Input, Dialog TextArea { border: none; background: $panel; padding: 0 1; }
    Dialog Input { height: 1; }
    Dialog Input:focus, Dialog TextArea:focus { border: none; }
    """
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-tall")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False),
        Binding("ctrl+c,ctrl+q", "close", "Close", show=False, priority=True),
    ]
    # What the last line says of the keys; with `KEYS_AT` what it says where a kind of widget has the keyboard.
    KEYS = "Esc closes."
    KEYS_AT: ClassVar[Mapping[type[Widget], str]] = {}

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = safe_line(title)
        self.notice = Notice()

    def on_mount(self) -> None:
        """Have a place for what is told while the dialog is open."""
        self.mount(self.notice)

    def box(self, *children: Widget) -> FittingBox:
        """The box with its title, what is in it, and a line about its keys."""
        keys = Line(self.KEYS, id="keys")
        return FittingBox(Line(self._title, id="title"), *children, keys, id="box")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say what keys do where the keyboard is now."""
        words = next((words for kind, words in self.KEYS_AT.items() if isinstance(event.widget, kind)), "")
        if words or self.KEYS_AT:
            self.query_one("#keys", Line).put(words or self.KEYS)

    def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """A click beside the box closes it."""
        if event.widget is self:
            self.action_close()
