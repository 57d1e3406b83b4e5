"""Pictures as sixels: once nothing moves, each cell shows what was written there last."""

from __future__ import annotations

import random
import re
from io import BytesIO

import pytest

from glmchat.tui.platform.sixel import Sixels
from tests.files.sixels import Colour, pixels

image = pytest.importorskip("PIL.Image")

CELL = (2, 3)
COLUMNS, ROWS = 12, 5
_TOKEN = re.compile(
    r"(\x1bP.*?\x1b\\)|\x1b\[(\d+);(\d+)H|\x1b\[(\d+)([GC])|\x1b([78])|\x1b\[[0-9;]*m|([^\x1b])"
)


class Terminal:
    """What a terminal shows by cell: a character, or the colour of the picture that was drawn over it."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], str | Colour] = {}
        self.at = self.kept = (1, 1)

    def feed(self, data: str) -> None:
        for found in _TOKEN.finditer(data):
            sixels, row, column, count, final, kept, char = found.groups()
            y, x = self.at
            if sixels:
                self._draw(pixels(sixels))
            elif row:
                self.at = int(row), int(column)
            elif count:
                self.at = y, int(count) if final == "G" else x + int(count)
            elif kept:
                self.kept, self.at = (self.at, self.at) if kept == "7" else (self.kept, self.kept)
            elif char:
                self.cells[self.at] = char
                self.at = y, x + 1

    def _draw(self, rows: list[list[Colour | None]]) -> None:
        width, height = CELL
        for y in range(0, len(rows), height):
            for x in range(0, len(rows[0]), width):
                (colour,) = {colour for row in rows[y : y + height] for colour in row[x : x + width]}
                assert colour is not None
                self.cells[self.at[0] + y // height, self.at[1] + x // width] = colour


def colour_of(number: int, x: int, y: int) -> Colour:
    return 20 + 25 * number, 8 * x, 20 * y


def drawing(number: int) -> bytes:
    """A picture each cell of which has a colour of its own."""
    picture = image.new("RGB", (COLUMNS * CELL[0], ROWS * CELL[1]))
    for x in range(picture.width):
        for y in range(picture.height):
            shares = colour_of(number, x // CELL[0], y // CELL[1])
            picture.putpixel((x, y), tuple(round(each * 2.55) for each in shares))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def settle(graphics: Sixels, terminal: Terminal) -> str:
    graphics.prepare()
    data = graphics.rest()
    terminal.feed(data)
    assert not graphics.waits
    return data


@pytest.mark.parametrize("seed", range(6))
def test_every_cell_shows_what_was_written_there_last(seed: int) -> None:
    chance = random.Random(seed)
    graphics, terminal = Sixels(), Terminal()
    pictures = [graphics.cells(drawing(number), COLUMNS, ROWS, CELL) for number in range(3)]
    wanted: dict[tuple[int, int], str | Colour] = {}
    for step in range(300):
        y, x = chance.randint(1, 8), chance.randint(1, 30)
        data = f"\x1b[{y};{x}H"
        for _ in range(chance.randint(1, 3)):
            if chance.random() < 0.5:
                number, row, first = chance.randrange(3), chance.randrange(ROWS), chance.randrange(COLUMNS)
                piece = pictures[number][row][first : first + chance.randint(1, COLUMNS)]
                wanted |= {(y, x + at): colour_of(number, first + at, row) for at in range(len(piece))}
            else:
                piece = chance.choice("abc") * chance.randint(1, 9)
                wanted |= {(y, x + at): char for at, char in enumerate(piece)}
            data += f"\x1b[1m{piece}\x1b[0m"
            x += len(piece)
        terminal.feed(graphics.drawn(data))
        if step % 10 == 9:
            settle(graphics, terminal)
    settle(graphics, terminal)
    assert {place: terminal.cells.get(place) for place in wanted} == wanted


def test_a_picture_is_one_piece_again_when_what_covered_it_is_gone() -> None:
    graphics, terminal = Sixels(), Terminal()
    rows = graphics.cells(drawing(0), COLUMNS, ROWS, CELL)
    whole = "".join(f"\x1b[{y + 2};4H{row}" for y, row in enumerate(rows))
    terminal.feed(graphics.drawn(whole))
    assert settle(graphics, terminal).count("\x1bP") == 1
    assert graphics.drawn(whole).count(" ") == 0 and not graphics.waits  # it is there
    terminal.feed(graphics.drawn("\x1b[4;6Hdialog"))
    settle(graphics, terminal)
    terminal.feed(graphics.drawn(f"\x1b[4;6H{rows[2][2:8]}"))
    assert settle(graphics, terminal).count("\x1bP") == 1


def test_nothing_is_drawn_while_it_moves_and_a_new_terminal_is_given_all_again() -> None:
    graphics = Sixels()
    rows = graphics.cells(drawing(0), COLUMNS, ROWS, CELL)
    for top in (5, 4, 3):
        data = graphics.drawn("".join(f"\x1b[{top + y};1H{row}" for y, row in enumerate(rows)))
        assert "\x1bP" not in data and graphics.waits
    assert graphics.rest().startswith("\x1b7\x1b[3;1H\x1bP") and graphics.rest() == ""
    graphics.begin()
    graphics.drawn(f"\x1b[3;1H{rows[0]}")
    assert graphics.waits and graphics.end() == ""
