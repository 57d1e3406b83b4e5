"""A request body as the native literal of a language: a dict, a hash, an array, an object.

A body that the literal cannot hold (an integer beyond the language's own, half a surrogate pair, nesting or
size beyond what a parser or a macro takes) is to go as JSON text; `fits` tells.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from glmchat.snippets import escapes
from glmchat.snippets.escapes import Quote

DEEPEST = 50  # levels; Ruby's generator stops at 100, Rust's parser at 128


def _as_is(value: Any, text: str) -> str:
    return text


@dataclass(frozen=True)
class Syntax:
    """How a language writes JSON's values.

    `largest` is the largest magnitude of an integer, `entries` the most of them in one list or object, None
    for no limit; `halves` says whether a string may hold half a surrogate pair. `finish` gets each list or
    object with its text and may add a type or a cast; `key` writes the name of a member.
    """

    quote: Quote
    indent: int = 4
    object: tuple[str, str] = ("{", "}")
    arrow: str = ": "
    null: str = "null"
    booleans: tuple[str, str] = ("false", "true")
    largest: int | None = 2**63 - 1
    entries: int | None = None
    halves: bool = False
    integer: Callable[[int], str] = str
    key: Quote | None = None
    finish: Callable[[Any, str], str] = _as_is


def write(value: Any, syntax: Syntax, level: int = 0) -> str:
    """Write a value of JSON as a literal over as many lines as it has entries."""
    match value:
        case None:
            return syntax.null
        case bool():
            return syntax.booleans[value]
        case int():
            return syntax.integer(value)
        case float():
            return json.dumps(value)
        case str():
            return syntax.quote(value)
        case dict():
            key = syntax.key or syntax.quote
            entries = [
                f"{key(name)}{syntax.arrow}{write(item, syntax, level + 1)}" for name, item in value.items()
            ]
            return syntax.finish(value, _block(entries, syntax.object, syntax.indent, level))
        case _:
            entries = [write(item, syntax, level + 1) for item in value]
            return syntax.finish(value, _block(entries, ("[", "]"), syntax.indent, level))


def _block(entries: list[str], brackets: tuple[str, str], indent: int, level: int) -> str:
    if not entries:
        return "".join(brackets)
    inner = "\n" + " " * (indent * (level + 1))
    lines = "".join(f"{inner}{entry}," for entry in entries)
    return f"{brackets[0]}{lines}\n{' ' * (indent * level)}{brackets[1]}"


def fits(value: Any, syntax: Syntax, level: int = 0) -> bool:
    """Whether the literal can hold the value and the language would send it unchanged."""
    match value:
        case str():
            return syntax.halves or not has_half_pair(value)
        case bool() | None | float():
            return True
        case int():
            return syntax.largest is None or abs(value) <= syntax.largest
        case dict():
            return _all_fit([*value, *value.values()], syntax, level)
        case _:
            return _all_fit(value, syntax, level)


def _all_fit(items: Iterable[Any], syntax: Syntax, level: int) -> bool:
    found = list(items)
    if level >= DEEPEST or (syntax.entries is not None and len(found) > syntax.entries):
        return False
    return all(fits(item, syntax, level + 1) for item in found)


def has_half_pair(text: str) -> bool:
    """Whether a string has half a surrogate pair, which UTF-8 cannot carry."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def _javascript_key(name: str) -> str:
    """A key of an object; ``__proto__`` would set the prototype unless it is computed."""
    return '["__proto__"]' if name == "__proto__" else escapes.javascript(name)


def _rust_integer(number: int) -> str:
    return str(number) if abs(number) < 2**31 else f"{number}_i64"


def _swift_typed(value: Any, text: str) -> str:
    """A mixed literal needs its type said; an empty dictionary has a colon."""
    if isinstance(value, dict):
        return f"{text if value else '[:]'} as [String: Any]"
    return f"{text} as [Any]"


def _php_object(value: Any, text: str) -> str:
    """An array that PHP would take for a list is cast, so that it stays an object."""
    listlike = isinstance(value, dict) and list(value) == [str(at) for at in range(len(value))]
    return f"(object) {text}" if listlike else text


PYTHON = Syntax(escapes.python, null="None", booleans=("False", "True"), largest=None, halves=True)
JAVASCRIPT = Syntax(escapes.javascript, indent=2, largest=2**53 - 1, halves=True, key=_javascript_key)
RUBY = Syntax(escapes.ruby, indent=2, arrow=" => ", null="nil", largest=None)
PHP = Syntax(escapes.php, object=("[", "]"), arrow=" => ", finish=_php_object)
DART = Syntax(escapes.dart, indent=2, largest=2**53 - 1)
SWIFT = Syntax(escapes.swift, object=("[", "]"), null="NSNull()", finish=_swift_typed)
# The macro recurses a few times an entry, and rustc stops at 128.
RUST = Syntax(escapes.rust, entries=40, integer=_rust_integer)
