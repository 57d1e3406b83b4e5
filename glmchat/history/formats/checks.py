"""Whether a value from a file is what the program itself could have written: by the types that its classes declare."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from glmchat.history.formats.plain import LATEST
from glmchat.support.numbers import is_number

_DEEPEST = 50
_TIMES = frozenset({"created", "created_at", "updated", "deleted_at"})
_SEEN: dict[type[Any], dict[str, Any]] = {}


class Misfit(ValueError):
    """A value of another type than its field has; the text says which."""


def check(value: Any) -> None:
    """Check every field of a dataclass, those inside it too; raises Misfit."""
    for name, hint in _hints(type(value)).items():
        given = getattr(value, name)
        if not _fits(given, hint):
            raise Misfit(f"its {name} is {_named(given)}")
        if name in _TIMES and given is not None and not 0 <= given <= LATEST:
            raise Misfit(f"its {name} is no time")


def _hints(kind: Any) -> dict[str, Any]:
    if kind not in _SEEN:
        hints = get_type_hints(kind)
        _SEEN[kind] = {field.name: hints[field.name] for field in fields(kind)}
    return _SEEN[kind]


def _fits(value: Any, hint: Any) -> bool:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(_fits(value, each) for each in inner)
    if origin is tuple:
        return isinstance(value, tuple) and all(_fits(each, inner[0]) for each in value)
    if origin is not None:  # dict and Mapping, which JSON gives keys of text
        return isinstance(value, Mapping) and all(_fits(each, inner[1]) for each in value.values())
    if hint is Any:
        return _shallow(value)
    if hint is float:
        return is_number(value) and math.isfinite(value)
    if hint is int:
        return is_number(value) and isinstance(value, int) and abs(value) < 1 << 63
    if is_dataclass(hint):
        return isinstance(value, hint) and _whole(value)  # type: ignore[arg-type]
    return isinstance(value, NoneType if hint is None else hint)


def _whole(value: Any) -> bool:
    return all(_fits(getattr(value, name), hint) for name, hint in _hints(type(value)).items())


def _shallow(value: Any) -> bool:
    """Whether a value of JSON can be written and read again: what is nested too deep cannot."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return True
    return False


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list | tuple):
        yield from value


_NAMES: dict[type[Any], str] = {
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    NoneType: "null",
    dict: "an object",
    list: "a list",
    tuple: "a list",
}


def _named(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "no finite number"
    kind = Enum if isinstance(value, Enum) else type(value)
    return _NAMES.get(kind, "of another kind")
