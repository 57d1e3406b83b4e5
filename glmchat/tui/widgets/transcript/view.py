"""A scrolling view of items drawn by lines: what stands where, what is exact, what has to be painted.

Knows messages only as items; `Transcript` adds what they mean. Heights are settled before a frame, never while a
line is drawn, and nothing is laid out anew because a text has grown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from glmchat.markdown.spans import Line
from glmchat.markdown.sums import Sums
from glmchat.tui.widgets.transcript.frames import FramedView
from glmchat.tui.widgets.transcript.item import Item, Place

_SETTLE_ROUNDS = 12
_HIGHLIGHT_S = 0.006
# A move by more views than this goes by the line's number, not by what stands at the anchor.
_NEAR = 4
# Items whose drawings are kept although they are out of view.
_KEEP_ITEMS = 48


class Standing(NamedTuple):
    """Where the view stands: a place in a message, `above` lines under the top of the view."""

    id: int
    place: Place
    above: int = 0


class ItemView(FramedView):
    """Draws a list of items; follows its end while the reader is there.

    `anchor` is the line that keeps its place on the screen when heights change. A `goal` is where the reader wants to
    be, until the text there has come and is drawn.
    """

    DEFAULT_CSS = """
    ItemView { overflow-y: scroll; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.items: list[Item] = []
        self.following = True
        self.unseen = False
        self._heights = Sums()
        self._index: dict[int, int] = {}
        self._live: dict[int, None] = {}
        self._dirty: set[int] = set()
        self._rows: list[Line] = []
        self._anchor: Standing | None = None
        self._anchor_y = 0
        self._goal: Standing | None = None
        self._news = False
        self._hidden = False
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
        self._anchor = self._goal = None
        self.following, self.unseen = True, False
        self.repaint()

    def add_item(self, item: Item) -> None:
        """Show one more item at the end."""
        self._index[item.node.id] = len(self.items)
        self.items.append(item)
        self._heights.append(item.height)
        self.mark(item)

    def item(self, id: int) -> Item | None:
        """Return the item of a message; None where it is not shown."""
        index = self._index.get(id)
        return None if index is None else self.items[index]

    def mark(self, item: Item) -> None:
        """An item has changed: draw it with the next frame."""
        self._dirty.add(item.node.id)
        self.schedule()

    def repaint(self) -> None:
        """Draw everything that is in view anew, with the next frame."""
        self._rows = []
        self.schedule()

    @property
    def rows(self) -> int:
        """Lines in view; none from being hidden until the layout that shows it again.

        To ask for the region of a widget that is about to be shown, or to refresh it, makes Textual believe that it
        was shown before: it gets no event, and what is around it keeps its size.
        """
        return 0 if self._hidden else self.outer_size.height - self.styles.gutter.height

    # -- frames

    def advance(self, until: float) -> bool:
        """Take in what has come and make exact what is in view."""
        self._height = self.rows
        if not self.display or self._height <= 0:
            return True
        return self._take_in(until) and self._settle(until)

    def paint(self) -> None:
        """Paint the rows that differ from what is on the screen, and work on colours."""
        if not self.display or self._height <= 0:
            return
        self._remember(self._standing())
        self._arrive()
        self._paint()
        self._trim()
        if self._colour():
            self.schedule()

    def _take_in(self, until: float) -> bool:
        """Read what was fed to items; returns whether all is read."""
        for id in list(self._dirty):
            item = self.item(id)
            if item is not None:
                done = item.advance(until)
                self._measure(item)
                if not done:
                    return False
            self._dirty.discard(id)
            self._news = True
        return True

    def _measure(self, item: Item) -> None:
        item.measure()
        self._heights[self._index[item.node.id]] = item.height
        if item.ready:
            self._live.setdefault(item.node.id)

    def _settle(self, until: float) -> bool:
        """Make exact what is in view, wherever that turns out to be; returns whether it is."""
        for _ in range(_SETTLE_ROUNDS):
            y, total = self._standing(), self._total()
            if not self._settle_range(y, y + self._height, until):
                return False
            if self._total() == total and self._standing() == y:
                break
        return True

    def _standing(self) -> int:
        """The line that belongs at the top of the view, as far as heights are known."""
        y = self._y
        if self._goal is not None:
            y = self._line_of(self._goal)
        elif self.following:
            y = self._total() - self._height
        elif self._anchor is not None and abs(self._y - self._anchor_y) <= _NEAR * self._height:
            y = self._line_of(self._anchor) + self._y - self._anchor_y
        return max(min(y, self._total() - self._height), 0)

    def _line_of(self, standing: Standing) -> int:
        index = self._index.get(standing.id)
        if index is None:
            return self._y
        return self._heights.before(index) + self.items[index].position(standing.place) - standing.above

    def _total(self) -> int:
        return self._heights.total

    def _settle_range(self, top: int, bottom: int, until: float) -> bool:
        number = self._heights.find(top)[0] if self.items else 0
        needed: list[int] = []
        while number < len(self.items) and (start := self._heights.before(number)) < bottom:
            item = self.items[number]
            if not self._ready(item, max(top - start, 0), bottom - start, until):
                return False
            if not item.ready:
                needed.append(item.node.id)
            number += 1
        if needed:
            self.need(needed)
        return True

    def _ready(self, item: Item, top: int, bottom: int, until: float) -> bool:
        """Make lines of an item exact; returns whether they are, or have yet to be asked for."""
        if item.width != self._width:
            item.set_width(self._width)
        self.prepare(item)
        done = item.advance(until) and item.settle(top, bottom, until)
        self._live.pop(item.node.id, None)
        self._measure(item)
        return done

    def _remember(self, y: int) -> None:
        """Note where the view stands, for the next frame and for Textual's scroll bar."""
        self._y = self._anchor_y = y
        if self._anchor is not None and not self.complete:
            # Where lines are not exact yet, what stands there is not what the reader looked at.
            above = self._anchor.above + self._line_of(self._anchor) - y
            self._anchor = self._anchor._replace(above=above)
        elif self.items:
            number, at = self._heights.find(y)
            self._anchor = Standing(self.items[number].node.id, self.items[number].place(at))
        self.set_reactive(Widget.virtual_size, Size(self._width, self._total()))
        self.set_reactive(Widget.scroll_y, float(y))
        self.set_reactive(Widget.scroll_target_y, float(y))
        self._move_bar()

    def _arrive(self) -> None:
        """Be where the reader wanted to be, once the text is there; and tell of what comes where it is not seen."""
        goal = self.item(self._goal.id) if self._goal is not None else None
        if self._goal is not None and (goal is None or (goal.ready and self.complete)):
            self._goal = None
            self.follow(self.at_end)
        if self._news and not (self.following or self.unseen or self.at_end):
            self.unseen = True
            self.follow_changed()
        self._news = False

    @property
    def at_end(self) -> bool:
        """Whether the last line is in view."""
        return self._y >= self._total() - self.rows

    def follow(self, following: bool) -> None:
        """Follow the end from now on, or no longer."""
        changed = following != self.following or (following and self.unseen)
        self.following = following
        if following:
            self.unseen = False
        if changed:
            self.follow_changed()

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
        """Work a little on the colours of code in view; returns whether there may be more to do."""
        number = self._heights.find(self._y)[0] if self.items else 0
        while number < len(self.items) and (start := self._heights.before(number)) < self._y + self._height:
            document = self.items[number].document
            if document is not None and document.colour(
                self._y - start, self._y + self._height - start, _HIGHLIGHT_S
            ):
                return True
            number += 1
        return False

    # -- what the conversation adds

    def prepare(self, item: Item) -> None:
        """Make ready an item that comes into view."""

    def need(self, ids: Sequence[int]) -> None:
        """Ask for the texts of messages that are in view."""

    def follow_changed(self) -> None:
        """The view follows the end, or no longer."""

    def on_hide(self) -> None:
        """Draw nothing until it is shown again."""
        self._hidden = True

    def _on_resize(self, event: events.Resize) -> None:
        self._hidden = False
        width = self.scrollable_content_region.width
        if width != self._width and width > 0:
            self._width = width
            for id in self._live:
                item = self.items[self._index[id]]
                item.set_width(width)
                self._measure(item)
            if self._anchor is not None:
                self._y = self._anchor_y = self._line_of(self._anchor)
        self._bar = (0, 0)
        self.forget_looks()
        self._rows = []
        self.draw_now()

    def theme_changed(self) -> None:
        """Draw with the colours of the theme that is in use now."""
        self.forget_looks()
        self.repaint()
        self.refresh()
