"""Finds words in the open conversation and goes from place to place."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from glmchat.support.text import safe
from glmchat.tui.widgets.bars.find import FindBar, Match, matches

if TYPE_CHECKING:
    from glmchat.tui.port import Chat
    from glmchat.workspace import Workspace

# Messages read from disk at once: the screen has its turn in between.
_PORTION = 100


class Finder:
    """The find line while it is open, and the texts that it looks through."""

    def __init__(self, chat: Chat, workspace: Workspace) -> None:
        self.chat = chat
        self.workspace = workspace
        self.bar: FindBar | None = None
        self._texts: list[tuple[int, str]] = []
        self._wanted: str | None = None
        self._found: list[Match] = []
        self._places: dict[int, list[tuple[int, int]]] = {}
        self._at = 0

    async def open(self, words: str) -> None:
        """Show the line, and find words at once where they are given."""
        chat = self.chat
        if self.bar is None:
            self.bar = FindBar(words)
            await chat.middle.mount(self.bar, before=chat.prompt)
        elif words:
            self.bar.input.value = words
        self.bar.input.focus()
        self._texts = await self._read()
        if self.bar is not None:
            await self.find(self.bar.input.value)

    async def _read(self) -> list[tuple[int, str]]:
        """The texts of the branch that is read, as they are shown; those on disk are not kept in the conversation."""
        session = self.workspace.current
        archive, loaded = self.workspace.archive_of(session), session.conversation.loaded
        ids = [node.id for node in session.conversation.path()]
        texts: dict[int, str] = {}
        for start in range(0, len(ids), _PORTION):
            portion = ids[start : start + _PORTION]
            missing = [id for id in portion if id not in loaded]
            messages = [loaded[id] for id in portion if id in loaded]
            messages += await archive.messages(missing) if missing else []
            texts |= await asyncio.to_thread(lambda each: {m.id: safe(m.content) for m in each}, messages)
        return [(id, texts[id]) for id in ids if id in texts]

    async def find(self, words: str) -> None:
        """Mark every place, and go to the last one, which is nearest to where one reads.

        Words that change while a search is under way are looked for after it; of several only the last.
        """
        busy, self._wanted = self._wanted is not None, words
        if busy:
            return
        while (wanted := self._wanted) is not None:
            found, places = await asyncio.to_thread(_search, wanted, self._texts)
            if self._wanted == wanted:
                self._wanted = None
                self._found, self._places, self._at = found, places, len(found) - 1
                self._show()

    def step(self, step: int) -> None:
        """Go to another place."""
        if self._found:
            self._at = (self._at + step) % len(self._found)
            self._show()

    def _show(self) -> None:
        transcript = self.chat.transcript
        current = self._found[self._at] if self._found else None
        transcript.hits.put(self._places, current[:2] if current else None)
        if current is not None:
            transcript.jump_to(current[0], current[1])
        if self.bar is not None:
            self.bar.say(self._at + 1, len(self._found))

    async def close(self) -> None:
        """Put the line away; the view stays where it is."""
        if self.bar is not None:
            await self.bar.remove()
            self.bar = None
        self._texts, self._found, self._places, self._wanted = [], [], {}, None
        self.chat.transcript.hits.put({})
        self.chat.prompt.focus()


def _search(words: str, texts: list[tuple[int, str]]) -> tuple[list[Match], dict[int, list[tuple[int, int]]]]:
    """Every place where the words stand, in order and by message."""
    found = matches(words, texts)
    places: dict[int, list[tuple[int, int]]] = {}
    for id, start, end in found:
        places.setdefault(id, []).append((start, end))
    return found, places
