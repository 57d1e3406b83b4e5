"""Strings as literals of each language.

A character that does not show is written as an escape in every language that has escapes, so that a snippet
is safe to print and to paste: controls, separators, bidi marks, tags, halves of surrogate pairs and code
points that are no characters. Zero-width joiners stay, because emoji and some scripts need them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

Quote = Callable[[str], str]

_HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Cn"})
_JOINERS = frozenset("\u200c\u200d")
_COMMON = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def hidden(character: str) -> bool:
    """Whether a character does not show, or changes how others show."""
    return unicodedata.category(character) in _HIDDEN and character not in _JOINERS


class Escapes(dict[int, str]):
    """A table for `str.translate`: some characters by name, hidden ones by `code`, all others as they are."""

    def __init__(self, code: Callable[[int], str], named: Mapping[str, str]) -> None:
        super().__init__({ord(character): text for character, text in named.items()})
        self._code = code

    def __missing__(self, point: int) -> str:
        character = chr(point)
        return self.setdefault(point, self._code(point) if hidden(character) else character)


def _utf16(point: int) -> str:
    """UTF-16 code units as ``\\uXXXX``, as JSON and Java write them."""
    units = chr(point).encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _short_or_long(point: int) -> str:
    """``\\uXXXX``, or ``\\UXXXXXXXX`` beyond the first plane, as Python, Go and C# write it."""
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def _braces(point: int) -> str:
    """``\\u{X}``, as JavaScript, Ruby, Rust, Swift, Dart and PHP write it."""
    return f"\\u{{{point:x}}}"


def _octal_bytes(point: int) -> str:
    """UTF-8 bytes in octal, as C writes them: three digits end themselves, hex digits do not."""
    return "".join(f"\\{byte:03o}" for byte in chr(point).encode("utf-8", "surrogatepass"))


def _quoter(code: Callable[[int], str], mark: str = '"', interpolates: str = "") -> Quote:
    """Make a `Quote` with `mark` on both sides; the characters of `interpolates` get a backslash too."""
    named = _COMMON | {character: "\\" + character for character in mark + interpolates}
    table = Escapes(code, named)
    return lambda text: mark + text.translate(table) + mark


python = _quoter(_short_or_long)
go = _quoter(_short_or_long)
csharp = _quoter(_short_or_long)
java = _quoter(_utf16)
javascript = _quoter(_braces)
rust = _quoter(_braces)
swift = _quoter(_braces)
dart = _quoter(_braces, "'", "$")
_c = _quoter(_octal_bytes)
_ruby = _quoter(_braces)
_php = _quoter(_braces, interpolates="$")


def c(text: str) -> str:
    """A C string; a second question mark is escaped so that no trigraph arises."""
    return re.sub(r"(?<=\?)\?", r"\\?", _c(text))


def ruby(text: str) -> str:
    """A Ruby string in double quotes; ``#{``, ``#$`` and ``#@`` would interpolate."""
    return re.sub(r"#(?=[{$@])", r"\\#", _ruby(text))


def php(text: str) -> str:
    """A PHP string: single quotes where all characters show, else double quotes."""
    if any(map(hidden, text)):
        return _php(text)
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def shell(text: str) -> str:
    """A word of the POSIX shell in single quotes."""
    return "'" + text.replace("'", "'\\''") + "'"


_JSON_HIDDEN = Escapes(_utf16, {"\n": "\n"})


def json_text(value: Any, indent: int | None = 2) -> str:
    """JSON in which characters that show stand as they are; newlines only between tokens."""
    return json.dumps(value, ensure_ascii=False, indent=indent).translate(_JSON_HIDDEN)
