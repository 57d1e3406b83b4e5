"""From lines to strips: styles of the theme in use, what is on the screen, and a cache of what was drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from glmchat.markdown.spans import Line, width_of
from glmchat.tui.theming.palette import COLORS, Palette

_STRIPS = 2_000


class Canvas:
    """The rows that a view shows; `theme` gives the colours in use, `looks` are styles of this view alone."""

    def __init__(
        self, theme: Callable[[], Mapping[str, str]], looks: Mapping[str, str] | None = None
    ) -> None:
        self.width = 0
        self._theme = theme
        self._looks = looks or {}
        self._palette: Palette | None = None
        self._rows: Sequence[Line] = ()
        self._strips: dict[Line, Strip] = {}

    @property
    def palette(self) -> Palette:
        """The styles of the theme in use."""
        if self._palette is None:
            variables = self._theme()
            self._palette = Palette({name: variables[name] for name in COLORS}, self._looks)
        return self._palette

    @property
    def strips_cached(self) -> int:
        """Strips kept, for tests that guard the cost."""
        return len(self._strips)

    def put(self, rows: Sequence[Line]) -> list[Region] | None:
        """Take other rows; returns the regions that differ from those before, None for all."""
        old, self._rows = self._rows, rows
        if len(old) != len(rows):
            return None
        changed = [number for number, row in enumerate(rows) if row != old[number]]
        if len(changed) > len(rows) * 2 // 3:
            return [Region(0, 0, self.width, len(rows))]
        return [Region(0, number, self.width, 1) for number in changed]

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
            palette = self.palette
            segments = [
                Segment("".join(span.text for span in spans), palette(style))
                for style, spans in groupby(line, key=lambda span: span.style)
            ]
            fill = self.width - width_of(line)
            if fill > 0:
                current = "current" if line and line[-1].style.endswith("current") else ""
                segments.append(Segment(" " * fill, palette(current)))
            if len(self._strips) > _STRIPS:
                self._strips.clear()
            strip = self._strips[line] = Strip(segments, max(self.width, width_of(line)))
        return strip
