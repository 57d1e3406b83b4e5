"""What counts as a number in JSON and TOML, where to Python true and false are whole numbers, and figures written."""

from __future__ import annotations

from typing import TypeGuard


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number, and not true or false; it may be infinite, or not a number in the sense of IEEE."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def written(value: float, digits: int = 4) -> str:
    """A figure in as many digits as say something."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}"
