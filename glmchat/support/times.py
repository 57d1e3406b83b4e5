"""Times, as people read them."""

from __future__ import annotations

import time


def when(seconds: float) -> str:
    """A moment to the minute, in the reader's own time zone."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
