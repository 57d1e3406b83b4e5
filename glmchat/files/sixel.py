"""A part of a picture as sixels: six rows of pixels at a time, one pass over them for each colour.

Source: DEC, "VT330/VT340 Programmer Reference Manual", volume 2, chapter 14, "Graphics programming".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

# What no colour is drawn for.
CLEAR = 255
MOST_COLOURS = 255
_BAND = 6
_RUN = re.compile(rb"(.)\1{3,}", re.DOTALL)
# A sixel's character is its six bits, the top one lowest, and 63.
_CHARACTER = bytes((each + 63) & 255 for each in range(256))


@dataclass(frozen=True, slots=True, eq=False)
class Indexed:
    """A picture of a few colours, three bytes each: a byte for each pixel says which, or `CLEAR`."""

    width: int
    height: int
    pixels: bytes
    colours: bytes


def encoded(picture: Indexed, x: int, y: int, width: int, height: int) -> str:
    """The sequence that draws a part of a picture where the cursor is."""
    left, right = min(x, picture.width), min(x + width, picture.width)
    rows = [
        picture.pixels[row * picture.width + left : row * picture.width + right]
        for row in range(y, min(y + height, picture.height))
    ]
    rows = _trimmed(rows)
    used = sorted(set().union(*rows) - {CLEAR})
    palette = "".join(_defined(each, picture.colours) for each in used)
    bands = (b"$".join(_band(rows[at : at + _BAND])) for at in range(0, len(rows), _BAND))
    body = b"-".join(bands).decode("ascii")
    return f'\x1bP0;1;0q"1;1;{len(rows[0])};{len(rows)}{palette}{body}\x1b\\'


def _trimmed(rows: list[bytes]) -> list[bytes]:
    """Rows without what is clear to the right and below: some terminals do not leave that as it is."""
    clear = bytes((CLEAR,))
    width = max((len(row.rstrip(clear)) for row in rows), default=0)
    height = max((number + 1 for number, row in enumerate(rows) if row.strip(clear)), default=0)
    return [row[:width] for row in rows[:height]] or [b""]


def _defined(number: int, colours: bytes) -> str:
    """A colour as shares of a hundred."""
    red, green, blue = (round(each / 2.55) for each in colours[3 * number : 3 * number + 3])
    return f"#{number};2;{red};{green};{blue}"


def _band(rows: list[bytes]) -> Iterator[bytes]:
    """Up to six rows of pixels: where each of their colours is."""
    for colour in sorted(set().union(*rows) - {CLEAR}):
        bits = 0
        for number, row in enumerate(rows):
            if colour in row:
                bits |= int.from_bytes(row.translate(_only(colour, 1 << number)), "big")
        sixels = bits.to_bytes(len(rows[0]), "big").translate(_CHARACTER).rstrip(b"?")
        yield b"#%d%b" % (colour, _RUN.sub(_run, sixels))


def _run(found: re.Match[bytes]) -> bytes:
    return b"!%d%b" % (len(found[0]), found[1])


@cache
def _only(colour: int, bit: int) -> bytes:
    """A table that makes a bit of one colour and nothing of all others."""
    return bytes(colour) + bytes((bit,)) + bytes(255 - colour)
