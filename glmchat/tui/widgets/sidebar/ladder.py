"""The values that the cells of a slider's track stand for, on a linear and on a logarithmic scale."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from glmchat.core.parameters import Parameter
from glmchat.core.parameters.kind import Kind

Number = int | float


def snap(row: Parameter, value: float) -> Number:
    """The nearest value on the grid and in the range; of two figures on a logarithmic scale."""
    step = row.step
    if row.logarithmic and value >= 100:
        step = max(step, 10 ** (math.floor(math.log10(value)) - 1))
    snapped = round(round(value / step) * step, 10)
    low, high = row.minimum, row.maximum
    snapped = snapped if low is None else max(low, snapped)
    snapped = snapped if high is None else min(high, snapped)
    return int(snapped) if row.kind is Kind.INTEGER else float(snapped)


def bounds(row: Parameter, limit: int | None = None) -> tuple[Number, Number]:
    """The values at the two ends of the track; `limit` is the most tokens that the context leaves."""
    low: Number = row.minimum if row.minimum is not None else 0
    high: Number = row.maximum if row.maximum is not None else (row.track or low + 100)
    if row.logarithmic and limit is not None:
        open_end = row.name == "max_tokens" and row.maximum is None
        high = max(low + 1, limit if open_end else min(high, limit))
    if row.kind is Kind.INTEGER:
        return int(low), int(high)
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class Ladder:
    """One value a cell, rising from the first cell to the last."""

    values: tuple[Number, ...]

    def position(self, value: Number) -> int:
        """The cell that is nearest to `value`; a value beyond an end of the track stands at that end."""
        values = self.values
        if value <= values[0]:
            return 0
        if value >= values[-1]:
            return len(values) - 1
        right = bisect_left(values, value)
        if values[right] == value:
            return (right + bisect_left(values, value + 1e-9) - 1) // 2
        return right if values[right] - value < value - values[right - 1] else right - 1

    def value(self, position: int) -> Number:
        """The value of a cell; a position beyond the track means its end."""
        return self.values[min(max(position, 0), len(self.values) - 1)]


@lru_cache(maxsize=256)
def ladder(row: Parameter, cells: int, limit: int | None = None, marks: tuple[Number, ...] = ()) -> Ladder:
    """Spread a parameter's range over `cells` cells; the cell nearest to a mark means that mark."""
    low, high = bounds(row, limit)
    cells = max(cells, 2)
    values = [snap(row, exact) for exact in _exact(row, low, high, cells)]
    values[0], values[-1] = low, high
    values = [min(max(value, low), high) for value in values]
    for mark in marks:
        if low < mark < high:
            nearest = Ladder(tuple(values)).position(mark)
            values[min(max(nearest, 1), max(cells - 2, 1))] = mark
    values[-1] = high
    return Ladder(tuple(values))


def _exact(row: Parameter, low: Number, high: Number, cells: int) -> Iterable[float]:
    for cell in range(cells):
        part = cell / (cells - 1)
        yield low * (high / low) ** part if row.logarithmic else low + (high - low) * part


def stepped(row: Parameter, value: Number, direction: int, big: bool) -> Number:
    """The next value that an arrow key reaches: one step, or a big one, onto the parameter's grid.

    On a logarithmic scale a step is at least a twentieth, a big one at least a quarter, of the value.
    """
    step = row.big_step if big else row.step
    if row.logarithmic:
        part = value / (4 if big else 20)
        figure = 10 ** math.floor(math.log10(part))
        step = max(step, round(part / figure) * figure)
    grid = value / step
    whole = math.floor(grid + 1e-9) if direction > 0 else math.ceil(grid - 1e-9)
    return _inside(row, round((whole + direction) * step, 10))


def _inside(row: Parameter, value: float) -> Number:
    value = value if row.minimum is None else max(row.minimum, value)
    value = value if row.maximum is None else min(row.maximum, value)
    return int(value) if row.kind is Kind.INTEGER else float(value)
