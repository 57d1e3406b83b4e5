"""Times, as people read them."""

from __future__ import annotations

import time
from datetime import date

_HOUR, _DAY = 60, 24 * 60
_WEEK, _YEAR = 7 * _DAY, 365 * _DAY
# A unit, its minutes, and up to how many minutes it is used.
_UNITS = (("min", 1, _HOUR), ("h", _HOUR, _DAY), ("d", _DAY, 2 * _WEEK), ("wk", _WEEK, _YEAR))


def when(seconds: float) -> str:
    """A moment to the minute, in the reader's own time zone."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def age(seconds: float, now: float | None = None) -> str:
    """How long ago a moment was in a word for a list: ``now``, ``5 min``, ``3 h``, ``4 d``, ``6 wk``, ``2 y``."""
    left = max((time.time() if now is None else now) - seconds, 0) / 60
    if left < 1:
        return "now"
    for unit, minutes, until in _UNITS:
        if left < until:
            return f"{int(left / minutes)} {unit}"
    return f"{int(left / _YEAR)} y"


def ago(seconds: float, now: float | None = None) -> str:
    """How long ago a moment was, in one unit: ``just now``, ``5 min ago``, ``3 h ago``, ``yesterday``, then days.

    What is more than a month past is told by its date.
    """
    now = time.time() if now is None else now
    minutes = int(max(now - seconds, 0) // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    today, day = (time.localtime(each) for each in (now, seconds))
    days = date(*today[:3]).toordinal() - date(*day[:3]).toordinal()
    if days < 1 or minutes < 12 * 60:
        return f"{minutes // 60} h ago"
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 31 else time.strftime("%Y-%m-%d", day)
