"""What is written of a change is enough: the terminal shows what it would show if all were written."""

from __future__ import annotations

import random

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from glmchat.tui.platform.screen_memory import Move, Pieces, ScreenMemory, Writer, difference
from glmchat.tui.platform.terminal import guard_widths

WIDTH, HEIGHT, SIDE = 30, 12, 8
STYLES = (
    Style(color="red"),
    Style(color="red", bgcolor="blue"),
    Style(bold=True),
    Style(link="https://a.b/c"),
    None,
)
WORDS = ("word", "ab", "界面", "é", "e\u0301t", " ", "   ", "x" * 7, "，")
CONSOLE = Console(color_system="truecolor", force_terminal=True)


class Terminal:
    """A terminal, and what is remembered of it."""

    def __init__(self) -> None:
        self.memory = ScreenMemory()
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self.stream = pyte.Stream(self.screen)
        self.written = 0

    def write(self, rows: dict[int, Pieces]) -> Move | None:
        writer = Writer(CONSOLE)
        move, pieces = self.memory.changes(rows)
        if move is not None:
            writer.move(move)
        for y, x, strip in pieces:
            writer.write(y, x, strip)
        self.written = len(writer.text())
        self.stream.feed(guard_widths(writer.text()))
        return move

    def cells(self) -> list[list[object]]:
        """All that is to be seen: characters with their colours."""
        return [[self.screen.buffer[y][x] for x in range(WIDTH)] for y in range(HEIGHT)]


def strip_of(chance: random.Random, width: int) -> Strip:
    """A strip of words in styles, with blanks up to a width."""
    segments: list[Segment] = []
    # What terminals take for wider than it is would run over the edge of the screen into the next row.
    words = WORDS if width == SIDE else (*WORDS, "👍")
    while True:
        segment = Segment(chance.choice(words), chance.choice(STYLES))
        if sum(each.cell_length for each in (*segments, segment)) > width or chance.random() < 0.1:
            break
        segments.append(segment)
    left = width - sum(each.cell_length for each in segments)
    return Strip([*segments, Segment(" " * left, chance.choice(STYLES))] if left else segments, width)


def screenful(chance: random.Random) -> list[Pieces]:
    return [{0: strip_of(chance, WIDTH - SIDE), WIDTH - SIDE: strip_of(chance, SIDE)} for _ in range(HEIGHT)]


def changed(chance: random.Random, rows: list[Pieces]) -> dict[int, Pieces]:
    """Some pieces of rows, written anew: grown, moved up or down, or replaced."""
    out: dict[int, Pieces] = {}
    if chance.random() < 0.5:
        top, bottom = sorted(chance.sample(range(HEIGHT + 1), 2))
        by = chance.randint(-4, 4)
        for y in range(top, bottom):
            moved = rows[y + by][0] if top <= y + by < bottom else strip_of(chance, WIDTH - SIDE)
            out[y] = {0: moved}
    for y in chance.sample(range(HEIGHT), chance.randint(0, 3)):
        x, width = chance.choice(((0, WIDTH - SIDE), (WIDTH - SIDE, SIDE)))
        out.setdefault(y, {})[x] = strip_of(chance, width)
    return out


@given(seed=st.integers(0, 10_000))
def test_whatever_changes_the_terminal_shows_it(seed: int) -> None:
    chance = random.Random(seed)
    known, whole = Terminal(), Terminal()
    rows = screenful(chance)
    known.write(dict(enumerate(rows)))
    for _ in range(8):
        update = changed(chance, rows)
        known.write(update)
        for y, pieces in update.items():
            rows[y] = {**rows[y], **pieces}
        whole.memory.keep({})
        whole.write(dict(enumerate(rows)))
        assert known.cells() == whole.cells()


@pytest.fixture
def lines() -> list[Strip]:
    """Lines of a conversation that fills the width."""
    return [Strip([Segment(f"line {number}".ljust(WIDTH), STYLES[0])], WIDTH) for number in range(40)]


@pytest.mark.parametrize("by", [1, 3, -1, -2])
def test_rows_that_scroll_are_moved_by_the_terminal(by: int, lines: list[Strip]) -> None:
    terminal = Terminal()
    terminal.write({y: {0: lines[10 + y]} for y in range(HEIGHT)})
    assert terminal.write({y: {0: lines[10 + y + by]} for y in range(HEIGHT)}) == Move(0, HEIGHT, by)
    assert [line.rstrip() for line in terminal.screen.display] == [
        lines[10 + y + by].text.rstrip() for y in range(HEIGHT)
    ]
    assert terminal.written < 40 + abs(by) * (WIDTH + 30)


def test_rows_beside_something_that_would_have_to_be_written_anew_are_not_moved(lines: list[Strip]) -> None:
    terminal = Terminal()
    side = [Strip([Segment(f"side {y}".ljust(SIDE), STYLES[1])], SIDE) for y in range(HEIGHT)]
    narrow = [line.crop(0, WIDTH - SIDE) for line in lines]
    terminal.write({y: {0: narrow[y], WIDTH - SIDE: side[y]} for y in range(HEIGHT)})
    assert terminal.write({y: {0: narrow[y + 1]} for y in range(HEIGHT)}) is None
    assert terminal.screen.display[0] == narrow[1].text + side[0].text


def test_of_a_row_that_grows_only_the_new_is_written() -> None:
    grey, red = STYLES[1], STYLES[0]
    old = [Segment("a word", red), Segment("          ", red)]
    assert difference(old, [Segment("a word more", red), Segment("     ", red)]) == (
        6,
        [Segment(" more", red)],
    )
    assert difference(old, old) == (0, [])
    assert difference(old, [Segment("a word", grey), Segment("          ", red)]) == (
        0,
        [Segment("a word", grey)],
    )


def test_a_mark_is_written_with_the_character_that_it_belongs_to() -> None:
    red = STYLES[0]
    old = [Segment("cafe", red), Segment(" x", None)]
    cells, segments = difference(old, [Segment("cafe", red), Segment("\u0301 x", None)])
    assert cells == 0 and segments[0].text == "cafe"


def test_what_somebody_else_wrote_is_written_over() -> None:
    terminal = Terminal()
    row = {0: {0: Strip([Segment("text".ljust(WIDTH))], WIDTH)}}
    terminal.write(row)
    terminal.write(row)
    assert terminal.written == 0
    terminal.memory.keep({})
    terminal.write(row)
    assert terminal.written > WIDTH


def test_rows_with_a_picture_are_not_moved(lines: list[Strip]) -> None:
    terminal = Terminal()
    picture = Strip([Segment("\U00100000\U00100001".ljust(WIDTH))], WIDTH)
    shown = [*lines[:5], picture, *lines[5:20]]
    terminal.write({y: {0: shown[y]} for y in range(HEIGHT)})
    assert terminal.write({y: {0: shown[y + 1]} for y in range(HEIGHT)}) is None
