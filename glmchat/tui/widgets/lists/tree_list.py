"""The tree of a conversation, a message a line."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message as Event

from glmchat.core.conversation import Conversation, Message, Role, State
from glmchat.markdown.document import Document
from glmchat.markdown.spans import Span
from glmchat.support.text import safe_line
from glmchat.tui.presenting.graph import GraphRow, graph, strokes
from glmchat.tui.presenting.words import ENDINGS, SHORT_SPEAKERS
from glmchat.tui.widgets.bars.line import shortened
from glmchat.tui.widgets.lists.row_list import Piece, RowList

_STATES = {State.STREAMING: "writing", State.COMPLETE: "", **ENDINGS}
_NAME_CELLS = 14
_GAP = Span(" ")


@lru_cache(maxsize=512)
def as_read(text: str) -> str:
    """The words of a text on one line, without the marks of Markdown."""
    document = Document(len(text) + 1)
    document.feed(text)
    document.finish()
    words = (span.text if span.source >= 0 else " " for line in document.lines() for span in (*line, _GAP))
    return " ".join(safe_line("".join(words)).split()) or safe_line(text)


def first_words(message: Message) -> str:
    """What a message says, or does, on one line."""
    text = message.content.lstrip()[:400] or (message.refusal or "")
    if text:
        return as_read(text)
    if message.tool_calls:
        return safe_line("calls " + ", ".join(call.name for call in message.tool_calls))
    return safe_line(f"thought: {message.reasoning.lstrip()[:400]}") if message.reasoning else ""


class TreeList(RowList):
    """All branches of a conversation; the texts come as they are looked at."""

    CLICK_CHOOSES = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "version(-1)", "Version before", show=False),
        Binding("right", "version(1)", "Version after", show=False),
    ]

    class TextsNeeded(Event):
        """Messages came into view whose texts are on disk."""

        def __init__(self, ids: list[int]) -> None:
            super().__init__()
            self.ids = ids

    def __init__(self, conversation: Conversation) -> None:
        super().__init__("Nothing was said yet.")
        self.conversation = conversation
        self._rows: list[GraphRow] = []
        self.places: dict[int, int] = {}
        self._read: set[int] = set()
        self._asked: set[int] = set()

    @property
    def id_at_cursor(self) -> int | None:
        """The message under the cursor."""
        return self._rows[self.cursor].id if self._rows else None

    def renew(self, at: int | None = None) -> None:
        """Draw the tree as it is now, with the cursor on a message; it stays where it was when None."""
        here = self.id_at_cursor if at is None else at
        self._rows = graph(self.conversation)
        self.places = {row.id: place for place, row in enumerate(self._rows)}
        self._read = {node.id for node in self.conversation.path()}
        cursor = self.cursor if here is None else self.places.get(here, self.cursor)
        self.put_count(len(self._rows), cursor)

    def came_into_view(self, first: int, last: int) -> None:
        """Ask for the texts that are not here, each once."""
        ids = [row.id for row in self._rows[first : last + 1]]
        missing = [id for id in ids if id not in self.conversation.loaded and id not in self._asked]
        if missing:
            self._asked.update(missing)
            self.post_message(self.TextsNeeded(missing))

    def action_version(self, step: int) -> None:
        """Go to another version of the message under the cursor."""
        if (id := self.id_at_cursor) is not None:
            versions = self.conversation.siblings(id)
            place = versions.index(id) + step
            if 0 <= place < len(versions):
                self.action_move(self.places[versions[place]] - self.cursor)

    def draw(self, index: int, line: int, width: int) -> Iterable[Piece]:
        """Strokes, who speaks, which version, the first words, and how it stands."""
        row = self._rows[index]
        node = self.conversation.nodes.get(row.id)
        if node is None:
            return
        message = self.conversation.loaded.get(row.id)
        read = row.id in self._read
        left = strokes(row, index == 0, max(2, width // 8))
        yield left, "quiet"
        name = SHORT_SPEAKERS[node.role]
        if node.role is Role.ASSISTANT and message is not None and message.model:
            name = safe_line(message.model).rpartition("/")[2]
        name = shortened(name, _NAME_CELLS)
        mark = "● " if read else "○ "
        yield mark, "here" if read else ""
        yield name + " " * max(1, 9 - cell_len(name)), "name" if read else ""
        versions = self.conversation.siblings(row.id)
        version = f"{versions.index(row.id) + 1}/{len(versions)}  " if len(versions) > 1 else ""
        yield version, "quiet"
        tails = [_STATES[node.state], "thought given up" if message is not None and message.attempt else ""]
        tails.append("◂ you are here" if row.id == self.conversation.leaf_id else "")
        tail = "  ".join(each for each in tails if each)
        used = cell_len(left) + 2 + max(9, cell_len(name) + 1) + cell_len(version)
        room = max(0, width - used - (cell_len(tail) + 2 if tail else 0))
        words = shortened("…" if message is None else first_words(message), room)
        yield words + " " * (room - cell_len(words)), "" if read else "quiet"
        if tail:
            yield f"  {tail}", "mark" if node.state is not State.COMPLETE else "here"
