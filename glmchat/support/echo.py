"""The terminal's echo, held back while a screen is on its way.

What is typed ahead is read once the screen is there; until then the terminal itself would print it, where it stands
again when the screen is left.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any

# The terminal's attributes as they were; None while nothing is held back.
_before: list[Any] | None = None


def hold() -> None:
    """Hold the echo back, where standard input is a terminal in whose foreground we are."""
    global _before  # noqa: PLW0603 - a process has one terminal
    with suppress(ImportError, OSError, ValueError):
        import termios

        descriptor = sys.stdin.fileno()
        if _before is not None or os.tcgetpgrp(descriptor) != os.getpgrp():
            return
        with suppress(termios.error):
            attributes = termios.tcgetattr(descriptor)
            _before = list(attributes)
            attributes[3] &= ~termios.ECHO
            termios.tcsetattr(descriptor, termios.TCSANOW, attributes)


def release() -> None:
    """Give the terminal back as it was."""
    global _before
    if _before is None:
        return
    import termios

    before, _before = _before, None
    with suppress(termios.error, OSError, ValueError):
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, before)
