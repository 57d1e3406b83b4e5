"""What counts as a number in JSON and TOML, where to Python true and false are whole numbers, and figures written."""

from __future__ import annotations

import math
from typing import TypeGuard


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number, and not true or false; it may be infinite, or not a number in the sense of IEEE."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def amount_of(value: object) -> float | None:
    """A finite amount, given as a number or as a text; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = float(value)
    except (ValueError, OverflowError):
        return None
    return amount if math.isfinite(amount) else None


def written(value: float, digits: int = 4) -> str:
    """A figure in as many digits as say something."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}"
