"""Ask for one line of text, such as a title."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input

from glmchat.support.text import safe_line
from glmchat.tui.screens.dialog import Dialog


class LineScreen(Dialog[str]):
    """One line to edit; gives it back."""

    KEYS = "Enter accepts, Esc cancels."

    def __init__(self, title: str, text: str = "", placeholder: str = "") -> None:
        super().__init__(title)
        self.input = Input(safe_line(text), placeholder=placeholder)

    def compose(self) -> ComposeResult:
        """The line."""
        yield self.box(self.input)

    def on_mount(self) -> None:
        """Write at once."""
        self.input.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the text back."""
        event.stop()
        self.dismiss(event.value)
