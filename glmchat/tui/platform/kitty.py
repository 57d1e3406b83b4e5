"""Pictures by kitty's graphics protocol (sw.kovidgoyal.net/kitty/graphics-protocol).

Nothing is asked of the terminal: no answer can be taken for keys.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from glmchat.tui.platform.graphics import Graphics, Part

_CHUNK = 4096
# Other programs in the same terminal number their pictures from one.
_FIRST_ID = 0x676C6D00


@dataclass(slots=True, eq=False)
class _Picture:
    png: bytes
    id: int
    cell: tuple[int, int]
    sent: bool = False


class Kitty(Graphics[_Picture]):
    """Gives the terminal a picture once, and shows parts of it by number."""

    def begin(self) -> None:
        """All is given anew."""
        super().begin()
        for each in self._pictures.values():
            each.sent = False

    def end(self) -> str:
        """Pictures are taken away with their bytes."""
        return _command("a=d,d=A") if any(each.sent for each in self._pictures.values()) else ""

    def _made(self, png: bytes, number: int, cell: tuple[int, int]) -> _Picture:
        return _Picture(png, _FIRST_ID + number, cell)

    def _show(self, part: Part[_Picture]) -> str:
        picture = part.picture
        given = "" if picture.sent else _sent(picture)
        picture.sent = True
        column, row = part.place
        width, height = picture.cell
        source = f"x={column * width},y={row * height},w={part.columns * width},h={height}"
        return given + _command(f"a=p,i={picture.id},p={part.number},{source},c={part.columns},r=1,C=1,z=1")

    def _again(self, columns: int) -> str:
        return " " * columns

    def _hide(self, part: Part[_Picture]) -> str:
        return _command(f"a=d,d=i,i={part.picture.id},p={part.number}")

    def _keep(self, part: Part[_Picture]) -> str:
        return f"\x1b7\x1b[{part.row};{part.column}H{self._show(part)}\x1b8"

    def _all_gone(self) -> str:
        return _command("a=d,d=a")


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
