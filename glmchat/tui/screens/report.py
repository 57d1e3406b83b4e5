"""A page over the chat: a text to read that may still grow, and something to copy from it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from glmchat.tui.platform.bindings import either_case
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.widgets.page import Page
from glmchat.tui.widgets.text_view import CodeCopyRequested


class ReportScreen(Dialog[None]):
    """Shows Markdown; C copies `copied`, where there is something to copy."""

    DEFAULT_CSS = """
    ReportScreen > #box { width: 100; height: 92%; }
    ReportScreen Page { height: 1fr; background: $surface; }
    """
    KEYS = "C copies it, arrows scroll, Esc closes."
    BINDINGS: ClassVar[list[BindingType]] = [
        *either_case(
            Binding("c,y", "copy", "Copy", show=False, priority=True),
            Binding("q", "close", "Close", show=False),
        )
    ]

    def __init__(self, title: str, text: str, copied: str = "", language: str = "") -> None:
        super().__init__(title)
        self._text = text
        self._copied = copied
        self._language = language
        self.view = Page()

    def compose(self) -> ComposeResult:
        """The page."""
        yield self.box(self.view)

    def on_mount(self) -> None:
        """Show it from the top."""
        self.view.show_text(self._text)
        self.view.focus()

    def show_text(self, text: str) -> None:
        """Show another text, or the same one grown."""
        self._text = text
        if self.is_mounted:
            self.view.show_text(text)

    def action_copy(self) -> None:
        """Ask for it to be copied."""
        self.post_message(CodeCopyRequested(self._copied or self._text, self._language))
