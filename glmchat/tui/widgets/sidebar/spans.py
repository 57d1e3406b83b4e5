"""Pieces of a drawn line, measured in cells: cut, filled and set left and right, whatever the script."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from glmchat.markdown.spans import Span, width_of
from glmchat.text import safe_line
from glmchat.tui.widgets.line import shortened

# Joiners, variation selectors, the keycap and skin tones: terminals disagree on the width of what they join.
_JOINING = dict.fromkeys([0x200D, 0xFE0E, 0xFE0F, 0x20E3, *range(0x1F3FB, 0x1F400)])


def fit(text: str, width: int) -> str:
    """Make text safe, one line and at most `width` cells, with … where it was cut."""
    return shortened(safe_line(text).translate(_JOINING), width)


def crop(spans: Sequence[Span], width: int) -> list[Span]:
    """Cut or fill a line to exactly `width` cells."""
    line: list[Span] = []
    left = width
    for span in spans:
        size = cell_len(span.text)
        if size > left:
            line.append(Span(set_cell_size(span.text, left), span.style))
            return line
        line.append(span)
        left -= size
    if left:
        line.append(Span(" " * left, "plain"))
    return line


def between(left: Sequence[Span], right: Sequence[Span], width: int) -> list[Span]:
    """Set `left` flush left and `right` flush right; `left` gives way, its last piece first."""
    room = width - width_of(right) - (1 if right else 0)
    kept: list[Span] = []
    for span in left:
        kept.append(Span(fit(span.text, room), span.style))
        room -= cell_len(kept[-1].text)
    gap = max(0, width - width_of(kept) - width_of(right))
    return crop([*kept, Span(" " * gap, "plain"), *right], width)
