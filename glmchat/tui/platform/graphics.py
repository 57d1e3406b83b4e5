"""Pictures in terminals that draw them, by kitty's graphics protocol (sw.kovidgoyal.net/kitty/graphics-protocol).

Everywhere above the driver a cell of a picture is a character of its own, out of a plane that no text uses: it is laid
out, scrolled, cut and covered like any other. Where such characters are written, the driver puts the part of the
picture there that they stand for; where anything else is written over it later, it takes that part away again.
Nothing is asked of the terminal, so that no answer can be taken for keys.
"""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.cells import cell_len

# Supplementary private use area B. A picture has a block of codes: one for each cell that it may have.
_FIRST, _LAST = 0x100000, 0x10FFFD
MOST_COLUMNS, MOST_ROWS = 48, 14
_BLOCK = MOST_COLUMNS * MOST_ROWS
PICTURES = (_LAST - _FIRST + 1) // _BLOCK
_CELL = re.compile(f"[{chr(_FIRST)}-{chr(_LAST)}]")
# What moves the cursor in what Textual writes, other sequences, and text.
_PARTS = re.compile(
    r"\x1b\[(?P<row>\d*)(?:;(?P<column>\d*))?H|\x1b\[(?P<across>\d+)G"
    r"|(?P<other>\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(?:\x07|\x1b\\)|.)|[\x00-\x1f\x7f])"
    rf"|(?P<cells>[{chr(_FIRST)}-{chr(_LAST)}]+)|(?P<text>[^\x00-\x1f\x7f{chr(_FIRST)}-{chr(_LAST)}]+)",
    re.DOTALL,
)
_CHUNK = 4096
# Other programs in the same terminal number their pictures from one.
_FIRST_ID = 0x676C6D00
# What a terminal that draws pictures so calls itself; tmux and screen between it and us do not pass them on.
_TERMS = ("xterm-kitty", "xterm-ghostty")
# The pixels of a cell where the terminal does not tell.
USUAL_CELL = (10, 20)


@dataclass(slots=True, eq=False)
class _Picture:
    png: bytes
    id: int
    cell: tuple[int, int]
    sent: bool = False


def is_drawn_by(environ: Mapping[str, str]) -> bool:
    """Whether the terminal is known to draw pictures."""
    between = environ.get("TMUX") or environ.get("STY")
    return not between and environ.get("TERM", "") in _TERMS


def has_cells(text: str) -> bool:
    """Whether a text has cells of a picture."""
    return not text.isascii() and _CELL.search(text) is not None


def cell_size(descriptor: int = 1) -> tuple[int, int]:
    """The pixels of a cell, as the terminal's size tells them."""
    try:
        import fcntl
        import termios

        size = fcntl.ioctl(descriptor, termios.TIOCGWINSZ, bytes(8))
    except (ImportError, OSError):
        return USUAL_CELL
    rows, columns, width, height = struct.unpack("HHHH", size)
    if not rows or not columns or width < columns or height < rows:
        return USUAL_CELL
    return width // columns, height // rows


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a row of a picture where it is on the screen; `code` is that of its first cell."""

    column: int
    columns: int
    code: int
    place: int
    picture: _Picture

    @property
    def end(self) -> int:
        return self.column + self.columns


class Graphics:
    """The pictures that a terminal has been given, the oldest of which makes room for a new one; and where they are."""

    def __init__(self) -> None:
        self._pictures: dict[int, _Picture] = {}
        self._count = self._places = 0
        self._shown: dict[int, list[_Part]] = {}
        self._row = self._column = 1
        self._moved = False

    def cells(self, png: bytes, columns: int, rows: int, cell: tuple[int, int]) -> list[str]:
        """Take in a picture of so many cells, each of so many pixels; the characters of its rows."""
        slot = self._count % PICTURES
        self._pictures[slot] = _Picture(png, _FIRST_ID + self._count, cell)
        self._count += 1
        first = _FIRST + slot * _BLOCK
        starts = range(first, first + rows * MOST_COLUMNS, MOST_COLUMNS)
        return ["".join(map(chr, range(start, start + columns))) for start in starts]

    def drawn(self, data: str) -> str:
        """What is written, with pictures in the place of their characters, and without those that it covers."""
        if not self._shown and (data.isascii() or not _CELL.search(data)):
            return data
        out = []
        if self._moved:
            self._moved = False
            self._shown.clear()
            out.append(_command("a=d,d=a"))
        for found in _PARTS.finditer(data):
            kind = found.lastgroup
            if kind == "cells":
                out += self._put(found[0])
            elif kind == "text":
                width = cell_len(found[0])
                out += [*self._uncover(self._column, width), found[0]]
                self._column += width
            else:
                out.append(found[0])
                if kind == "across":
                    self._column = int(found[kind])
                elif kind != "other":
                    self._row, self._column = int(found["row"] or 1), int(found["column"] or 1)
        return "".join(out)

    def begin(self) -> None:
        """The terminal is a new one, or was in use by another program: nothing of what it was given is there."""
        self._shown.clear()
        for each in self._pictures.values():
            each.sent = False

    def moved(self) -> None:
        """The terminal has another size, and may have put pictures elsewhere."""
        self._moved = True

    def end(self) -> str:
        """What takes all pictures away."""
        return _command("a=d,d=A") if any(each.sent for each in self._pictures.values()) else ""

    def _put(self, cells: str) -> Iterator[str]:
        """Write the parts of pictures that characters which stand in a row mean."""
        codes = [ord(char) - _FIRST for char in cells]
        start = 0
        for place in range(1, len(codes) + 1):
            if place == len(codes) or codes[place] != codes[place - 1] + 1 or not codes[place] % MOST_COLUMNS:
                width = place - start
                yield from self._replace(codes[start], width)
                yield " " * width
                self._column += width
                start = place

    def _replace(self, code: int, columns: int) -> Iterator[str]:
        picture = self._pictures.get(code // _BLOCK)
        here = self._shown.get(self._row, [])
        if any(
            (each.column, each.columns, each.code, each.picture) == (self._column, columns, code, picture)
            for each in here
        ):
            return
        yield from self._uncover(self._column, columns)
        if picture is not None:
            if not picture.sent:
                picture.sent = True
                yield _sent(picture)
            yield self._place(picture, self._column, columns, code)

    def _place(self, picture: _Picture, column: int, columns: int, code: int) -> str:
        """Put a part of a picture where the cursor is, which stays there."""
        self._places += 1
        self._shown.setdefault(self._row, []).append(_Part(column, columns, code, self._places, picture))
        row, across = divmod(code % _BLOCK, MOST_COLUMNS)
        width, height = picture.cell
        source = f"x={across * width},y={row * height},w={columns * width},h={height}"
        return _command(f"a=p,i={picture.id},p={self._places},{source},c={columns},r=1,C=1,z=1")

    def _uncover(self, column: int, columns: int) -> Iterator[str]:
        """Take away what is shown in some cells of the row, and leave what is shown beside them."""
        end = column + columns
        here = self._shown.get(self._row)
        covered = [each for each in here or () if each.column < end and each.end > column]
        if not here or not covered:
            return
        self._shown[self._row] = [each for each in here if each not in covered]
        for each in covered:
            yield _command(f"a=d,d=i,i={each.picture.id},p={each.place}")
            left = column - each.column
            if left > 0:
                yield self._beside(each.picture, each.column, left, each.code)
            if each.end > end:
                yield self._beside(each.picture, end, each.end - end, each.code + end - each.column)
        if not self._shown[self._row]:
            del self._shown[self._row]

    def _beside(self, picture: _Picture, column: int, columns: int, code: int) -> str:
        return f"\x1b7\x1b[{self._row};{column}H{self._place(picture, column, columns, code)}\x1b8"


def _sent(picture: _Picture) -> str:
    """A picture's bytes, in pieces that the protocol allows."""
    data = base64.b64encode(picture.png).decode("ascii")
    pieces = [data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK)]
    last = len(pieces) - 1
    return "".join(
        _command(
            f"a=t,f=100,i={picture.id},m={int(number < last)}" if not number else f"m={int(number < last)}",
            each,
        )
        for number, each in enumerate(pieces)
    )


def _command(keys: str, payload: str = "") -> str:
    """A command that the terminal does not answer."""
    return f"\x1b_G{keys},q=2;{payload}\x1b\\"
