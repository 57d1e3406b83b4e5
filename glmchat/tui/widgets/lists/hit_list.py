"""What a search found, two lines each: where it stands, and the words around it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from rich.cells import cell_len
from textual.message import Message as Event

from glmchat.history.records import Hit
from glmchat.support.text import safe_line
from glmchat.tui.presenting.words import SPEAKERS
from glmchat.tui.widgets.bars.line import shortened
from glmchat.tui.widgets.lists.row_list import Piece, RowList

_INDENT = "    "


def when(moment: float) -> str:
    """A moment in few cells: the time today, else the date."""
    then = datetime.fromtimestamp(moment)
    return then.strftime("%H:%M") if then.date() == datetime.now().date() else then.date().isoformat()


def marked(hit: Hit, width: int) -> list[Piece]:
    """The snippet with what was found marked; its beginning goes where that would not fit otherwise."""
    pieces: list[Piece] = []
    at = 0
    for start, end in hit.highlights:
        pieces.append((safe_line(hit.snippet[at:start]), ""))
        pieces.append((safe_line(hit.snippet[start:end]), "match"))
        at = end
    pieces.append((safe_line(hit.snippet[at:]), ""))
    before = pieces[0][0]
    if len(pieces) > 1 and cell_len(before) + cell_len(pieces[1][0]) > width:
        while before and cell_len(before) > width // 3:
            before = before[1:]
        pieces[0] = ("…" + before, "")
    return pieces


class HitList(RowList):
    """The hits, and a wish for more where the last of them comes into view."""

    ROW_HEIGHT: ClassVar[int] = 2

    class MoreNeeded(Event):
        """The end of what is known came into view."""

    def __init__(self, empty: str) -> None:
        super().__init__(empty)
        self.hits: list[Hit] = []

    @property
    def hit(self) -> Hit | None:
        """The hit under the cursor."""
        return self.hits[self.cursor] if self.hits else None

    def put(self, hits: list[Hit]) -> None:
        """Show other hits."""
        self.hits = hits
        self.put_count(len(hits))

    def add(self, hits: list[Hit]) -> None:
        """Show more at the end."""
        self.hits += hits
        self.grow(len(self.hits))

    def came_into_view(self, first: int, last: int) -> None:
        """Ask for more near the end."""
        if last >= self.count - 3:
            self.post_message(self.MoreNeeded())

    def draw(self, index: int, line: int, width: int) -> Iterable[Piece]:
        """Title, speaker and date; then the words, which for a title are marked in itself."""
        hit = self.hits[index]
        if line:
            yield _INDENT, ""
            if hit.field != "title":
                yield from marked(hit, max(10, width - len(_INDENT)))
            return
        speaker = "Title" if hit.role is None else SPEAKERS[hit.role]
        if hit.field == "reasoning":
            speaker = "Thought"
        tail = f"{speaker}  {when(hit.created)}"
        room = max(8, width - cell_len(tail) - 4)
        title = [(shortened(safe_line(hit.title) or "Untitled", room), "name")]
        if hit.field == "title" and cell_len(safe_line(hit.snippet)) <= room:
            title = [(text, style or "name") for text, style in marked(hit, room)]
        yield "▸ " if index == self.cursor else "  ", "here"
        yield from title
        yield " " * max(2, width - 2 - sum(cell_len(text) for text, _ in title) - cell_len(tail)), ""
        yield tail, "quiet"
