"""A view that moves by itself, and Textual's scroll bar beside it."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget

from glmchat.tui.widgets.text_view.layout import ItemLayout


class ScrollPosition:
    """Tells Textual where a view stands, without the layout that its own scrolling brings about."""

    def __init__(self, view: ScrollView, layout: ItemLayout) -> None:
        self._view = view
        self._layout = layout
        self._shown = (0, 0)

    def forget(self) -> None:
        """The bar is another one, and is drawn anew."""
        self._shown = (0, 0)

    def show(self) -> None:
        """Show where the view stands; the bar is drawn where that is seen by half a cell."""
        layout, view = self._layout, self._view
        view.set_reactive(Widget.virtual_size, Size(layout.width, layout.total))
        view.set_reactive(Widget.scroll_y, float(layout.top))
        view.set_reactive(Widget.scroll_target_y, float(layout.top))
        total = max(layout.total, 1)
        shown = (layout.top * layout.rows * 2 // total, layout.rows * layout.rows * 2 // total)
        if shown != self._shown and view.show_vertical_scrollbar:
            self._shown = shown
            bar = view.vertical_scrollbar
            bar.set_reactive(type(bar).window_virtual_size, total)
            bar.set_reactive(type(bar).window_size, layout.rows)
            bar.set_reactive(type(bar).position, float(layout.top))
            bar.refresh()
