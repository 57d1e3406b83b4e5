"""From lines to strips: styles of the theme in use, and a cache of what was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.segment import Segment
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip

from glmchat.markdown.spans import Line, width_of
from glmchat.tui.theming.palette import COLORS, Palette

_STRIPS = 2_000


class PaintedView(ScrollView):
    """A scroll view whose lines are spans."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._width = 0
        self._palette: Palette | None = None
        self._strips: dict[Line, Strip] = {}

    def strip(self, line: Line) -> Strip:
        """Turn a line into a strip of the view's width."""
        strip = self._strips.get(line)
        if strip is None:
            palette = self.palette
            segments = [
                Segment("".join(span.text for span in spans), palette(style))
                for style, spans in groupby(line, key=lambda span: span.style)
            ]
            fill = self._width - width_of(line)
            if fill > 0:
                current = "current" if line and line[-1].style.endswith("current") else ""
                segments.append(Segment(" " * fill, palette(current)))
            if len(self._strips) > _STRIPS:
                self._strips.clear()
            strip = self._strips[line] = Strip(segments, max(self._width, width_of(line)))
        return strip

    @property
    def strips_cached(self) -> int:
        """Strips kept, for tests that guard the cost."""
        return len(self._strips)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Take lines as they are, which have their colours; what has a border or padding is Textual's to draw."""
        if any(self.styles.gutter):
            return super().render_lines(crop)
        strips = [self.render_line(y) for y in crop.line_range]
        background = self.background_colors[1]
        for each in self.get_line_filters():
            strips = [strip.apply_filter(each, background) for strip in strips]
        first, end = crop.column_span
        return (
            strips if (first, end) == (0, self.region.width) else [strip.crop(first, end) for strip in strips]
        )

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Leave out the filter that looks for ANSI colours: the palette has none."""
        return [each for each in super().get_line_filters() if not isinstance(each, ANSIToTruecolor)]

    @property
    def palette(self) -> Palette:
        """The styles of the theme in use."""
        if self._palette is None:
            variables = self.app.theme_variables
            self._palette = Palette({name: variables[name] for name in COLORS})
        return self._palette

    def forget_looks(self) -> None:
        """Drop styles and strips: the theme or the width is another one."""
        self._palette = None
        self._strips.clear()
