"""Files that stand in the text itself (``data:image/png;base64,...``): a word with their size instead of megabytes."""

from __future__ import annotations

import re
from typing import NamedTuple

_KIND = r"data:(?P<kind>[\w.+/-]{1,80})(?P<more>(?:;[\w.+=-]{1,80}){0,4}),"
_BODY = "A-Za-z0-9+/=_%-"
# In running text a body of fewer characters than 64 is text like any other.
_DATA = re.compile(rf"{_KIND}(?P<body>[{_BODY}]{{64,}})", re.IGNORECASE)
_ADDRESS = re.compile(rf"{_KIND}(?P<body>\S*)", re.IGNORECASE)
_MORE = re.compile(f"[{_BODY}]*")
_STANDIN = re.compile(r"data:[\w.+/-]+;base64,~(\d+)")
_MAY_HOLD = re.compile("data:", re.IGNORECASE)
_UNITS = ("B", "KB", "MB", "GB")


class File(NamedTuple):
    """A file in a text: its kind and size, its place there and its length, and the length of what stands for it."""

    kind: str
    size: int
    place: int
    length: int
    short: int
    whole: bool

    def grown(self, text: str) -> tuple[File, int]:
        """Return the file with what follows it in the next part of a long line, and how much of that it is."""
        more = _MORE.match(text)
        count = len(more[0]) if more else 0
        size = self.size + _bytes(text[:count], self.whole)
        return self._replace(size=size, length=self.length + count), count

    @property
    def name(self) -> str:
        """What it is called, such as ``data:image/png, 12 KB``."""
        return _named(self.kind, self.size)


def collapse(line: str, number: int) -> tuple[str, list[tuple[int, File]]]:
    """A line with a short address in the place of each file in it, with each file and where it now stands.

    The addresses are numbered from `number` on.
    """
    if not _MAY_HOLD.search(line):
        return line, []
    parts: list[str] = []
    found: list[tuple[int, File]] = []
    place = shown = 0
    for match in _DATA.finditer(line):
        short = f"data:{match['kind']};base64,~{number + len(found)}"
        parts += [line[place : match.start()], short]
        shown += match.start() - place
        whole = ";base64" in match["more"].lower()
        size = _bytes(match["body"], whole)
        file = File(match["kind"], size, match.start(), match.end() - match.start(), len(short), whole)
        found.append((shown, file))
        place, shown = match.end(), shown + len(short)
    return "".join([*parts, line[place:]]), found


def number_of(address: str) -> int | None:
    """The number of a short address; None for any other."""
    match = _STANDIN.fullmatch(address)
    return int(match[1]) if match else None


def _bytes(body: str, whole: bool) -> int:
    return len(body.rstrip("=")) * 3 // 4 if whole else len(body)


def is_file(address: str) -> bool:
    """Whether an address holds a file, or stands for one that does."""
    return address[:5].lower() == "data:"


def described(address: str) -> str | None:
    """What a file is called whose whole address stands there; None for any other address."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    return _named(match["kind"], _bytes(match["body"], ";base64" in match["more"].lower()))


def _named(kind: str, count: int) -> str:
    size, unit = float(count), 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    digits = 1 if unit and size < 10 else 0
    return f"data:{kind}, {size:.{digits}f} {_UNITS[unit]}"
