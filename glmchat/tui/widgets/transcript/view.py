"""A scrolling view of items drawn by lines: what stands where, what is exact, what has to be painted.

Knows messages only as items; `Transcript` adds what they mean. Heights are settled before a frame, never while a
line is drawn, and nothing is laid out anew because a text has grown.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from glmchat.markdown.code import CodeLayout
from glmchat.markdown.spans import Line
from glmchat.markdown.sums import Sums
from glmchat.tui.widgets.transcript.item import Item, Place
from glmchat.tui.widgets.transcript.painting import PaintedView

FRAME_S = 1 / 25
# After a frame that scrolled every row is another one: the next one waits a little longer.
SCROLL_S = 1 / 12
_SETTLE_ROUNDS = 12
_HIGHLIGHT_S = 0.006
# Items whose drawings are kept although they are out of view.
_KEEP_ITEMS = 48


class ItemView(PaintedView):
    """Draws a list of items; follows its end while the reader is there."""

    DEFAULT_CSS = """
    ItemView { overflow-y: scroll; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.items: list[Item] = []
        self.following = True
        self.unseen = False
        self.frames = 0
        self._heights = Sums()
        self._index: dict[int, int] = {}
        self._live: dict[int, None] = {}
        self._dirty: set[int] = set()
        self._rows: list[Line] = []
        self._anchor: tuple[int, Place] | None = None
        self._anchor_y = 0
        self._y = 0
        self._handle: asyncio.TimerHandle | None = None
        self._next_frame = 0.0
        self._height = 0
        self._bar = (0, 0)

    # -- items

    def set_items(self, items: Sequence[Item]) -> None:
        """Show other items, from the end."""
        self.items = list(items)
        self._index = {item.node.id: number for number, item in enumerate(self.items)}
        self._heights = Sums(item.height for item in self.items)
        self._live = {item.node.id: None for item in self.items if item.ready}
        self._dirty.clear()
        self._anchor = None
        self.following, self.unseen = True, False
        self.repaint()

    def add_item(self, item: Item) -> None:
        """Show one more item at the end."""
        self._index[item.node.id] = len(self.items)
        self.items.append(item)
        self._heights.append(item.height)
        if item.ready:
            self._live[item.node.id] = None
        self.mark(item)

    def item(self, id: int) -> Item | None:
        """Return the item of a message; None where it is not shown."""
        index = self._index.get(id)
        return None if index is None else self.items[index]

    def mark(self, item: Item) -> None:
        """An item has changed: draw it with the next frame."""
        self._dirty.add(item.node.id)
        self.schedule()

    # -- frames

    def schedule(self) -> None:
        """Have a frame drawn, at most 25 a second, and 12 where text scrolls past."""
        if self._handle is None and self.is_attached:
            wait = max(self._next_frame - time.monotonic(), 0.0)
            self._handle = asyncio.get_running_loop().call_later(wait, self._on_frame)

    def repaint(self) -> None:
        """Draw everything that is in view anew, with the next frame."""
        self._rows = []
        self.schedule()

    def _on_frame(self) -> None:
        self._handle = None
        if self.is_attached and self._width:
            now, y = time.monotonic(), self._y
            self.frame()
            self._next_frame = now + (FRAME_S if self._y == y else SCROLL_S)

    def on_unmount(self) -> None:
        """Let no frame come any more."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    @property
    def rows(self) -> int:
        """Lines in view."""
        return self.scrollable_content_region.height

    def frame(self) -> None:
        """Take in what has come, settle what is in view, and paint the rows that differ."""
        self.frames += 1
        self._height = self.rows
        if not self.display or self._height <= 0:
            return
        for id in self._dirty:
            item = self.item(id)
            if item is not None and item.document is not None:
                if not item.document.finished:
                    item.document.advance()
                item.measure()
                self._heights[self._index[id]] = item.height
        if (
            self._dirty
            and not self.following
            and not self.unseen
            and self._heights.total > self._anchor_y + self._height
        ):
            self.unseen = True
            self.follow_changed()
        self._dirty.clear()
        self._settle()
        self._paint()
        self._trim()
        if self._colour():
            self.schedule()

    def _settle(self) -> None:
        """Make what is in view exact and decide where the view stands."""
        wanted = self._wanted()
        for _ in range(_SETTLE_ROUNDS):
            y = self._clamp(self._total() - self._height if self.following else wanted())
            before = self._total()
            self._settle_range(y, y + self._height)
            if (
                self._total() == before
                and self._clamp(self._total() - self._height if self.following else wanted()) == y
            ):
                break
        y = self._clamp(self._total() - self._height if self.following else wanted())
        self._remember(y)

    def _wanted(self) -> _Wanted:
        return _Wanted(self, self._anchor, self._y - self._anchor_y)

    def _total(self) -> int:
        return self._heights.total

    def _clamp(self, y: int) -> int:
        return max(min(y, self._total() - self._height), 0)

    def _settle_range(self, top: int, bottom: int) -> None:
        if not self.items:
            return
        number = self._heights.find(top)[0]
        needed: list[int] = []
        while number < len(self.items):
            start = self._heights.before(number)
            if start >= bottom:
                break
            item = self.items[number]
            self.prepare(item)
            if item.ready:
                self._live.pop(item.node.id, None)
                self._live[item.node.id] = None
                item.settle(max(top - start, 0), bottom - start)
                self._heights[number] = item.height
            else:
                needed.append(item.node.id)
            number += 1
        if needed:
            self.need(needed)

    def _remember(self, y: int) -> None:
        """Note where the view stands, for the next frame and for Textual's scroll bar."""
        self._y = self._anchor_y = y
        if self.items:
            number, at = self._heights.find(y)
            self._anchor = (self.items[number].node.id, self.items[number].place(at))
        self.set_reactive(Widget.virtual_size, Size(self._width, self._total()))
        self.set_reactive(Widget.scroll_y, float(y))
        self.set_reactive(Widget.scroll_target_y, float(y))
        self._move_bar()

    def _move_bar(self) -> None:
        total = max(self._total(), 1)
        bar = (self._y * self._height * 2 // total, self._height * self._height * 2 // total)
        if bar != self._bar and self.show_vertical_scrollbar:
            self._bar = bar
            scrollbar = self.vertical_scrollbar
            scrollbar.set_reactive(type(scrollbar).window_virtual_size, total)
            scrollbar.set_reactive(type(scrollbar).window_size, self._height)
            scrollbar.set_reactive(type(scrollbar).position, float(self._y))
            scrollbar.refresh()

    def _paint(self) -> None:
        """Refresh the rows that differ from what is on the screen."""
        rows = [self.row(self._y + number) for number in range(self._height)]
        old = self._rows
        self._rows = rows
        if len(old) != len(rows):
            self.refresh()
            return
        changed = [number for number, row in enumerate(rows) if row != old[number]]
        if not changed:
            return
        if len(changed) > len(rows) * 2 // 3:
            self.refresh(Region(0, 0, self._width, len(rows)))
        else:
            self.refresh(*(Region(0, number, self._width, 1) for number in changed))

    def row(self, y: int) -> Line:
        """Draw the line at `y` of the whole, with all that lies over the text."""
        if not self.items or y >= self._total():
            return ()
        number, at = self._heights.find(y)
        return self.dress(self.items[number], at, self.items[number].line(at))

    def dress(self, item: Item, number: int, line: Line) -> Line:
        """Put over a line what is not its text's own, such as a selection."""
        return line

    def render_line(self, y: int) -> Strip:
        """Give Textual a row of the view."""
        line = self._rows[y] if y < len(self._rows) else ()
        return self.strip(line)

    def _trim(self) -> None:
        """Free drawings of what was not looked at for long."""
        if len(self._live) <= _KEEP_ITEMS:
            return
        top = self._heights.find(self._y)[0] if self.items else 0
        bottom = self._heights.find(self._y + self._height)[0] if self.items else 0
        for id in list(self._live)[: len(self._live) - _KEEP_ITEMS]:
            index = self._index.get(id)
            if index is None:
                del self._live[id]
            elif not top <= index <= bottom and self.may_drop(self.items[index]):
                self.items[index].drop()
                del self._live[id]

    def may_drop(self, item: Item) -> bool:
        """Tell whether an item's text can be asked for again."""
        return False

    def _colour(self) -> bool:
        """Work a little on the colours of code in view; returns whether there is more to do."""
        if not self.items:
            return False
        end = time.perf_counter() + _HIGHLIGHT_S
        number = self._heights.find(self._y)[0]
        while number < len(self.items) and self._heights.before(number) < self._y + self._height:
            document = self.items[number].document
            if document is not None and document.block_count:
                start = self._heights.before(number)
                block = document.block_at(max(self._y - start, 0))[0]
                while block < document.block_count and start + document.top_of(block) < self._y + self._height:
                    if isinstance(document.block(block).layout, CodeLayout) and document.highlight(
                        block, _HIGHLIGHT_S
                    ):
                        return True
                    if time.perf_counter() > end:
                        return True
                    block += 1
            number += 1
        return False

    # -- what the conversation adds

    def prepare(self, item: Item) -> None:
        """Make ready an item that comes into view."""

    def need(self, ids: Sequence[int]) -> None:
        """Ask for the texts of messages that are in view."""

    def follow_changed(self) -> None:
        """The view follows the end, or no longer."""

    def _draw_now(self) -> None:
        """Draw without waiting for the next frame: what the reader does answers at once."""
        if self.is_attached and self._width:
            self.frame()

    def _on_resize(self, event: events.Resize) -> None:
        width = self.scrollable_content_region.width
        if width != self._width and width > 0:
            self._width = width
            for item in self.items:
                item.set_width(width)
            place = self._anchor
            self._heights = Sums(item.height for item in self.items)
            self._anchor = place
            if place is not None:
                self._y = self._anchor_y = _Wanted(self, place, 0)()
        self._bar = (0, 0)
        self.forget_looks()
        self._rows = []
        self._draw_now()

    def theme_changed(self) -> None:
        """Draw with the colours of the theme that is in use now."""
        self.forget_looks()
        self.repaint()
        self.refresh()


class _Wanted:
    """Where the view should stand: some lines from the line that was at its top, wherever that is now."""

    def __init__(self, view: ItemView, anchor: tuple[int, Place] | None, distance: int) -> None:
        self.view, self.anchor, self.distance = view, anchor, distance

    def __call__(self) -> int:
        view = self.view
        if self.anchor is None or abs(self.distance) > 4 * view._height:
            return view._y
        id, place = self.anchor
        index = view._index.get(id)
        if index is None:
            return view._y
        return view._heights.before(index) + view.items[index].position(place) + self.distance
