"""The mouse on a text: it selects characters, words or lines, scrolls at the edges, and clicks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from textual.timer import Timer

from glmchat.tui.widgets.text_view.item import Item, meta_at
from glmchat.tui.widgets.text_view.layout import ItemLayout
from glmchat.tui.widgets.text_view.selection import Point, SelectedText

_DOUBLE_CLICK_S = 0.4
_EDGE_S = 0.05
# The most lines that a selection scrolls at once, however far outside the mouse is.
_EDGE_LINES = 4
_UNITS = ("character", "word", "line")


class Surface(Protocol):
    """What the mouse is on."""

    def set_interval(self, interval: float, callback: Callable[[], None]) -> Timer:
        """Call something again and again."""

    def move_to(self, line: int) -> None:
        """Put a line at the top of the view."""

    def activate(self, item: Item, number: int, meta: str) -> None:
        """Act on what stands at a line of an item."""


class Pointer:
    """Follows the mouse over a text; positions are cells of the view."""

    def __init__(self, surface: Surface, layout: ItemLayout, selected: SelectedText) -> None:
        self._surface = surface
        self._layout = layout
        self._selected = selected
        self._pressed: tuple[int, int, int] | None = None
        self._dragging = False
        self._clicks = 0
        self._last_click = (0.0, -1, -1)
        self._edge: Timer | None = None
        self._edge_at = (0, 0)

    @property
    def pressed(self) -> bool:
        """Whether the button is down."""
        return self._pressed is not None

    def point_at(self, x: int, y: int) -> Point | None:
        """Return the place in the text at a position."""
        if not self._layout.items:
            return None
        line = max(min(self._layout.top + y, self._layout.total - 1), 0)
        number, at = self._layout.find(line)
        return Point(number, self._layout.items[number].offset_at(at, x))

    def press(self, x: int, y: int, shift: bool) -> bool:
        """Begin a selection, of words or lines at the second or third click; with Shift extend the one there is.

        Returns whether there is any text, and with it something to follow the mouse for.
        """
        now = time.monotonic()
        near = now - self._last_click[0] < _DOUBLE_CLICK_S and self._last_click[1:] == (x, y)
        self._clicks = self._clicks % 3 + 1 if near else 1
        self._last_click = (now, x, y)
        self._pressed = (x, y, self._layout.top)
        point = self.point_at(x, y)
        self._dragging = shift and self._selected.range is not None and point is not None
        if point is None:
            return False
        if self._dragging:
            self._selected.extend(point)
        elif self._clicks > 1:
            self._selected.begin(point, _UNITS[self._clicks - 1])
        else:
            self._selected.clear()
        return True

    def move(self, x: int, y: int) -> None:
        """Extend the selection, scrolling where the mouse is above or below the view."""
        if self._pressed is None:
            return
        from_x, from_y, top = self._pressed
        if not self._dragging and (x, y) == (from_x, from_y):
            return
        if self._selected.range is None:
            start = self.point_at(from_x, from_y + top - self._layout.top)
            if start is not None:
                self._selected.begin(start)
        self._dragging = True
        self._extend(x, y)
        self._watch_edge(x, y)

    def release(self, x: int, y: int) -> None:
        """End a selection, or click what is under the mouse."""
        if self._pressed is None:
            return
        self._pressed = None
        self._stop_edge()
        if self._selected.range is not None and (self._dragging or self._clicks > 1):
            self._selected.finish()
        elif not self._dragging:
            self._click(x, y)
        self._dragging = False

    def _click(self, x: int, y: int) -> None:
        """Act on what stands at a position."""
        line = self._layout.top + y
        if self._layout.items and line < self._layout.total:
            number, at = self._layout.find(line)
            item = self._layout.items[number]
            self._surface.activate(item, at, meta_at(item.line(at), x))

    def _extend(self, x: int, y: int) -> None:
        point = self.point_at(x, max(min(y, self._layout.rows - 1), 0))
        if point is not None:
            self._selected.extend(point)

    def _watch_edge(self, x: int, y: int) -> None:
        self._edge_at = (x, y)
        outside = y < 0 or y >= self._layout.rows
        if outside and self._edge is None:
            self._edge = self._surface.set_interval(_EDGE_S, self._scroll_edge)
        elif not outside:
            self._stop_edge()

    def _scroll_edge(self) -> None:
        x, y = self._edge_at
        lines = max(-_EDGE_LINES, y) if y < 0 else min(_EDGE_LINES, y - self._layout.rows + 1)
        self._surface.move_to(self._layout.top + lines)
        self._extend(x, y)

    def _stop_edge(self) -> None:
        if self._edge is not None:
            self._edge.stop()
            self._edge = None
