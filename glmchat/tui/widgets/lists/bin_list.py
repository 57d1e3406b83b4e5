"""Deleted sessions, a session a line, read page by page."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import ClassVar

from rich.cells import cell_len
from textual.message import Message as Event

from glmchat.history.records import BIN_DAYS, DAY_S, SessionRow
from glmchat.support.text import safe_line
from glmchat.tui.widgets.bars.line import shortened
from glmchat.tui.widgets.lists.hit_list import when
from glmchat.tui.widgets.lists.row_list import Piece, RowList

PAGE = 100


def left(deleted_at: float | None) -> str:
    """How long a session stays in the bin."""
    days = round(((deleted_at or 0.0) - time.time()) / DAY_S + BIN_DAYS)
    return "goes today" if days < 1 else "1 day left" if days == 1 else f"{days} days left"


class BinList(RowList):
    """What is in the bin; `PageNeeded` asks for what came into view."""

    CLICK_CHOOSES: ClassVar[bool] = False

    class PageNeeded(Event):
        """A page of `PAGE` sessions came into view that is not known."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self) -> None:
        super().__init__("The bin is empty.")
        self._pages: dict[int, list[SessionRow]] = {}
        self._asked: set[int] = set()

    @property
    def session(self) -> SessionRow | None:
        """The session under the cursor."""
        return self._at(self.cursor)

    def _at(self, index: int) -> SessionRow | None:
        page = self._pages.get(index // PAGE, [])
        return page[index % PAGE] if index % PAGE < len(page) else None

    def fill(self, count: int, first: list[SessionRow]) -> None:
        """Show so many sessions, of which the first page is known; the cursor stays."""
        self._pages, self._asked = {0: first}, {0}
        self.put_count(count, self.cursor)

    def put_page(self, number: int, page: list[SessionRow]) -> None:
        """Take in a page."""
        self._pages[number] = page
        self.refresh()

    def came_into_view(self, first: int, last: int) -> None:
        """Ask for the pages that are not known."""
        for number in range(first // PAGE, last // PAGE + 1):
            if number not in self._asked:
                self._asked.add(number)
                self.post_message(self.PageNeeded(number))

    def draw(self, index: int, line: int, width: int) -> Iterable[Piece]:
        """Title, number of messages, when it was deleted and how long it stays."""
        row = self._at(index)
        if row is None:
            return
        count = "1 message" if row.messages == 1 else f"{row.messages} messages"
        tail = f"{count}  deleted {when(row.deleted_at or 0.0)}  {left(row.deleted_at)}"
        title = shortened(safe_line(row.title) or "Untitled", max(8, width - cell_len(tail) - 4))
        yield "▸ " if index == self.cursor else "  ", "here"
        yield title, "name"
        yield " " * max(2, width - 2 - cell_len(title) - cell_len(tail)), ""
        yield tail, "quiet"
