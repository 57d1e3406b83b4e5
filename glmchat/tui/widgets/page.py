"""A page of Markdown to read: help, the request."""

from __future__ import annotations

from glmchat.tui.theming.palette import RAISED
from glmchat.tui.widgets.text_view import SingleTextView


class Page(SingleTextView):
    """A text that is read from its top, on the ground of a dialog."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(looks=RAISED, id=id)

    def show_text(self, text: str, *, text_id: int = 1, growing: bool = False) -> None:
        """Show another text."""
        super().show_text(text, text_id=text_id, growing=growing)
        self.jump_to(text_id)
