"""Painting of the few rows that changed, by the widgets that are seen in them and by no other.

Textual's compositor draws every line of every widget that lies in the box around all changes, containers that are
covered included; while a reply streams and somebody types, that box is the whole screen in every frame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

Spans = Sequence[tuple[int, int, int]]
Chops = Sequence[Mapping[int, Strip | None]]


class RowCompositor(Compositor):
    """Composes a partial update from the rows that changed; the layout and full updates are Textual's own."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """What is to be written for the regions that are dirty; None for nothing."""
        regions = self._dirty_regions.copy()
        self._dirty_regions.clear()
        if not regions:
            return None
        spans = list(self._regions_to_spans(regions))
        return ChopsUpdate(self._chops_of(spans), spans, [cuts[1:] for cuts in self.cuts])

    def _chops_of(self, spans: Spans) -> Chops:
        """The pieces of rows between cuts, by row and first cell, that lie in spans ``(y, x1, x2)``."""
        chops: list[dict[int, Strip | None]] = [{}] * len(self.cuts)
        wanted: dict[int, set[int]] = {}
        for y, x1, x2 in spans:
            cuts = self.cuts[y]
            inside = {cut for cut, end in pairwise(cuts) if cut < x2 and end > x1}
            wanted.setdefault(y, set()).update(inside)
            chops[y] = dict.fromkeys(cuts[:-1])
        # What is in front comes first and takes its pieces away, so that what it covers is never drawn.
        for widget, (region, clip) in self.visible_widgets.items():
            if not wanted:
                break
            shown = region.intersection(clip)
            rows = [y for y in wanted if shown.y <= y < shown.bottom and _touches(wanted[y], shown)]
            if rows:
                first, end = min(rows), max(rows) + 1
                area = Region(shown.x - region.x, first - region.y, shown.width, end - first)
                strips = widget.render_lines(area)
                for y in rows:
                    self._take(strips[y - first], shown, y, wanted[y], chops[y])
                    if not wanted[y]:
                        del wanted[y]
        return chops

    def _take(
        self, strip: Strip, shown: Region, y: int, wanted: set[int], chops: dict[int, Strip | None]
    ) -> None:
        """Cut a widget's strip where other widgets begin or end, and take the pieces that are still wanted."""
        if shown.x in wanted and strip.cell_length == shown.width and len(wanted) == 1:
            cuts = self.cuts[y]
            if cuts[cuts.index(shown.x) + 1] == shown.right:
                wanted.clear()
                chops[shown.x] = strip
                return
        cuts = [cut for cut in self.cuts[y] if shown.x <= cut <= shown.right]
        pieces = strip.divide([cut - shown.x for cut in cuts[1:]])
        for cut, piece in zip(cuts, pieces, strict=False):
            if cut in wanted:
                wanted.discard(cut)
                chops[cut] = piece


def _touches(cuts: set[int], shown: Region) -> bool:
    return any(shown.x <= cut < shown.right for cut in cuts)
