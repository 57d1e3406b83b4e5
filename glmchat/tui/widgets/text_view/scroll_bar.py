"""A view that moves by itself, and Textual's scroll bar beside it."""

from __future__ import annotations

from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.widget import Widget

from glmchat.tui.widgets.text_view.layout import ItemLayout


class ScrollPosition:
    """Tells Textual where a view stands, without the layout that its own scrolling brings about."""

    def __init__(self, view: ScrollView, layout: ItemLayout) -> None:
        self._view = view
        self._layout = layout
        self._shown: tuple[int, int] | None = None

    def forget(self) -> None:
        """The bar is another one, and is drawn anew."""
        self._shown = None

    def show(self) -> None:
        """Show where the view stands; of the bar, those rows are drawn where that is seen by half a cell."""
        layout, view = self._layout, self._view
        view.set_reactive(Widget.virtual_size, Size(layout.width, layout.total))
        view.set_reactive(Widget.scroll_y, float(layout.top))
        view.set_reactive(Widget.scroll_target_y, float(layout.top))
        before, self._shown = self._shown, thumb(layout.top, layout.rows, layout.total)
        if self._shown == before or not view.show_vertical_scrollbar:
            return
        bar = view.vertical_scrollbar
        bar.set_reactive(type(bar).window_virtual_size, max(layout.total, 1))
        bar.set_reactive(type(bar).window_size, layout.rows)
        bar.set_reactive(type(bar).position, float(layout.top))
        if before is None:
            bar.refresh()
            return
        rows = changed(before, self._shown)
        bar.refresh(*(Region(0, first, bar.size.width, last - first + 1) for first, last in rows))


def changed(before: tuple[int, int], after: tuple[int, int]) -> list[tuple[int, int]]:
    """The first and the last row of what looks different where a thumb has moved, by its ends in half cells."""
    ends = (sorted(pair) for pair in zip(before, after, strict=True) if pair[0] != pair[1])
    return [(first // 2, last // 2) for first, last in ends]


def thumb(top: int, rows: int, total: int) -> tuple[int, int]:
    """Where the thumb of a bar of `rows` cells begins and ends, in half cells, as Textual works it out.

    Where all is in view there is none: Textual draws the bar empty.
    """
    if total <= rows:
        return 0, 0
    size = max(1.0, rows * rows / total)
    start = (rows - size) * top / (total - rows)
    return int(start * 2), int((start + size) * 2)
