"""Finds words in the open conversation and goes from place to place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.text import safe
from glmchat.tui.widgets.find import FindBar, Match, matches

if TYPE_CHECKING:
    from glmchat.tui.desk import Desk


class Finder:
    """The find line while it is open."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.bar: FindBar | None = None
        self._found: list[Match] = []
        self._at = 0

    async def open(self, words: str) -> None:
        """Show the line, and find words at once where they are given."""
        chat = self.desk.chat
        if self.bar is None:
            self.bar = FindBar(words)
            await chat.middle.mount(self.bar, before=chat.prompt)
        elif words:
            self.bar.input.value = words
        self.bar.input.focus()
        session = self.desk.current
        await self.desk.workspace.need([node.id for node in session.conversation.path()])
        self.find(self.bar.input.value)

    def find(self, words: str) -> None:
        """Mark every place, and go to the last one, which is nearest to where one reads."""
        conversation = self.desk.current.conversation
        loaded = conversation.loaded
        texts = [
            (node.id, safe(loaded[node.id].content)) for node in conversation.path() if node.id in loaded
        ]
        self._found = matches(words, texts)
        self._at = len(self._found) - 1
        self._show()

    def step(self, step: int) -> None:
        """Go to another place."""
        if self._found:
            self._at = (self._at + step) % len(self._found)
            self._show()

    def _show(self) -> None:
        transcript = self.desk.chat.transcript
        places: dict[int, list[tuple[int, int]]] = {}
        for id, start, end in self._found:
            places.setdefault(id, []).append((start, end))
        current = self._found[self._at] if self._found else None
        transcript.highlight(places, current[:2] if current else None)
        if current is not None:
            transcript.jump_to(current[0], current[1])
        if self.bar is not None:
            self.bar.say(self._at + 1, len(self._found))

    async def close(self) -> None:
        """Put the line away; the view stays where it is."""
        if self.bar is not None:
            await self.bar.remove()
            self.bar = None
        self.desk.chat.transcript.highlight({})
        self.desk.chat.prompt.focus()
