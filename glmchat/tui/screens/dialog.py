"""What all dialogs have in common: a box over the chat, a title, Esc to close."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from glmchat.support.text import safe_line
from glmchat.tui.widgets.bars.notice import Notice
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
    Dialog Input, Dialog TextArea { border: none; background: $panel; padding: 0 1; }
    Dialog Input:focus, Dialog TextArea:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False),
        Binding("ctrl+c,ctrl+q", "close", "Close", show=False, priority=True),
    ]
    KEYS = "Esc closes."

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = safe_line(title)
        self.notice = Notice()

    def on_mount(self) -> None:
        """Have a place for what is told while the dialog is open."""
        self.mount(self.notice)

    def box(self, *children: Widget) -> Vertical:
        """The box with its title, what is in it, and a line about its keys."""
        return Vertical(Line(self._title, id="title"), *children, Line(self.KEYS, id="keys"), id="box")

    def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """A click beside the box closes it."""
        if event.widget is self:
            self.action_close()
