"""What counts as a number in JSON and TOML: to Python, true and false are whole numbers too."""

from __future__ import annotations

from typing import TypeGuard


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number, and not true or false; it may be infinite, or not a number in the sense of IEEE."""
    return isinstance(value, int | float) and not isinstance(value, bool)
