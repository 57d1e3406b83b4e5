"""The figures under a column of a comparison: means, intervals, and how they stand beside those of the first column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

# Cells of a line's parts: name, mean and word, then the plot and the interval where there is room.
_NAME, _MEAN, _WORD, _LEAST_PLOT, _MOST_PLOT = 9, 7, 6, 9, 30


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A measure of a column; `places` are low end, mean and high end on the scale that all columns share, 0 to 1."""

    name: str
    mean: str
    interval: str = ""
    word: str = ""
    places: tuple[float, float, float] | None = None


class ColumnFigures(Widget):
    """A line for each measure: its mean, what it is beside the first column, its interval as figures and as a plot."""

    DEFAULT_CSS = """
    ColumnFigures { height: auto; padding: 0 1; background: $surface; display: none; }
    """
    can_focus = False
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self.figures: tuple[FigureLine, ...] = ()

    def put(self, figures: Sequence[FigureLine]) -> None:
        """Show other figures; costs nothing where they are the same."""
        if tuple(figures) != self.figures:
            self.figures = tuple(figures)
            self.refresh(layout=True)

    def render(self) -> Content:
        """The lines, as wide as there is room."""
        width = self.content_size.width or self.container_size.width
        interval = max((cell_len(line.interval) for line in self.figures), default=0)
        mean = max(_MEAN, *(cell_len(line.mean) for line in self.figures)) if self.figures else _MEAN
        lines = [_line(each, width, mean, interval) for each in self.figures]
        return Content("\n").join(lines)


def _line(line: FigureLine, width: int, mean: int, interval: int) -> Content:
    room = width - _NAME - mean - _WORD - 3
    around = f" {line.interval:<{min(interval, room - 1)}}" if cell_len(line.interval) < room else " " * room
    left = room - len(around) - 1
    plot = f" {whisker(line.places, min(left, _MOST_PLOT))}" if left >= _LEAST_PLOT else ""
    return Content.assemble(
        (f"{line.name:<{_NAME}} ", "$text-muted"),
        f"{line.mean:>{mean}}",
        (around, "$text-muted"),
        (plot, "$text-accent"),
        (f" {line.word:<{_WORD}}", "bold" if line.word in ("higher", "lower") else "$text-muted"),
    )


def whisker(places: tuple[float, float, float] | None, width: int) -> str:
    """An interval with its mean as a row of cells: ├──●─┤."""
    if places is None:
        return " " * width
    low, mean, high = (round(min(1.0, max(0.0, each)) * (width - 1)) for each in places)
    cells = [" "] * width
    cells[low : high + 1] = "─" * (high - low + 1)
    cells[low], cells[high] = "├", "┤"
    cells[mean] = "●"
    return "".join(cells)
