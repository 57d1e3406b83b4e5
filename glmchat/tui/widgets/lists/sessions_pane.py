"""The pane of sessions: a list drawn by lines that reads only what is in view, and filters while one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from glmchat.markdown.spans import Span
from glmchat.markdown.wrap import Wrapper
from glmchat.support.text import safe_line
from glmchat.support.times import age
from glmchat.tui.widgets.bars.line import shortened
from glmchat.tui.widgets.lists import filter_line
from glmchat.tui.widgets.lists.session_rows import SessionRows

if TYPE_CHECKING:
    from glmchat.history import SessionRow

_EMPTY = "No sessions yet."
_NO_MATCH = "No session matches."
_RUNNING, _UNREAD, _FORKED = "●", "•", "↳ "
# What tags leave to a title, and the fewest cells in which a tag says something.
_TITLE_CELLS, _SHORTEST_TAG = 12, 4
_MINUTE_S = 60.0


class SessionsPane(ScrollView):
    """Shows sessions, announces which one is chosen; `PagesNeeded` asks for what it does not know."""

    DEFAULT_CSS = """
    SessionsPane { width: 28; height: 1fr; background: $surface; color: $foreground; padding: 0 0 0 1;
                   scrollbar-size-vertical: 1; }
    SessionsPane > .sessions--heading { color: $text-muted; text-style: none; }
    SessionsPane > .sessions--current { text-style: bold; color: $text-accent; }
    SessionsPane > .sessions--cursor { background: $panel; }
    SessionsPane > .sessions--mark { color: $text-accent; }
    SessionsPane > .sessions--filter { background: $panel; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "sessions--heading", "sessions--current", "sessions--cursor", "sessions--mark", "sessions--filter",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "move(-20)", "Page up", show=False),
        Binding("pagedown", "move(20)", "Page down", show=False),
        Binding("home", "move(-100000000)", "First", show=False),
        Binding("end", "move(100000000)", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
        Binding("delete", "ask('delete')", "Delete", show=False),
        Binding("ctrl+e", "ask('rename')", "Rename", show=False),
        Binding("ctrl+k", "ask('pin')", "Pin", show=False),
        Binding("escape", "leave", "Back", show=False),
    ]
    can_focus = True
    ALLOW_SELECT = False
    TAKES_TEXT = True

    class Chosen(Message):
        """A session is to be opened."""

        def __init__(self, id: int) -> None:
            super().__init__()
            self.id = id

    class Asked(Message):
        """Something is to be done with a session: delete, rename or pin."""

        def __init__(self, id: int, what: str) -> None:
            super().__init__()
            self.id = id
            self.what = what

    class Filtered(Message):
        """The list is wanted for another filter, or anew: `HEADED` sessions and their count."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class PagesNeeded(Message):
        """Pages came into view that are not known; each has `PAGE` sessions."""

        def __init__(self, query: str, pages: list[int]) -> None:
            super().__init__()
            self.query = query
            self.pages = pages

    class Left(Message):
        """The person is done here."""

    def __init__(self) -> None:
        super().__init__(id="sessions")
        self.rows = SessionRows()
        self.query_text = ""
        self._cursor = 0
        self._current: int | None = None
        self._writing: set[int] = set()
        self._problem = ""
        self._nothing = ""  # said where there is none: nothing before the list was read
        self._asked: set[int] = set()

    def on_mount(self) -> None:
        """Let what is said of the time stay true."""
        self.set_interval(_MINUTE_S, self.refresh)

    # -- what it shows

    def fill(self, head: Sequence[SessionRow], count: int, private: Sequence[SessionRow] = ()) -> None:
        """Show other sessions; the cursor stays on its session where that is still there."""
        under = self.rows.session(self._cursor)
        self.rows.fill(head, count, private)
        self._asked.clear()
        self._problem, self._nothing = "", _EMPTY
        found = self.rows.find(under.id) if under is not None else None
        self._cursor = found if found is not None else min(self._cursor, max(0, self.rows.count - 1))
        self._resize()

    def put_page(self, query: str, number: int, sessions: Sequence[SessionRow]) -> None:
        """Take in a page that was asked for; one for an earlier filter is of no use any more."""
        if query == self.query_text:
            self._asked.discard(number)
            self.rows.put_page(number, sessions)
            self.refresh()

    def refuse(self, sentence: str) -> None:
        """The filter cannot be understood: say why, in the place of the list."""
        self.rows.fill([], 0)
        self._problem = sentence
        self._resize()

    def set_running(self, ids: set[int]) -> None:
        """Mark the sessions in which a reply is being written by this process."""
        if ids != self._writing:
            self._writing = ids
            self.refresh()

    def mark(self, id: int) -> None:
        """Mark the session that is open."""
        if id != self._current:
            self._current = id
            self.refresh()

    def _resize(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, self.rows.height + 1)
        self.refresh()

    @property
    def shown(self) -> list[str]:
        """The text of the lines in view."""
        return [self.render_line(y).text.rstrip() for y in range(self.size.height)]

    def render_line(self, y: int) -> Strip:
        """One line: the filter at the top, then headings and sessions."""
        width = self.scrollable_content_region.width
        if y == 0:
            return self._filter_line(width)
        line = y - 1 + self.scroll_offset.y
        heading = self.rows.heading_at(line)
        if heading is not None:
            style = self.get_component_rich_style("sessions--heading")
            return Strip([Segment(heading.ljust(width), style)], width)
        index = self.rows.index_at(line)
        if index is None:
            text = self._empty_line(line, width) if self.rows.count == 0 else ""
            style = self.get_component_rich_style("sessions--heading")
            return Strip([Segment(set_cell_size(text, width), style)], width)
        return self._session_line(index, width)

    def _filter_line(self, width: int) -> Strip:
        if not self.query_text and not self.has_focus:
            text = "Sessions"
            return Strip(
                [
                    Segment(
                        text.ljust(width),
                        self.rich_style + self.get_component_rich_style("sessions--heading"),
                    )
                ]
            )
        style = self.get_component_rich_style("sessions--filter")
        return Strip([Segment(filter_line.drawn(self.query_text, width), style)], width)

    def _empty_line(self, line: int, width: int) -> str:
        said = self._problem or (_NO_MATCH if self.query_text else self._nothing)
        wrapper = Wrapper(max(1, width))
        wrapper.feed([Span(safe_line(said), "")])
        rows = [*wrapper.lines, *wrapper.rest()]
        return "".join(span.text for span in rows[line]) if line < len(rows) else ""

    def _session_line(self, index: int, width: int) -> Strip:
        session = self.rows.session(index)
        style = self.rich_style
        if session is None:
            return Strip([Segment(" " * width, style)], width)
        if index == self._cursor and self.has_focus:
            style += self.get_component_rich_style("sessions--cursor")
        current = session.id == self._current
        name_style = (
            style + self.get_component_rich_style("sessions--current", partial=True) if current else style
        )
        sign = ("▸ " if current else "  ") + (_FORKED if session.forked else "")
        mark = self._mark(session)
        when = f" {self.rows.date_at(index) or age(session.updated)}"
        title = safe_line(session.title) or "Untitled"
        room = max(0, width - cell_len(sign) - cell_len(mark) - cell_len(when))
        tags = self._tags(session, room - min(cell_len(title), _TITLE_CELLS))
        title = shortened(title, room - cell_len(tags))
        gap = " " * max(0, room - cell_len(title) - cell_len(tags))
        quiet, lit = (
            style + self.get_component_rich_style(f"sessions--{each}", partial=True)
            for each in ("heading", "mark")
        )
        parts = ((sign + title, name_style), (gap, style), (tags, quiet), (mark, lit), (when, quiet))
        return Strip([Segment(text, each) for text, each in parts if text], width).crop(0, width)

    def _mark(self, session: SessionRow) -> str:
        """The sign of a session in which a reply is being written, or has ended that nobody saw."""
        if session.running or session.id in self._writing:
            return f" {_RUNNING}"
        return f" {_UNREAD}" if session.unread else ""

    def _tags(self, session: SessionRow, room: int) -> str:
        """As many of a session's tags as there is room for: whole ones, the first if need be shortened."""
        tags = [f"#{safe_line(tag)}" for tag in session.tags]
        while len(tags) > 1 and cell_len(" ".join(tags)) + 1 > room:
            tags.pop()
        text = shortened(" ".join(tags), room - 1) if room > _SHORTEST_TAG else ""
        return f" {text}" if text else ""

    # -- what is read

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Ask for the pages that came into view."""
        super().watch_scroll_y(old, new)
        self._ask_for_pages()
        self.refresh()

    def on_resize(self) -> None:
        """Fit the lines to the new width."""
        self._resize()
        self._ask_for_pages()

    def _ask_for_pages(self) -> None:
        first = self.scroll_offset.y
        wanted = [
            page for page in self.rows.missing(first, first + self.size.height) if page not in self._asked
        ]
        if wanted:
            self._asked.update(wanted)
            self.post_message(self.PagesNeeded(self.query_text, wanted))

    # -- what is done

    def action_move(self, by: int) -> None:
        """Move the cursor by so many sessions."""
        self._cursor = max(0, min(self.rows.count - 1, self._cursor + by))
        line = self.rows.line_of(self._cursor) if self.rows.count else 0
        if self._cursor == 0:
            line = 0
        self.scroll_to_region(Region(0, line, 1, 2), animate=False, force=True)
        self._ask_for_pages()
        self.refresh()

    def action_choose(self) -> None:
        """Open the session under the cursor."""
        if (session := self.rows.session(self._cursor)) is not None:
            self.post_message(self.Chosen(session.id))

    def action_ask(self, what: str) -> None:
        """Do something with the session under the cursor."""
        if (session := self.rows.session(self._cursor)) is not None:
            self.post_message(self.Asked(session.id, what))

    def action_leave(self) -> None:
        """Drop the filter; without one, go back to the prompt."""
        if self.query_text:
            self._filter("")
        else:
            self.post_message(self.Left())

    def _filter(self, text: str) -> None:
        self.query_text = text
        self._cursor = 0
        self.scroll_to(y=0, animate=False, force=True)
        self.post_message(self.Filtered(text))
        self.refresh()

    async def on_key(self, event: events.Key) -> None:
        """Filter by what is typed."""
        text = filter_line.typed_on(self.query_text, event)
        if text is None or (not self.query_text and (text.isspace() or event.key == "backspace")):
            return
        event.stop()
        event.prevent_default()
        self._filter(text)

    def on_paste(self, event: events.Paste) -> None:
        """Filter by what is pasted."""
        event.stop()
        self._filter(filter_line.pasted_on(self.query_text, event))

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Show no cursor."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Open the session that was clicked; a click on a filter that is there goes on with it."""
        event.stop()
        y = event.get_content_offset_capture(self).y
        if y == 0 and self.query_text:
            self.focus()
        index = self.rows.index_at(y - 1 + self.scroll_offset.y) if y > 0 else None
        if index is not None:
            self._cursor = index
            self.refresh()
            self.action_choose()
