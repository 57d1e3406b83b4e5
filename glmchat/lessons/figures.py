"""The next token of a reply before and after a value, as lines: side by side where the width allows."""

from __future__ import annotations

from itertools import zip_longest

from glmchat.analysis.distribution import Bar, Place, Shift
from glmchat.support.text import safe, width

# From which width on both stand side by side, and what parts them.
_SIDE_BY_SIDE, _GAP = 64, 3
# Tokens that are shown, side by side and under each other.
_MANY, _FEW = 5, 3
_NAME, _FIGURE, _LONGEST_BAR = 12, 5, 24


def before_and_after(place: Place, shift: Shift, heads: tuple[str, str], cells: int) -> list[str]:
    """The likeliest tokens without a value and with it, in lines of so many cells; `heads` stand over the two."""
    beside = cells >= _SIDE_BY_SIDE
    room = (cells - _GAP) // 2 if beside else cells
    shown = shift.bars[: _MANY if beside else _FEW]
    full = max((max(bar.before, bar.after) for bar in shown), default=1.0) or 1.0
    left = [heads[0], *(_line(bar, bar.before, "", full, room) for bar in shown)]
    right = [heads[1], *(_line(bar, bar.after, bar.dropped_by or "", full, room) for bar in shown)]
    where = _cut(f"… {safe(place.before).strip()[-room + 4 :]} …", room) if place.before.strip() else ""
    first = [where] if where else []
    if not beside:
        return [*first, *left, *right]
    return first + [
        f"{_padded(one, room)}{' ' * _GAP}{other}".rstrip()
        for one, other in zip_longest(left, right, fillvalue="")
    ]


def _line(bar: Bar, share: float, dropped_by: str, full: float, room: int) -> str:
    """A token with its bar and its share; what cuts it where something does."""
    text = safe(bar.alternative.text).replace("\n", "⏎").replace("\t", "⇥")
    name = _padded(_cut(text.replace(" ", "␣") or "·", _NAME), _NAME)
    if dropped_by:
        return _cut(f"{name} ✗ {dropped_by}", room)
    most = max(1, min(room - _NAME - _FIGURE - 2, _LONGEST_BAR))
    cells = max(round(share / full * most), 1 if share > 0 else 0)
    figure = "<1 %" if 0 < share < 0.005 else f"{share * 100:.0f} %"
    return f"{name} {'█' * cells} {figure}"


def _padded(text: str, room: int) -> str:
    return text + " " * max(0, room - width(text))


def _cut(text: str, room: int) -> str:
    if width(text) <= room:
        return text
    while text and width(text) > room - 1:
        text = text[:-1]
    return f"{text}…"
