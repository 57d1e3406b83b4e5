"""The garbage collector, kept from holding up the screen.

A full collection looks through every object there is; of the hundred thousand that start-up makes, nearly all live as
long as the program, and looking through them again and again stops the screen for 30 to 80 ms each time.
"""

from __future__ import annotations

import gc

# Objects made before the youngest are looked through, and how many times each generation before the next.
_THRESHOLDS = (5_000, 20, 20)


def hold() -> None:
    """Collect nothing while the program starts: what is made now stays."""
    gc.disable()


def held() -> bool:
    """Whether nothing is collected now."""
    return not gc.isenabled()


def release() -> None:
    """Collect again, as the program does from its start."""
    gc.enable()


def settle() -> None:
    """Set apart what is there, and collect from now on only what is made from now on."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()
