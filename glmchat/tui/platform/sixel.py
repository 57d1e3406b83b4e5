"""Pictures as sixels: a terminal keeps nothing of them, so that whatever is shown is drawn from its pixels.

That takes many bytes. So it is done once nothing has moved for a moment, and while the screen scrolls or a reply
streams the places of pictures are blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from glmchat.files.sixel import MOST_COLOURS, Indexed, encoded
from glmchat.tui.platform.graphics import Graphics, Part

REST_S = 0.2
_KEPT = 16


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    image: Indexed
    cell: tuple[int, int]


class _Area(NamedTuple):
    """A part of a picture of several rows."""

    first: Part[_Picture]
    rows: int

    def sixels(self) -> str:
        """What draws it where it is; the cursor is back afterwards."""
        column, row = self.first.place
        size = self.first.columns, self.rows
        drawn = _encoded(self.first.picture, column, row, *size)
        return f"\x1b7\x1b[{self.first.row};{self.first.column}H{drawn}\x1b8"


class Sixels(Graphics[_Picture]):
    """Draws pictures of as many colours as the terminal has."""

    def __init__(self, colours: int = MOST_COLOURS) -> None:
        super().__init__()
        self.colours = min(max(colours, 2), MOST_COLOURS)
        self._waiting: set[_Picture] = set()

    def begin(self) -> None:
        """Whatever is seen is drawn when its cells are written."""
        super().begin()
        self._waiting.clear()

    @property
    def waits(self) -> bool:
        """Whether a picture has moved, was covered or came into sight."""
        return bool(self._waiting)

    def prepare(self) -> None:
        """Work out the sixels that are written next, most of which are kept."""
        for area in self._areas():
            area.sixels()

    def rest(self) -> str:
        """What draws all that is seen of the pictures that wait."""
        areas = list(self._areas())
        self._waiting.clear()
        return "".join(area.sixels() for area in areas)

    def _made(self, png: bytes, number: int, cell: tuple[int, int]) -> _Picture:
        from glmchat.files.drawing import indexed

        return _Picture(indexed(png, self.colours), cell)

    def _show(self, part: Part[_Picture]) -> str:
        self._waiting.add(part.picture)
        return ""

    def _again(self, columns: int) -> str:
        return f"\x1b[{columns}C"

    def _hide(self, part: Part[_Picture]) -> str:
        return ""

    def _keep(self, part: Part[_Picture]) -> str:
        self._waiting.add(part.picture)  # some terminals take all of a picture away
        return ""

    def _all_gone(self) -> str:
        return ""

    def _areas(self) -> Iterator[_Area]:
        """The parts of pictures that wait, in as few pieces as it goes: terminals keep only some."""
        seen = [part for parts in self._shown.copy().values() for part in parts]
        open: dict[tuple[object, ...], _Area] = {}
        for part in _joined([each for each in seen if each.picture in self._waiting]):
            column, row = part.place
            above = open.pop((part.picture, part.row, part.column, part.columns, column, row), None)
            area = _Area(part, 1) if above is None else _Area(above.first, above.rows + 1)
            open[part.picture, part.row + 1, part.column, part.columns, column, row + 1] = area
        yield from open.values()


def _joined(parts: list[Part[_Picture]]) -> Iterator[Part[_Picture]]:
    """Parts from left to right in each row, with those made one that belong together."""
    before: Part[_Picture] | None = None
    for part in sorted(parts, key=lambda each: (each.row, each.column)):
        if before is not None and before.is_followed_by(part):
            before = replace(before, columns=before.columns + part.columns)
            continue
        if before is not None:
            yield before
        before = part
    if before is not None:
        yield before


@lru_cache(_KEPT)
def _encoded(picture: _Picture, column: int, row: int, columns: int, rows: int) -> str:
    width, height = picture.cell
    return encoded(picture.image, column * width, row * height, columns * width, rows * height)
