"""Pictures in terminals that draw them: which cells of the screen show which part of which picture.

Everywhere above the driver a cell of a picture is a character of its own, out of a plane that no text uses: it is laid
out, scrolled, cut and covered like any other. Where such characters are written, the driver puts the part of the
picture there that they stand for; where anything else is written over it later, that part is gone.
How a terminal is told is for `kitty` and `sixel`.
"""

from __future__ import annotations

import re
import struct
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

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
# The pixels of a cell where the terminal does not tell.
USUAL_CELL = (10, 20)

P = TypeVar("P")


def has_cells(text: str) -> bool:
    """Whether a text has cells of a picture."""
    return not text.isascii() and _CELL.search(text) is not None


def told_cell_size(descriptor: int = 1) -> tuple[int, int] | None:
    """The pixels of a cell, as the terminal's size tells them; None where it does not."""
    try:
        import fcntl
        import termios

        size = fcntl.ioctl(descriptor, termios.TIOCGWINSZ, bytes(8))
    except (ImportError, OSError):
        return None
    rows, columns, width, height = struct.unpack("HHHH", size)
    if not rows or not columns or width < columns or height < rows:
        return None
    return width // columns, height // rows


def cell_size() -> tuple[int, int]:
    """The pixels of a cell, the usual ones where the terminal does not tell."""
    return told_cell_size() or USUAL_CELL


@dataclass(frozen=True, slots=True, eq=False)
class Part(Generic[P]):
    """A part of a row of a picture where it is on the screen; `code` is that of its first cell."""

    row: int
    column: int
    columns: int
    code: int
    picture: P
    number: int

    @property
    def end(self) -> int:
        """The column after it."""
        return self.column + self.columns

    @property
    def place(self) -> tuple[int, int]:
        """The first column and the row of the picture that are seen in it."""
        row, column = divmod(self.code % _BLOCK, MOST_COLUMNS)
        return column, row

    def has(self, column: int, columns: int, code: int, picture: P) -> bool:
        """Whether some cells show what they are to show by this part."""
        inside = self.column <= column and column + columns <= self.end
        return inside and self.picture == picture and code - self.code == column - self.column

    def is_followed_by(self, other: Part[P]) -> bool:
        """Whether another part goes on in the row where this one ends."""
        here = self.row == other.row and self.end == other.column
        return here and self.picture == other.picture and other.code - self.code == self.columns


class Graphics(ABC, Generic[P]):
    """The pictures that a terminal has been given, the oldest of which makes room for a new one; and where they are."""

    def __init__(self) -> None:
        self._pictures: dict[int, P] = {}
        self._shown: dict[int, list[Part[P]]] = {}
        self._count = self._parts = 0
        self._row = self._column = 1
        self._moved = False

    def cells(self, png: bytes, columns: int, rows: int, cell: tuple[int, int]) -> list[str]:
        """Take in a picture of so many cells, each of so many pixels; the characters of its rows."""
        slot = self._count % PICTURES
        self._pictures[slot] = self._made(png, self._count, cell)
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
            out.append(self._all_gone())
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

    def moved(self) -> None:
        """The terminal has another size, and may have put pictures elsewhere."""
        self._moved = True

    def end(self) -> str:
        """What takes all pictures away."""
        return ""

    @property
    def waits(self) -> bool:
        """Whether pictures are still to be drawn, once nothing moves."""
        return False

    def prepare(self) -> None:
        """Work out what `rest` writes; takes a while, and may be done in a thread."""

    def rest(self) -> str:
        """What draws those that wait."""
        return ""

    # -- how a terminal is told

    @abstractmethod
    def _made(self, png: bytes, number: int, cell: tuple[int, int]) -> P:
        """A picture as the terminal will be given it."""

    @abstractmethod
    def _show(self, part: Part[P]) -> str:
        """Show a part where the cursor is, which stays there; blanks are written there afterwards."""

    @abstractmethod
    def _again(self, columns: int) -> str:
        """Pass over cells in which the same is shown already."""

    @abstractmethod
    def _hide(self, part: Part[P]) -> str:
        """Take away a part over which something is written."""

    @abstractmethod
    def _keep(self, part: Part[P]) -> str:
        """Show what is left of a part that was taken away."""

    @abstractmethod
    def _all_gone(self) -> str:
        """Take away whatever is shown."""

    # -- what is where

    def _put(self, cells: str) -> Iterator[str]:
        """Write the parts of pictures that characters which stand in a row mean."""
        codes = [ord(char) - _FIRST for char in cells]
        start = 0
        for place in range(1, len(codes) + 1):
            if place == len(codes) or codes[place] != codes[place - 1] + 1 or not codes[place] % MOST_COLUMNS:
                yield from self._replace(codes[start], place - start)
                self._column += place - start
                start = place

    def _replace(self, code: int, columns: int) -> Iterator[str]:
        picture = self._pictures.get(code // _BLOCK)
        if picture is not None and any(
            each.has(self._column, columns, code, picture) for each in self._shown.get(self._row, ())
        ):
            yield self._again(columns)
            return
        yield from self._uncover(self._column, columns)
        if picture is not None:
            yield self._show(self._noted(picture, self._column, columns, code))
        yield " " * columns

    def _noted(self, picture: P, column: int, columns: int, code: int) -> Part[P]:
        self._parts += 1
        part = Part(self._row, column, columns, code, picture, self._parts)
        self._shown.setdefault(self._row, []).append(part)
        return part

    def _uncover(self, column: int, columns: int) -> Iterator[str]:
        """Take away what is shown in some cells of the row, and leave what is shown beside them."""
        end = column + columns
        here = self._shown.get(self._row)
        covered = [each for each in here or () if each.column < end and each.end > column]
        if not here or not covered:
            return
        self._shown[self._row] = [each for each in here if each not in covered]
        for each in covered:
            yield self._hide(each)
            if (left := column - each.column) > 0:
                yield self._keep(self._noted(each.picture, each.column, left, each.code))
            if (right := each.end - end) > 0:
                yield self._keep(self._noted(each.picture, end, right, each.code + end - each.column))
        if not self._shown[self._row]:
            del self._shown[self._row]
