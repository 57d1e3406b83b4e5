"""A box whose parts stand below each other and all fit in: what scrolls gets the room that the others leave."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import Vertical
from textual.geometry import Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.layouts.vertical import VerticalLayout
from textual.widget import Widget

# What scrolls keeps so many lines, whatever the others take.
_FEWEST = 2


class _Fitting(VerticalLayout):
    """Lays out from top to bottom, and makes the highest of what scrolls lower where not all fits."""

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        placements = super().arrange(parent, children, size, greedy)
        # Without a height it is asked how high all would be.
        while size.height and (over := _end(placements) - size.height) > 0:
            at = max(range(len(placements)), key=lambda index: _spare(placements[index]))
            if (less := min(over, _spare(placements[at]))) <= 0:
                break
            placements = [
                each._replace(region=_lower(each, less, index - at)) for index, each in enumerate(placements)
            ]
        return placements


def _end(placements: Sequence[WidgetPlacement]) -> int:
    return max((each.region.bottom + each.margin.bottom for each in placements), default=0)


def _spare(placement: WidgetPlacement) -> int:
    """The lines that a part can do without."""
    return placement.region.height - _FEWEST if placement.widget.is_scrollable else 0


def _lower(placement: WidgetPlacement, less: int, after: int) -> Region:
    """Where a part stands when the one that is so many places before it has become lower."""
    x, y, width, height = placement.region
    return Region(x, y - less * (after > 0), width, height - less * (after == 0))


_FITTING = _Fitting()


class FittingBox(Vertical):
    """Parts below each other, none of which is pushed out of the box."""

    @property
    def layout(self) -> Layout:
        """How its parts are laid out."""
        return _FITTING
