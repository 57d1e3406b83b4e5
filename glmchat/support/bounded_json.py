"""Reads JSON from outside within bounds: what is nested too deeply is refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

# Deeper than any document that is meant seriously, and far below the limit of recursion.
DEEPEST = 200

_strict = json.JSONDecoder().decode
_lenient = json.JSONDecoder(strict=False).decode


def _number(digits: str) -> int | float:
    """A whole number; one of more digits than Python takes is infinite, as the same with a dot would be."""
    try:
        return int(digits)
    except ValueError:
        return float(digits)


_lenient_long = json.JSONDecoder(parse_int=_number, strict=False).decode


class NestedError(ValueError):
    """A JSON text is nested too deeply to be meant."""

    def __init__(self) -> None:
        super().__init__(f"it is nested more than {DEEPEST} levels deep")


def loads(text: str, *, lenient: bool = False) -> Any:
    """Read JSON, `lenient` with raw control characters in its strings and numbers of any length.

    Raises ValueError for all that is none.
    """
    try:
        value = _read(text, lenient=lenient)
    except RecursionError:
        raise NestedError from None
    if _may_be_deep(text) and _is_deep(value):
        raise NestedError
    return value


def _read(text: str, *, lenient: bool) -> Any:
    try:
        return (_lenient if lenient else _strict)(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a number that is too long
        if not lenient:
            raise
        return _lenient_long(text)


def loads_all(texts: Sequence[str]) -> list[Any]:
    """Read many texts as `loads` does, leniently and at once, which is faster; raises ValueError where one is none.

    Whether each held one value is for the caller to see: the values may be more than the texts.
    """
    if any(_may_be_deep(text) for text in texts):
        raise NestedError
    return list(_lenient("[" + ",".join(texts) + "]"))


def _may_be_deep(text: str) -> bool:
    """Whether a text has as many brackets as it takes to be too deep; costs next to nothing."""
    return text.count("[") + text.count("{") > DEEPEST


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return False
    return any(isinstance(each, dict | list) for each in level)


def _inside(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
