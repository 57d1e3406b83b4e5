"""Files that stand in the text itself (``data:image/png;base64,...``): a word with their size instead of megabytes."""

from __future__ import annotations

import re
from typing import NamedTuple

# A body of fewer characters than 64 is text like any other.
_DATA = re.compile(
    r"data:(?P<kind>[\w.+/-]{1,80})(?P<more>(?:;[\w.+=-]{1,80}){0,4}),(?P<body>[A-Za-z0-9+/=_%-]{64,})"
)
_STANDIN = re.compile(r"data:([\w.+/-]+);base64,~(\d+)")
_UNITS = ("B", "KB", "MB", "GB")


class Collapsed(NamedTuple):
    """Where a file stood: its place in the line and in the shortened line, and its lengths there."""

    place: int
    length: int
    shown: int
    short: int


def collapse(line: str) -> tuple[str, list[Collapsed]]:
    """A line with a short address in the place of each file in it."""
    if "data:" not in line:
        return line, []
    parts, found, place, shown = [], [], 0, 0
    for match in _DATA.finditer(line):
        whole = ";base64" in match["more"]
        body = len(match["body"])
        size = body * 3 // 4 if whole else body
        # Still an address of a picture, of the kinds that the parser takes.
        short = f"data:{match['kind']};base64,~{size}"
        parts += [line[place : match.start()], short]
        shown += match.start() - place
        found.append(Collapsed(match.start(), match.end() - match.start(), shown, len(short)))
        place, shown = match.end(), shown + len(short)
    return "".join([*parts, line[place:]]), found


def described(address: str) -> str | None:
    """What a short address stands for, such as ``data:image/png, 12 KB``; None for any other address."""
    match = _STANDIN.fullmatch(address)
    if match is None:
        return None
    size, unit = float(match[2]), 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    digits = 1 if unit and size < 10 else 0
    return f"data:{match[1]}, {size:.{digits}f} {_UNITS[unit]}"
