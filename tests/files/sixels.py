"""Sixels read as a terminal reads them."""

from __future__ import annotations

import re

Colour = tuple[int, int, int]
_TOKEN = re.compile(r"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)([?-~])|([?-~])|([$-])")


def pixels(sequence: str) -> list[list[Colour | None]]:
    """The rows of pixels that a sequence draws; None where it draws nothing."""
    head = re.match(r'\x1bP0;1;0q"1;1;(\d+);(\d+)', sequence)
    assert head is not None and sequence.endswith("\x1b\\")
    width, height = int(head[1]), int(head[2])
    rows: list[list[Colour | None]] = [[None] * width for _ in range(height)]
    palette: dict[str, Colour] = {}
    colour, x, y, at = "", 0, 0, head.end()
    while at < len(sequence) - 2:
        found = _TOKEN.match(sequence, at)
        assert found is not None, sequence[at : at + 20]
        at = found.end()
        number, red, green, blue, chosen, count, repeated, single, control = found.groups()
        if number:
            palette[number] = int(red), int(green), int(blue)
        elif chosen:
            colour = chosen
        elif control:
            x, y = 0, y + (6 if control == "-" else 0)
        else:
            end = x + int(count or 1)
            for bit in range(6):
                if (ord(repeated or single) - 63) >> bit & 1:
                    assert not any(rows[y + bit][x:end])
                    rows[y + bit][x:end] = [palette[colour]] * (end - x)
            x = end
    return rows
