"""The intervals of a study, drawn for the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len, set_cell_size

from glmchat.analysis.statistics import Figure
from glmchat.support.text import safe_line

# Cells of a variant's name at the most, and of a plot.
_NAME = 32
_LEAST, _MOST = 50, 110


def intervals(measure: str, figures: Mapping[str, Figure | None], width: int) -> str:
    """A line for each variant: its interval with a point at its mean, all on one scale; empty where there is none."""
    import plotext

    shown = {name: each for name, each in figures.items() if each is not None}
    ends = [end for each in shown.values() for end in (each.low, each.mean, each.high) if end is not None]
    if not ends:
        return ""
    low, high = min(ends), max(ends)
    margin = (high - low) * 0.02 or abs(low) * 0.1 or 1.0
    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    figure.title(safe_line(measure))
    figure.plot_size(max(_LEAST, min(width, _MOST)), len(shown) + 4)
    places = list(range(len(shown), 0, -1))
    for place, each in zip(places, shown.values(), strict=True):
        if each.low is not None and each.high is not None:
            figure.draw(figure.segment([each.low, each.high], [place, place], marker="─"))
        figure.draw(figure.signal([each.mean], [place], marker="●"))
    figure.ruler("x").lim(low - margin, high + margin)
    figure.ruler("y").lim(0.5, len(shown) + 0.5)
    figure.ruler("y").ticks(places, [_short(name) for name in shown])
    return _plain(str(figure.build()))


def _short(name: str) -> str:
    """A name that leaves room for the plot."""
    safe = safe_line(name)
    return set_cell_size(safe, _NAME - 1).rstrip() + "…" if cell_len(safe) > _NAME else safe


def _plain(drawn: str) -> str:
    """A drawing without the sequences that end colours, since none is used."""
    return "\n".join(line.rstrip() for line in drawn.replace("\x1b[0m", "").splitlines())
