"""A picture as sixels: what a terminal makes of them is the picture."""

from __future__ import annotations

import random

import pytest

from glmchat.files.sixel import CLEAR, Indexed, encoded
from tests.files.sixels import pixels

COLOURS = bytes((255, 0, 0, 0, 255, 0, 0, 0, 255))
RED, GREEN, BLUE = (100, 0, 0), (0, 100, 0), (0, 0, 100)


def test_pixels_are_drawn_in_their_colours() -> None:
    picture = Indexed(3, 2, bytes((0, 1, 2, CLEAR, 0, 0)), COLOURS)
    assert pixels(encoded(picture, 0, 0, 3, 2)) == [[RED, GREEN, BLUE], [None, RED, RED]]


def test_what_is_clear_at_the_right_and_below_is_left_out() -> None:
    picture = Indexed(3, 3, bytes((0, 1, CLEAR, CLEAR, 0, CLEAR, CLEAR, CLEAR, CLEAR)), COLOURS)
    assert pixels(encoded(picture, 0, 0, 3, 3)) == [[RED, GREEN], [None, RED]]
    assert '"1;1;0;1' in encoded(picture, 0, 2, 3, 1)


def test_the_bytes_are_those_of_the_standard() -> None:
    picture = Indexed(6, 7, bytes([0] * 6 * 7), COLOURS)
    assert encoded(picture, 0, 0, 6, 7) == '\x1bP0;1;0q"1;1;6;7#0;2;100;0;0#0!6~-#0!6@\x1b\\'


@pytest.mark.parametrize("seed", range(6))
def test_any_part_of_any_picture_is_what_it_was(seed: int) -> None:
    chance = random.Random(seed)
    width, height = chance.randint(1, 50), chance.randint(1, 50)
    values = [chance.choice((0, 1, 2, CLEAR)) for _ in range(width * height)]
    picture = Indexed(width, height, bytes(values), COLOURS)
    x, y = chance.randrange(width), chance.randrange(height)
    right, bottom = min(x + 20, width), min(y + 20, height)
    named = {0: RED, 1: GREEN, 2: BLUE, CLEAR: None}
    wanted = [[named[values[row * width + column]] for column in range(x, right)] for row in range(y, bottom)]
    shown = pixels(encoded(picture, x, y, 20, 20))
    grown = [row + [None] * (right - x - len(row)) for row in shown]
    assert grown + [[None] * (right - x)] * (bottom - y - len(shown)) == wanted
