"""A list to choose from, drawn by lines, filtered by what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from glmchat.support.text import safe_line
from glmchat.tui.widgets.bars.line import shortened
from glmchat.tui.widgets.lists import filter_line

V = TypeVar("V")
# So many rows are looked through faster than filtered: the line for that comes with the first letter.
FEW = 5


@dataclass(frozen=True, slots=True)
class Row(Generic[V]):
    """A choice: what it gives back, what is shown, a sentence about it, a word at the right end, its heading.

    By `name` it is found as well; empty where the value itself is one.
    """

    value: V
    title: str
    about: str = ""
    tail: str = ""
    group: str = ""
    name: str = ""


def rank(typed: str, row: Row[Any]) -> int | None:
    """How well a row matches what was typed, lower is better; None where it does not.

    Words may stand anywhere in title and sentence; letters of the title in their order match weakly.
    """
    if not typed:
        return 0
    title = row.title.casefold()
    typed = typed.casefold()
    if title.startswith(typed):
        return 0
    name = _name(row)
    if typed in title or typed in name:
        return 1
    words = typed.split()
    everything = f"{title} {name} {row.about} {row.group}".casefold()
    if all(word in everything for word in words):
        return 2
    letters = iter(title)
    return 3 if all(letter in letters for letter in typed.replace(" ", "")) else None


def _name(row: Row[Any]) -> str:
    """What a row is found by beside its title: its name, else its value where that is text."""
    texts = row.value if isinstance(row.value, tuple) else (row.value,)
    return (row.name or " ".join(each for each in texts if isinstance(each, str))).casefold()


def lines_of(rows: Sequence[Row[Any]]) -> list[str | int]:
    """The lines of a list: a heading where another group begins, and the rows by index."""
    lines: list[str | int] = []
    group = ""
    for index, row in enumerate(rows):
        if row.group != group:
            group = row.group
            lines += [group] if group else []
        lines.append(index)
    return lines


class Choices(ScrollView):
    """Rows below a line that shows what was typed; until something is, below the headings of their groups."""

    DEFAULT_CSS = """
    Choices { height: auto; max-height: 20; min-height: 1; background: $surface; scrollbar-size-vertical: 1; }
    Choices > .choices--filter { background: $panel; }
    Choices > .choices--cursor { background: $selected; }
    Choices > .choices--quiet { color: $text-muted; }
    Choices > .choices--heading { color: $text-accent; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "choices--filter", "choices--cursor", "choices--quiet", "choices--heading",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,ctrl+p", "move(-1)", "Up", show=False),
        Binding("down,ctrl+n", "move(1)", "Down", show=False),
        Binding("pageup", "move(-10)", "Page up", show=False),
        Binding("pagedown", "move(10)", "Page down", show=False),
        Binding("home", "move(-1000000)", "First", show=False),
        Binding("end", "move(1000000)", "Last", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]
    can_focus = True
    ALLOW_SELECT = False
    TAKES_TEXT = True

    class Chosen(Message):
        """A row was chosen, or with `typed` the text itself where no row matches."""

        def __init__(self, row: Row[Any] | None, typed: str) -> None:
            super().__init__()
            self.row = row
            self.typed = typed

    class Moved(Message):
        """The cursor is on another row, None where there is none."""

        def __init__(self, row: Row[Any] | None) -> None:
            super().__init__()
            self.row = row

    def __init__(self, rows: Sequence[Row[Any]], at: object = None, empty: str = "Nothing matches.") -> None:
        super().__init__()
        self._all = list(rows)
        self._empty = empty
        self.typed = ""
        self.found: list[Row[Any]] = list(rows)
        self._at = next((index for index, row in enumerate(self.found) if row.value == at), 0)
        self._lines = lines_of(self.found)

    def put(self, rows: Sequence[Row[Any]]) -> None:
        """Offer other rows; the cursor stays on its row, or near where that was."""
        here = self.row
        self._all = list(rows)
        self._filter(self.typed, here.value if here else None)

    @property
    def row(self) -> Row[Any] | None:
        """The row under the cursor."""
        return self.found[self._at] if self._at < len(self.found) else None

    def _filter(self, typed: str, keep: object = None) -> None:
        self.typed = typed
        ranked = [(place, row) for row in self._all if (place := rank(typed, row)) is not None]
        ranked.sort(key=lambda each: each[0])
        self.found = [row for _, row in ranked]
        near = max(0, min(self._at, len(self.found) - 1)) if keep is not None else 0
        self._at = next(
            (index for index, row in enumerate(self.found) if keep is not None and row.value == keep), near
        )
        self._resize()
        self.scroll_to(y=0, animate=False, force=True)
        self.post_message(self.Moved(self.row))

    def _resize(self) -> None:
        self._lines = list(range(len(self.found))) if self.typed else lines_of(self.found)
        self._fit()
        self.refresh(layout=True)

    def _fit(self) -> None:
        height = len(self._lines) + self._filter_height
        self.virtual_size = Size(self.scrollable_content_region.width, height)

    @property
    def _filter_height(self) -> int:
        """The lines that the filter takes."""
        return int(bool(self.typed) or len(self._all) > FEW)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line for the filter, and one for each row and heading, so that filtering moves nothing."""
        return len(lines_of(self._all)) + self._filter_height

    def on_mount(self) -> None:
        """Show the row that the cursor begins on."""
        self._resize()
        self.call_after_refresh(self._show_cursor)

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        self._fit()

    def _show_cursor(self) -> None:
        if self.found:
            line = self._lines.index(self._at)
            headed = int(line > 0 and isinstance(self._lines[line - 1], str))
            # The filter covers the line above what is to be seen.
            region = Region(0, line - headed, 1, 1 + headed + self._filter_height)
            self.scroll_to_region(region, animate=False, force=True)
        self.refresh()

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        if self.found:
            self._at = max(0, min(len(self.found) - 1, self._at + by))
            self._show_cursor()
            self.post_message(self.Moved(self.row))

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        self.post_message(self.Chosen(self.row, self.typed))

    async def on_key(self, event: events.Key) -> None:
        """Filter by what is typed."""
        if (typed := filter_line.typed_on(self.typed, event)) is not None:
            event.stop()
            event.prevent_default()
            self._filter(typed)

    def on_paste(self, event: events.Paste) -> None:
        """Filter by what is pasted."""
        event.stop()
        self._filter(filter_line.pasted_on(self.typed, event))

    def on_click(self, event: events.Click) -> None:
        """Choose the row that was clicked."""
        event.stop()
        y = event.get_content_offset_capture(self).y - self._filter_height
        line = self._line_at(y)
        if y >= 0 and isinstance(line, int):
            self._at = line
            self.refresh()
            self.post_message(self.Moved(self.row))
            self.action_choose()

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Draw the rows that came into view; the filter stays at the top."""
        super().watch_scroll_y(old, new)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The filter, then the rows."""
        width = self.scrollable_content_region.width
        if y < self._filter_height:
            style = self.rich_style + self.get_component_rich_style("choices--filter")
            return Strip([Segment(filter_line.drawn(self.typed, width), style)], width)
        y -= self._filter_height
        line = self._line_at(y)
        if isinstance(line, int):
            return self._row_line(self.found[line], line == self._at, width)
        kind = "quiet" if line is None else "heading"
        style = self.rich_style + self.get_component_rich_style(f"choices--{kind}", partial=True)
        text = line if line is not None else self._empty if not self.found and y == 0 else ""
        shown = shortened(text, width)
        return Strip([Segment(shown + " " * (width - cell_len(shown)), style)], width)

    def _line_at(self, y: int) -> str | int | None:
        """What stands so many lines below the filter: a heading, the index of a row, None for nothing."""
        line = y + self.scroll_offset.y
        return self._lines[line] if line < len(self._lines) else None

    def _row_line(self, row: Row[Any], chosen: bool, width: int) -> Strip:
        style = self.rich_style
        quiet = style + self.get_component_rich_style("choices--quiet", partial=True)
        if chosen:
            cursor = self.get_component_rich_style("choices--cursor")
            style, quiet = style + cursor, quiet + cursor
        widest = max((cell_len(safe_line(each.title)) for each in self._all), default=0)
        said = max((cell_len(safe_line(f"{each.about}{each.tail}")) for each in self._all), default=0)
        # A title has two fifths, and all that is said of the rows leaves free.
        free = width - 4 - (said + 2 if said else 0)
        column = min(widest, max(free, max(12, width * 2 // 5) if said else 0))
        title = shortened(safe_line(row.title), column)
        tail = shortened(safe_line(row.tail), max(0, width - column - 5))
        room = max(0, width - column - 4 - cell_len(tail) - (2 if tail else 0))
        about = shortened(safe_line(row.about), room)
        left = ("▸ " if chosen else "  ") + title + " " * (column - cell_len(title) + 2)
        gap = " " * max(0, width - cell_len(left) - cell_len(about) - cell_len(tail))
        return Strip(
            [Segment(left, style), Segment(about, quiet), Segment(gap, style), Segment(tail, quiet)], width
        )
