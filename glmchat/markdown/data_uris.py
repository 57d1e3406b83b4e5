"""Files that stand in the text itself (``data:image/png;base64,...``): a word with their size instead of megabytes."""

from __future__ import annotations

import re
from typing import NamedTuple

_KIND = r"data:(?P<kind>[\w.+/-]{1,80})(?P<more>(?:;[\w.+=-]{1,80}){0,4}),"
# In running text a body of fewer characters than 64 is text like any other.
_DATA = re.compile(_KIND + r"(?P<body>[A-Za-z0-9+/=_%-]{64,})", re.IGNORECASE)
_ADDRESS = re.compile(_KIND + r"(?P<body>\S*)", re.IGNORECASE)
_STANDIN = re.compile(r"data:([\w.+/-]+);base64,~(\d+)")
_MAY_HOLD = re.compile("data:", re.IGNORECASE)
_UNITS = ("B", "KB", "MB", "GB")


class Collapsed(NamedTuple):
    """Where a file stood: its place in the line and in the shortened line, and its lengths there."""

    place: int
    length: int
    shown: int
    short: int


def collapse(line: str) -> tuple[str, list[Collapsed]]:
    """A line with a short address in the place of each file in it."""
    if not _MAY_HOLD.search(line):
        return line, []
    parts, found, place, shown = [], [], 0, 0
    for match in _DATA.finditer(line):
        short = f"data:{match['kind']};base64,~{_size(match)}"
        parts += [line[place : match.start()], short]
        shown += match.start() - place
        found.append(Collapsed(match.start(), match.end() - match.start(), shown, len(short)))
        place, shown = match.end(), shown + len(short)
    return "".join([*parts, line[place:]]), found


def _size(match: re.Match[str]) -> int:
    """The bytes of a file."""
    if ";base64" in match["more"].lower():
        return len(match["body"].rstrip("=")) * 3 // 4
    return len(match["body"])


def is_file(address: str) -> bool:
    """Whether an address holds a file, or stands for one that does."""
    return address[:5].lower() == "data:"


def described(address: str) -> str | None:
    """What a file in the text is called, such as ``data:image/png, 12 KB``; None for any other address."""
    if match := _STANDIN.fullmatch(address):
        return _named(match[1], float(match[2]))
    if match := _ADDRESS.fullmatch(address):
        return _named(match["kind"], float(_size(match)))
    return None


def _named(kind: str, size: float) -> str:
    unit = 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    digits = 1 if unit and size < 10 else 0
    return f"data:{kind}, {size:.{digits}f} {_UNITS[unit]}"
