"""From lines to strips: styles of the theme in use, and a cache of what was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from rich.segment import Segment
from textual._styles_cache import StylesCache
from textual.css.styles import StylesBase
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Size, Spacing
from textual.scroll_view import ScrollView
from textual.strip import Strip

from glmchat.markdown.spans import Line, width_of
from glmchat.tui.theming.palette import COLORS, Palette

_STRIPS = 2_000
_SCROLLBAR = 1


class PlainLines(StylesCache):
    """Takes lines as the view draws them, where nothing lies around them: they have their colours already."""

    def render_line(
        self, styles: StylesBase, y: int, size: Size, content_size: Size, padding: Spacing, *rest: Any
    ) -> Strip:
        """Draw a line; what has a border or padding is Textual's to draw."""
        beside = size.width - content_size.width
        if content_size.height == size.height and beside <= _SCROLLBAR and not any(padding):
            strip: Strip = rest[2](y)
            return strip
        return super().render_line(styles, y, size, content_size, padding, *rest)


class PaintedView(ScrollView):
    """A scroll view whose lines are spans."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._styles_cache = PlainLines()
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
