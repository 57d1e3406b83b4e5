"""A page of Markdown to read: help, the request."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from glmchat.core.conversation import Message, Node, Role
from glmchat.tui.widgets.transcript.keys import READING
from glmchat.tui.widgets.transcript.widget import Transcript


class Page(Transcript, inherit_bindings=False):
    """A transcript of one text with nothing around it, read from its top."""

    BINDINGS: ClassVar[list[BindingType]] = [*READING]

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.bare = True

    def show_text(self, text: str) -> None:
        """Show another text."""
        self.show([Node(1, None, Role.ASSISTANT, len(text))], {1: Message(1, None, Role.ASSISTANT, text)})
        self.jump_to(1)
