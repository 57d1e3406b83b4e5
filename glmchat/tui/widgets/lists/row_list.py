"""A list of any length that draws only the rows in view: what search, tree and bin have in common."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from glmchat.support.text import safe_line

Piece = tuple[str, str]  # text that is safe to show, and the name of its style below


class RowList(ScrollView):
    """Rows of `ROW_HEIGHT` lines with a cursor; subclasses say how many there are and draw one.

    A piece's style is one of the component classes without their prefix: ``quiet``, ``name``, ``match``, ``mark``,
    or empty for plain text. `empty` is said where there are no rows.
    """

    DEFAULT_CSS = """
    RowList { height: 1fr; background: $background; scrollbar-size-vertical: 1; padding: 0 1; }
    RowList > .rows--cursor { background: $selected; }
    RowList > .rows--quiet { color: $text-muted; }
    RowList > .rows--name { text-style: bold; }
    RowList > .rows--here { color: $text-accent; text-style: bold; }
    RowList > .rows--match { color: $text-accent; text-style: bold underline; }
    RowList > .rows--mark { color: $text-warning; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--cursor", "rows--quiet", "rows--name", "rows--here", "rows--match", "rows--mark",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,ctrl+home", "move(-1000000000)", "First", show=False),
        Binding("end,ctrl+end", "move(1000000000)", "Last", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]
    ROW_HEIGHT: ClassVar[int] = 1
    # Whether a click chooses at once, or first moves the cursor there.
    CLICK_CHOOSES: ClassVar[bool] = True
    can_focus = True
    ALLOW_SELECT = False

    class Chosen(Message):
        """A row was chosen."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, empty: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self.empty = empty
        self.cursor = 0
        self.count = 0

    # -- what subclasses say

    def draw(self, index: int, line: int, width: int) -> Iterable[Piece]:
        """A line of a row, at most `width` cells."""
        raise NotImplementedError

    def came_into_view(self, first: int, last: int) -> None:
        """The rows from `first` to `last` are in view."""

    # -- what it shows

    def put_count(self, count: int, cursor: int = 0) -> None:
        """Show other rows, so many of them."""
        self.count = count
        self.cursor = max(0, min(cursor, count - 1))
        self._fit()
        self._show_cursor()
        # Before the scroll bar is there, a place far down cannot be scrolled to.
        self.call_after_refresh(self._show_cursor)

    def grow(self, count: int) -> None:
        """Know more rows at the end; the view stays."""
        self.count = count
        self._fit()

    def say(self, sentence: str) -> None:
        """Say something in the place of the rows."""
        self.empty = sentence
        self.put_count(0)

    def _fit(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, self.count * self.ROW_HEIGHT)
        self.refresh()
        self._look()

    def _look(self) -> None:
        if self.count and self.size.height:
            first = self.scroll_offset.y // self.ROW_HEIGHT
            last = (self.scroll_offset.y + self.size.height) // self.ROW_HEIGHT
            self.came_into_view(first, min(last, self.count - 1))

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        self._fit()

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Draw the rows that came into view."""
        super().watch_scroll_y(old, new)
        self._look()
        self.refresh()

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"rows--{name}", partial=True) if name else Style.null()

    def render_line(self, y: int) -> Strip:
        """A line of the row that stands there."""
        width = self.scrollable_content_region.width
        line = y + self.scroll_offset.y
        index, within = divmod(line, self.ROW_HEIGHT)
        base = self.rich_style
        if index >= self.count:
            said = wrap(safe_line(self.empty), max(10, width)) if self.count == 0 else []
            text = said[line] if line < len(said) else ""
            return Strip([Segment(text + " " * max(0, width - cell_len(text)), base + self._style("quiet"))])
        if index == self.cursor:
            base += self._style("cursor")
        segments = [Segment(text, base + self._style(name)) for text, name in self.draw(index, within, width)]
        return _fitted(Strip(segments), width, base)

    # -- what is done

    def _show_cursor(self) -> None:
        region = Region(0, self.cursor * self.ROW_HEIGHT, 1, self.ROW_HEIGHT)
        self.scroll_to_region(region, animate=False, force=True)
        self.refresh()

    def action_move(self, by: int) -> None:
        """Move the cursor by so many rows."""
        if self.count:
            self.cursor = max(0, min(self.count - 1, self.cursor + by))
            self._show_cursor()

    def action_page(self, pages: int) -> None:
        """Move the cursor by views."""
        self.action_move(pages * max(1, self.size.height // self.ROW_HEIGHT - 1))

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self.count:
            self.post_message(self.Chosen(self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Choose the row that was clicked, or move there."""
        event.stop()
        y = event.get_content_offset_capture(self).y
        index = (y + self.scroll_offset.y) // self.ROW_HEIGHT
        if not 0 <= index < self.count or y < 0:
            return
        again = index == self.cursor
        self.cursor = index
        self.refresh()
        if again or self.CLICK_CHOOSES:
            self.action_choose()


def _fitted(strip: Strip, width: int, base: Style) -> Strip:
    """A line of exactly so many cells; an ellipsis tells of text that has no room."""
    if strip.cell_length <= width:
        return strip.extend_cell_length(width, base)
    if not strip.crop(width).text.strip():
        return strip.crop(0, width)
    kept = list(strip.crop(0, width - 1))
    return Strip([*kept, Segment("…", kept[-1].style if kept else base)])
