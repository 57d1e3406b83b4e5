"""What a key of the config file may hold: one row a key, kept on the dataclass field that it fills."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from glmchat.support.address import fault_of
from glmchat.support.numbers import is_number

ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class RefusedError(ValueError):
    """A value that a key does not take; the text is what is allowed, in a phrase, never the value itself."""


@dataclass(frozen=True, slots=True)
class Row:
    """One key: `read` checks a value and returns it as it is kept; `secret` values are never shown."""

    read: Callable[[Any], Any]
    help: str
    example: str = ""
    secret: bool = False


def key(
    default: Any, read: Callable[[Any], Any], help: str, *, example: str = "", secret: bool = False
) -> Any:
    """A dataclass field that is a key of the config file; `example` is shown, commented out, where it is unset."""
    metadata = {"row": Row(read, help, example, secret)}
    if isinstance(default, Mapping):
        return field(default_factory=lambda: dict(default), metadata=metadata)
    return field(default=default, metadata=metadata)


def rows_of(section: type[Any]) -> dict[str, Row]:
    """The keys of a section by name."""
    return {each.name: each.metadata["row"] for each in fields(section) if "row" in each.metadata}


def text(value: Any) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise RefusedError("a text in quotes")
    return value


def name(value: Any) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise RefusedError("a text in quotes that is not empty")
    return value


def switch(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise RefusedError("true or false")
    return value


def whole(low: int, high: int) -> Callable[[Any], int]:
    """A whole number in a range, both ends included."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise RefusedError(f"a whole number from {low} to {high}")
        return value

    return read


def amounts(value: Any) -> dict[str, float]:
    """Amounts of money by currency."""
    wanted = "amounts by currency (ISO 4217), such as { CNY = 5, USD = 1 }"
    if not isinstance(value, dict):
        raise RefusedError(wanted)
    out: dict[str, float] = {}
    for code, amount in value.items():
        named = len(code) == 3 and code.isascii() and code.isalpha()
        number = isinstance(amount, int | float) and not isinstance(amount, bool) and 0 < amount < 1e9
        if not named or not number:
            raise RefusedError(wanted)
        out[code.upper()] = float(amount)
    return out


def seconds(high: float) -> Callable[[Any], float]:
    """A number of seconds above 0."""

    def read(value: Any) -> float:
        fine = is_number(value) and math.isfinite(value)
        if not fine or not 0 < value <= high:
            raise RefusedError(f"a number of seconds above 0, at most {high:g}")
        return float(value)

    return read


@dataclass(frozen=True, slots=True)
class _Choice:
    """Reads one of some words."""

    words: tuple[str, ...]

    def __call__(self, value: Any) -> str:
        if value not in self.words:
            raise RefusedError("one of " + ", ".join(f'"{word}"' for word in self.words))
        return str(value)


def choice(*words: str) -> _Choice:
    """One of some words, which a form can list."""
    return _Choice(words)


def url(value: Any) -> str:
    """A base URL; a user name or a password in it is refused, since it would be shown."""
    fault = fault_of(value) if isinstance(value, str) else "is no text in quotes"
    if fault:
        raise RefusedError(f'a URL such as "https://example.com/v1"; this one {fault}')
    scheme, separator, rest = str(value).rstrip("/").partition("://")
    return scheme.lower() + separator + rest


def file(value: Any) -> str:
    """The name of a file; a relative one starts at the directory of the config file."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise RefusedError('the name of a file, such as "company-ca.pem"')
    return value


def environment_name(value: Any) -> str:
    """The name of an environment variable."""
    if not isinstance(value, str) or not ENVIRONMENT_NAME.fullmatch(value):
        raise RefusedError('the name of an environment variable, such as "MY_API_KEY" (not the key itself)')
    return value


def command(value: Any) -> tuple[str, ...]:
    """A program and its arguments: a list of texts, or one text that is split like a shell would."""
    import shlex

    try:
        words = shlex.split(value) if isinstance(value, str) else value
    except ValueError:
        words = None
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise RefusedError('a command and its arguments, such as ["pass", "show", "glm"]')
    return tuple(words)


def texts_by_name(value: Any) -> dict[str, str]:
    """A table of texts, such as headers."""
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise RefusedError('a table of texts, such as { "X-Title" = "glmchat" }')
    if any(ord(char) < 32 or ord(char) == 127 for each in value.items() for char in "".join(each)):
        raise RefusedError("a table of texts without line breaks or other control characters")
    return dict(value)


def table(value: Any) -> dict[str, Any]:
    """A table of anything that JSON can hold."""
    import json

    from glmchat.support import bounded_json

    try:
        return (
            dict(bounded_json.loads(json.dumps(value, allow_nan=False)))
            if isinstance(value, dict)
            else _no_table()
        )
    except (TypeError, ValueError, RecursionError):
        return _no_table()


def _no_table() -> dict[str, Any]:
    raise RefusedError("a table of texts, numbers, true, false, lists and tables")


def keys(value: Any) -> tuple[str, ...]:
    """The keys that run a command: a text such as "ctrl+k", or a list of them; an empty list unbinds it."""
    words = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
        raise RefusedError('a key such as "ctrl+k", or a list of them')
    return tuple(words)
