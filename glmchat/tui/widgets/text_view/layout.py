"""What stands where in a scrolling list of items: heights, the lines in view, and what keeps its place.

Knows no screen: a view tells `width` and `rows`, lets it `advance` to make exact what comes into view, and `stand` to
say where that is. Heights are settled before a frame, never while a line is drawn, and nothing is laid out anew because
a text has grown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from glmchat.markdown.sums import Sums
from glmchat.tui.widgets.text_view.item import Item, Place

_SETTLE_ROUNDS = 12
_HIGHLIGHT_S = 0.006
# A move by more views than this goes by the line's number, not by what stands at the anchor.
_NEAR = 4
# Items whose drawings are kept although they are out of view.
_KEEP_ITEMS = 48


class Standing(NamedTuple):
    """Where the view stands: a place in an item, `above` lines under the top of the view."""

    id: int
    place: Place
    above: int = 0


class ItemSource(Protocol):
    """Has the texts of the items."""

    def prepare(self, item: Item) -> None:
        """Make ready an item that comes into view, where its text is here."""

    def need(self, ids: Sequence[int]) -> None:
        """Ask for the texts of items that are in view."""


class ItemLayout:
    """The items, their heights, and where the view stands over them; follows the end while the reader is there.

    `top` is the number of the line at the top of the view, of the `rows` in it; `exact` tells whether the last
    `advance` made all of them ready. The anchor is the line that keeps its place on the screen when heights change. A
    goal is where the reader wants to be, until the text there has come and is drawn. `unseen` tells that text has come
    below the view. `follow_changed` is called when `following` or `unseen` is another.
    """

    def __init__(self, source: ItemSource, follow_changed: Callable[[], object]) -> None:
        self.items: list[Item] = []
        self.width = 0
        self.as_written = False
        self.rows = 0
        self.top = 0
        self.following = True
        self.unseen = False
        self.exact = True
        self._source = source
        self._follow_changed = follow_changed
        self._heights = Sums()
        self._numbers: dict[int, int] = {}
        self._live: dict[int, None] = {}
        self._dirty: set[int] = set()
        self._anchor: Standing | None = None
        self._anchor_top = 0
        self._goal: Standing | None = None
        self._news = False

    # -- items

    def set_items(self, items: Sequence[Item]) -> None:
        """Take other items, from the end."""
        self.items = list(items)
        self._numbers = {item.node.id: number for number, item in enumerate(self.items)}
        self._heights = Sums(item.height for item in self.items)
        self._live = {item.node.id: None for item in self.items if item.ready}
        self._dirty.clear()
        self._anchor = self._goal = None
        self.following, self.unseen = True, False

    def add(self, item: Item) -> None:
        """Take one more item at the end."""
        self._numbers[item.node.id] = len(self.items)
        self.items.append(item)
        self._heights.append(item.height)
        self.mark(item)

    def mark(self, item: Item) -> None:
        """An item has changed: read and measure it with the next `advance`."""
        self._dirty.add(item.node.id)

    def item(self, id: int) -> Item | None:
        """Return the item with an id; None where there is none."""
        number = self._numbers.get(id)
        return None if number is None else self.items[number]

    def number_of(self, id: int) -> int | None:
        """Return the place of an item in the list; None where it is not there."""
        return self._numbers.get(id)

    # -- lines

    @property
    def total(self) -> int:
        """Lines of all items, as far as heights are known."""
        return self._heights.total

    def find(self, line: int) -> tuple[int, int]:
        """Return the number of the item at a line, and the line within it; there has to be an item."""
        return self._heights.find(line)

    def start_of(self, number: int) -> int:
        """Return the line on which an item begins."""
        return self._heights.before(number)

    def in_view(self) -> Iterator[tuple[Item, int]]:
        """Go through the lines in view: the item of each, and the line within it."""
        for line in range(self.top, min(self.top + self.rows, self.total)):
            number, at = self._heights.find(line)
            yield self.items[number], at

    def row_of(self, id: int) -> int:
        """Return the row of the view on which an item begins; negative above it."""
        number = self._numbers.get(id)
        return 0 if number is None else self._heights.before(number) - self.top

    def reading_place(self) -> tuple[int, int] | None:
        """The item and the character of its text at the top of the view; None where the end is in view."""
        if self.following or not self.items:
            return None
        number, line = self._heights.find(self.top)
        item = self.items[number]
        text = (item.line_range(each) for each in range(line, min(line + self.rows, item.height)))
        return item.node.id, next((found[0] for found in text if found is not None), 0)

    # -- where the view stands

    @property
    def at_end(self) -> bool:
        """Whether the last line is in view."""
        return self.top >= self.total - self.rows

    def follow(self, following: bool) -> None:
        """Follow the end from now on, or no longer."""
        changed = following != self.following or (following and self.unseen)
        self.following = following
        if following:
            self.unseen = False
        if changed:
            self._follow_changed()

    def move_to(self, line: int) -> None:
        """Put a line at the top of the view; at the end it follows."""
        self._goal = None
        self.top = max(line, 0)
        self.follow(self.at_end)

    def move_to_start(self) -> None:
        """Put the first line at the top of the view, whatever turns out to stand above what was there."""
        self._anchor = None
        self.move_to(0)

    def go_to(self, standing: Standing) -> None:
        """Go to a place in an item, as soon as its text is there and whatever heights turn out to be."""
        self._goal = standing
        self.follow(False)

    def resize(self, width: int) -> None:
        """Draw at another width; what stands at the top of the view stays there."""
        self.width = width
        self._draw_anew(lambda item: item.set_width(width))

    def write_formulas(self, as_written: bool) -> None:
        """Draw simple formulas as they are written, or as signs; what stands at the top of the view stays there."""
        self.as_written = as_written
        self._draw_anew(lambda item: item.write_formulas(as_written))

    def _draw_anew(self, change: Callable[[Item], None]) -> None:
        for id in self._live:
            item = self.items[self._numbers[id]]
            change(item)
            self._measure(item)
        if self._anchor is not None:
            self.top = self._anchor_top = self._line_of(self._anchor)

    # -- a frame: first `advance`, in as many steps as it takes, then `stand`

    def advance(self, until: float) -> bool:
        """Take in what has come and make exact what is in view, until the clock of `time.perf_counter` has passed."""
        self.exact = self._take_in(until) and self._settle(until)
        return self.exact

    def stand(self) -> None:
        """Move the view to where it belongs as far as heights are known, and arrive where the reader wanted to be."""
        self._remember(self._standing())
        goal = self.item(self._goal.id) if self._goal is not None else None
        if self._goal is not None and (goal is None or (goal.ready and self.exact)):
            self._goal = None
            self.follow(self.at_end)
        if self._news and not (self.following or self.unseen or self.at_end):
            self.unseen = True
            self._follow_changed()
        self._news = False

    def colour(self) -> bool:
        """Work a little on the colours of code in view; returns whether there may be more to do."""
        number = self._heights.find(self.top)[0] if self.items else 0
        while number < len(self.items) and (start := self._heights.before(number)) < self.top + self.rows:
            document = self.items[number].document
            if document is not None and document.colour(
                self.top - start, self.top + self.rows - start, _HIGHLIGHT_S
            ):
                return True
            number += 1
        return False

    def trim(self) -> None:
        """Free drawings of what was not looked at for long and does not grow: its text can be asked for again."""
        if len(self._live) <= _KEEP_ITEMS:
            return
        first = self._heights.find(self.top)[0]
        last = self._heights.find(self.top + self.rows)[0]
        for id in list(self._live)[: len(self._live) - _KEEP_ITEMS]:
            number = self._numbers[id]
            document = self.items[number].document
            if not first <= number <= last and document is not None and document.finished:
                self.items[number].drop()
                del self._live[id]

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
        self._heights[self._numbers[item.node.id]] = item.height
        if item.ready:
            self._live.setdefault(item.node.id)

    def _settle(self, until: float) -> bool:
        """Make exact what is in view, wherever that turns out to be; returns whether it is."""
        for _ in range(_SETTLE_ROUNDS):
            top, total = self._standing(), self.total
            if not self._settle_range(top, top + self.rows, until):
                return False
            if self.total == total and self._standing() == top:
                break
        return True

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
            self._source.need(needed)
        return True

    def _ready(self, item: Item, top: int, bottom: int, until: float) -> bool:
        """Make lines of an item exact; returns whether they are, or have yet to be asked for."""
        if item.width != self.width:
            item.set_width(self.width)
        if item.as_written != self.as_written:
            item.write_formulas(self.as_written)
        self._source.prepare(item)
        done = item.advance(until) and item.settle(top, bottom, until)
        self._live.pop(item.node.id, None)
        self._measure(item)
        return done

    def _standing(self) -> int:
        """The line that belongs at the top of the view, as far as heights are known."""
        top = self.top
        if self._goal is not None:
            top = self._line_of(self._goal)
        elif self.following:
            top = self.total - self.rows
        elif self._anchor is not None and abs(self.top - self._anchor_top) <= _NEAR * self.rows:
            top = self._line_of(self._anchor) + self.top - self._anchor_top
        return max(min(top, self.total - self.rows), 0)

    def _line_of(self, standing: Standing) -> int:
        number = self._numbers.get(standing.id)
        if number is None:
            return self.top
        return self._heights.before(number) + self.items[number].position(standing.place) - standing.above

    def _remember(self, top: int) -> None:
        """Note where the view stands, for the next frame."""
        self.top = self._anchor_top = top
        if self._anchor is not None and not self.exact:
            # Where lines are not exact yet, what stands there is not what the reader looked at.
            above = self._anchor.above + self._line_of(self._anchor) - top
            self._anchor = self._anchor._replace(above=above)
        elif self.items:
            number, at = self._heights.find(top)
            item, last = self.items[number], self._anchor
            before = last.place if last is not None and last.id == item.node.id else None
            self._anchor = Standing(item.node.id, item.place(at, before))
