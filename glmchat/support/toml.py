"""TOML with its lines: what is wrong and where, and the line on which each key stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

# What may hold a line break, or a bracket that opens nothing: strings of all four kinds, and comments.
_MARK = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:""?)?(?!")|\'\'\'.*?\'\'\'(?:\'\'?)?(?!\')'
    r'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}\n]',
    re.DOTALL,
)


# How the parser ends its messages; before Python 3.14 it tells the place in no other way.
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


class NotToml(ValueError):
    """A text that is not TOML, in the parser's words; `line` is where it gave up, None where it does not say."""

    def __init__(self, words: str, line: int | None) -> None:
        super().__init__(words)
        self.line = line


def loads(source: str) -> dict[str, Any]:
    """Read a text; raises NotToml."""
    try:
        return tomllib.loads(source)
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError of its own
        words = str(error)
        place = _PLACE.search(words)
        if place is None:
            raise NotToml(words, None) from None
        line = int(place[1]) if place[1] else source.count("\n") + (not source.endswith("\n"))
        raise NotToml(words[: place.start()], max(1, line)) from None


def line_of(source: str, keys: tuple[str, ...]) -> int | None:
    """The line of a key or a section of a text that is TOML; None where it stands nowhere."""
    return lines_of(source).get(keys)


@lru_cache(maxsize=2)
def lines_of(source: str) -> Mapping[tuple[str, ...], int]:
    """The line of every key and section of a text that is TOML; where one stands twice, the first."""
    found: dict[tuple[str, ...], int] = {}
    section: tuple[str, ...] = ()
    for line, statement in _statements(source):
        value: Any = tomllib.loads(statement)
        if statement.startswith("["):
            section = ()
            while value:
                value = value[0] if isinstance(value, list) else value
                if value:
                    ((name, value),) = value.items()
                    section = (*section, name)
                    found.setdefault(section, line)
        else:
            _note(found, section, value, line)
    return found


def _note(found: dict[tuple[str, ...], int], above: tuple[str, ...], table: Any, line: int) -> None:
    """Note the keys of one statement: those of dotted names and of tables within the value too."""
    for name, value in table.items():
        found.setdefault((*above, name), line)
        if isinstance(value, dict):
            _note(found, (*above, name), value, line)


def _statements(source: str) -> Iterator[tuple[int, str]]:
    """Each statement with the number of its first line; comments and empty lines are none."""
    start = depth = 0
    line = first = 1
    for mark in _MARK.finditer(source + "\n"):
        text = mark[0]
        if text in "[{":
            depth += 1
        elif text in "]}":
            depth -= 1
        line += text.count("\n")
        if text != "\n" or depth:
            continue
        statement = source[start : mark.start()].strip()
        if statement and not statement.startswith("#"):
            yield first, statement
        start, first = mark.end(), line
