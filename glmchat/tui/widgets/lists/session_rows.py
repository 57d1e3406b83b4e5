"""Which line of the sessions pane shows what: day headings and sessions, read page by page as they come into view."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glmchat.history import SessionRow

PAGE = 100
# The newest sessions stand below headings of their day; older ones carry their date themselves, so that a list of
# any length needs only what is in view.
HEADED = 300
_KEPT_PAGES = 40


def day_name(moment: float, today: date) -> str:
    """A day as a heading: Today, Yesterday, a weekday of this week, else the date."""
    day = datetime.fromtimestamp(moment).date()
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    if day > today - timedelta(days=7):
        return day.strftime("%A")
    return day.isoformat()


class SessionRows:
    """The lines of the list; `head` sessions are known, the others come in pages.

    Private ones, of which no page knows, stand before all others.
    """

    def __init__(self) -> None:
        self.count = 0
        self.lines: list[str | int] = []  # a heading, or the index of a session of the head
        self._head: list[SessionRow] = []
        self._private = 0
        self._pages: OrderedDict[int, list[SessionRow]] = OrderedDict()

    def fill(self, head: Sequence[SessionRow], count: int, private: Sequence[SessionRow] = ()) -> None:
        """Know the first sessions anew, how many there are in all, and those of which nothing is written."""
        self._head = [*private, *head[:HEADED]]
        self._private = len(private)
        self.count = max(count + self._private, len(self._head))
        self._pages.clear()
        self.lines = []
        today = datetime.now().date()
        heading = ""
        for index, session in enumerate(self._head):
            if index < self._private:
                name = "Incognito"
            else:
                name = "Pinned" if session.pinned else day_name(session.updated, today)
            if name != heading:
                self.lines.append(name)
                heading = name
            self.lines.append(index)

    @property
    def height(self) -> int:
        """Lines in all."""
        return len(self.lines) + self.count - len(self._head)

    def index_at(self, line: int) -> int | None:
        """The session on a line, None for a heading and beyond the end."""
        if 0 <= line < len(self.lines):
            entry = self.lines[line]
            return entry if isinstance(entry, int) else None
        index = line - len(self.lines) + len(self._head)
        return index if len(self._head) <= index < self.count else None

    def heading_at(self, line: int) -> str | None:
        """The heading on a line."""
        entry = self.lines[line] if 0 <= line < len(self.lines) else None
        return entry if isinstance(entry, str) else None

    def line_of(self, index: int) -> int:
        """The line of a session."""
        if index >= len(self._head):
            return len(self.lines) + index - len(self._head)
        return self.lines.index(index)

    def session(self, index: int) -> SessionRow | None:
        """A session, None while its page is not read."""
        if index < len(self._head):
            return self._head[index]
        number, place = divmod(index - self._private, PAGE)
        page = self._pages.get(number)
        return page[place] if page is not None and place < len(page) else None

    def date_at(self, index: int) -> str:
        """The date that an older session carries: the first of its day, as far as is known."""
        session, before = self.session(index), self.session(index - 1)
        if index < len(self._head) or session is None:
            return ""
        day = datetime.fromtimestamp(session.updated).date()
        same = before is not None and datetime.fromtimestamp(before.updated).date() == day
        return "" if same else day.isoformat()

    def find(self, id: int) -> int | None:
        """The index of a session among those that are known."""
        for index, session in enumerate(self._head):
            if session.id == id:
                return index
        for number, page in self._pages.items():
            for place, session in enumerate(page):
                if session.id == id:
                    return self._private + number * PAGE + place
        return None

    def missing(self, first: int, last: int) -> list[int]:
        """The pages that the lines `first` to `last` need and that are not read, by number."""
        indexes = {index for line in range(first, last + 1) if (index := self.index_at(line)) is not None}
        wanted = {(index - self._private) // PAGE for index in indexes if index >= len(self._head)}
        return sorted(wanted - self._pages.keys())

    def put_page(self, number: int, sessions: Sequence[SessionRow]) -> None:
        """Take a page in; the page that was used least lately goes."""
        self._pages[number] = list(sessions)
        self._pages.move_to_end(number)
        while len(self._pages) > _KEPT_PAGES:
            self._pages.popitem(last=False)
