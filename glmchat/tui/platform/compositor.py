"""Painting of the few rows that changed, by the widgets that are seen in them and by no other.

Textual's compositor draws every line of every widget that lies in the box around all changes, containers that are
covered included; while a reply streams and somebody types, that box is the whole screen in every frame. There is no
public way to it; where the private names are missing, Textual paints as it does, which only takes longer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rich.console import Console
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from glmchat.tui.platform import private
from glmchat.tui.platform.screen_memory import Pieces, ScreenMemory, Writer

if TYPE_CHECKING:
    from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate

Spans = Sequence[tuple[int, int, int]]
Chops = Sequence[Mapping[int, Strip | None]]


def paint_by_rows(screen: Screen[Any], memory: ScreenMemory) -> None:
    """Compose a screen's updates from the rows that changed, of which only what is different is written.

    The memory is that of the terminal: all screens share it.
    """
    if private.has("compositor"):
        painter = RowPainter(screen._compositor, memory)
        screen._compositor.render_partial_update = painter.update  # type: ignore[method-assign]
        screen._compositor.render_full_update = painter.full_update  # type: ignore[method-assign]


def show_now(widget: Widget) -> None:
    """Write what was drawn of a widget to the terminal, which Textual does at its next beat, up to 1/60 s later.

    A layout that is due comes at its time: it writes everything anew.
    """
    screen = widget.screen
    # One that is not seen yet would have the places worked out anew, and no event would tell of its size.
    if private.has("frames") and widget in screen._compositor.visible_widgets:
        waiting = screen._dirty_widgets - {widget}
        screen._compositor.update_widgets({widget})
        screen._compositor_refresh()
        screen._dirty_widgets.update(waiting)


class RowPainter:
    """Paints the rows that changed, from what a compositor knows of the widgets."""

    def __init__(self, compositor: Compositor, memory: ScreenMemory) -> None:
        from textual._compositor import ChopsUpdate

        self._compositor = compositor
        self._memory = memory
        self._make_update = ChopsUpdate
        self._render_full_update = compositor.render_full_update

    def full_update(self, simplify: bool = False) -> LayoutUpdate:
        """All rows, as Textual writes them; they are remembered when they are written."""
        update = self._render_full_update(simplify)
        update.render_segments = partial(self._write_all, update, update.render_segments)  # type: ignore[method-assign]
        return update

    def update(self) -> ChopsUpdate | None:
        """What is to be written for the regions that are dirty; None for nothing."""
        compositor = self._compositor
        regions = compositor._dirty_regions.copy()
        compositor._dirty_regions.clear()
        if not regions:
            return None
        spans = list(compositor._regions_to_spans(regions))
        chops = self._chops_of(spans)
        update = self._make_update(chops, spans, [cuts[1:] for cuts in compositor.cuts])
        update.render_segments = partial(self._write, {y: chops[y] for y, _, _ in spans})  # type: ignore[method-assign]
        return update

    def _write_all(self, update: LayoutUpdate, render: Callable[[Console], str], console: Console) -> str:
        rows: dict[int, Pieces] = {}
        for y, line in enumerate(update.strips):
            x = 0
            for strip in line:
                rows.setdefault(y, {})[x] = strip
                x += strip.cell_length
        self._memory.keep(rows)
        return render(console)

    def _write(self, chops: Mapping[int, Mapping[int, Strip | None]], console: Console) -> str:
        rows = {
            y: {x: strip for x, strip in pieces.items() if strip is not None} for y, pieces in chops.items()
        }
        move, pieces = self._memory.changes(rows)
        writer = Writer(console)
        if move is not None:
            writer.move(move)
        for y, x, strip in pieces:
            writer.write(y, x, strip)
        return writer.text()

    def _chops_of(self, spans: Spans) -> Chops:
        """The pieces of rows between cuts, by row and first cell, that lie in spans ``(y, x1, x2)``."""
        all_cuts = self._compositor.cuts
        chops: list[dict[int, Strip | None]] = [{}] * len(all_cuts)
        wanted: dict[int, set[int]] = {}
        for y, x1, x2 in spans:
            cuts = all_cuts[y]
            inside = {cut for cut, end in pairwise(cuts) if cut < x2 and end > x1}
            wanted.setdefault(y, set()).update(inside)
            chops[y] = dict.fromkeys(cuts[:-1])
        # What is in front comes first and takes its pieces away, so that what it covers is never drawn.
        for widget, (region, clip) in self._compositor.visible_widgets.items():
            if not wanted:
                break
            shown = region.intersection(clip)
            rows = [y for y in wanted if shown.y <= y < shown.bottom and _touches(wanted[y], shown)]
            if rows:
                first, end = min(rows), max(rows) + 1
                area = Region(shown.x - region.x, first - region.y, shown.width, end - first)
                strips = widget.render_lines(area)
                for y in rows:
                    _take(strips[y - first], shown, all_cuts[y], wanted[y], chops[y])
                    if not wanted[y]:
                        del wanted[y]
        return chops


def _take(
    strip: Strip, shown: Region, cuts: Sequence[int], wanted: set[int], chops: dict[int, Strip | None]
) -> None:
    """Cut a widget's strip where other widgets begin or end, and take the pieces that are still wanted."""
    if (
        shown.x in wanted
        and strip.cell_length == shown.width
        and len(wanted) == 1
        and cuts[cuts.index(shown.x) + 1] == shown.right
    ):
        wanted.clear()
        chops[shown.x] = strip
        return
    inside = [cut for cut in cuts if shown.x <= cut <= shown.right]
    pieces = strip.divide([cut - shown.x for cut in inside[1:]])
    for cut, piece in zip(inside, pieces, strict=False):
        if cut in wanted:
            wanted.discard(cut)
            chops[cut] = piece


def _touches(cuts: set[int], shown: Region) -> bool:
    return any(shown.x <= cut < shown.right for cut in cuts)
