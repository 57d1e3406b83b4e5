"""From lines to strips: styles of the theme in use, what is on the screen, and a cache of what was drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from glmchat.markdown.spans import Line, width_of
from glmchat.tui.theming.palette import Palette
from glmchat.tui.widgets.text_view.item import Item
from glmchat.tui.widgets.text_view.layout import ItemLayout

_STRIPS = 2_000


Overlay = Callable[[Item, int, Line], Line]


class Canvas:
    """The rows that a view shows: lines of a layout, over which `overlays` put what is not the text's own.

    `theme` gives the styles of the theme in use.
    """

    def __init__(
        self,
        layout: ItemLayout,
        overlays: Sequence[Overlay],
        theme: Callable[[], Palette],
    ) -> None:
        self.overlays = list(overlays)
        self._layout = layout
        self._theme = theme
        self._palette: Palette | None = None
        self._rows: Sequence[Line] = ()
        self._strips: dict[Line, Strip] = {}

    @property
    def palette(self) -> Palette:
        """The styles of the theme in use."""
        if self._palette is None:
            self._palette = self._theme()
        return self._palette

    @property
    def strips_cached(self) -> int:
        """Strips kept, for tests that guard the cost."""
        return len(self._strips)

    def draw(self) -> list[Region] | None:
        """Draw the lines in view; returns the regions that differ from what was drawn before, None for all."""
        layout = self._layout
        rows = [self._dressed(item, number) for item, number in layout.in_view()]
        rows += [()] * (layout.rows - len(rows))
        old, self._rows = self._rows, rows
        if len(old) != len(rows):
            return None
        changed = [number for number, row in enumerate(rows) if row != old[number]]
        if len(changed) > len(rows) * 2 // 3:
            return [Region(0, 0, layout.width, len(rows))]
        return [Region(0, number, layout.width, 1) for number in changed]

    def _dressed(self, item: Item, number: int) -> Line:
        line = item.line(number)
        for dress in self.overlays:
            line = dress(item, number, line)
        return line

    def clear(self) -> None:
        """Forget the rows, so that all of them are drawn anew."""
        self._rows = ()

    def forget_looks(self) -> None:
        """Drop styles and strips: the theme or the width is another one."""
        self._palette = None
        self._strips.clear()

    def strip(self, row: int) -> Strip:
        """Return a row as a strip of the view's width."""
        return self._strip(self._rows[row] if row < len(self._rows) else ())

    def _strip(self, line: Line) -> Strip:
        strip = self._strips.get(line)
        if strip is None:
            palette, width = self.palette, self._layout.width
            segments = [
                Segment(palette.drawn("".join(span.text for span in spans), style), palette(style))
                for style, spans in groupby(line, key=lambda span: span.style)
            ]
            fill = width - width_of(line)
            if fill > 0:
                current = "current" if line and line[-1].style.endswith("current") else ""
                segments.append(Segment(" " * fill, palette(current)))
            if len(self._strips) > _STRIPS:
                self._strips.clear()
            strip = self._strips[line] = Strip(segments, max(width, width_of(line)))
        return strip
