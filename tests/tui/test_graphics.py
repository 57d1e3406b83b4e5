"""Pictures in terminals that draw them: each cell shows what was written there last, whatever was there before."""

from __future__ import annotations

import base64
import random
import re
from dataclasses import dataclass, field

import pytest

from glmchat.tui.platform.graphics import MOST_COLUMNS, PICTURES
from glmchat.tui.platform.kitty import Kitty
from glmchat.tui.platform.pictures import Pictures
from glmchat.tui.platform.sixel import Sixels

CELL = (10, 20)
_TOKEN = re.compile(
    r"\x1b_G([^;]*);([^\x1b]*)\x1b\\|\x1b\[(\d+);(\d+)H|\x1b\[(\d+)G|\x1b([78])|\x1b\[[0-9;]*m|([^\x1b])"
)


@dataclass
class Terminal:
    """What a terminal makes of it: text by cell, pictures by id, and parts of them by id and place."""

    text: dict[tuple[int, int], str] = field(default_factory=dict)
    pictures: dict[int, bytes] = field(default_factory=dict)
    parts: dict[tuple[int, int], tuple[int, int, int, int, int]] = field(default_factory=dict)
    at: tuple[int, int] = (1, 1)
    kept: tuple[int, int] = (1, 1)
    coming: tuple[int, str] | None = None

    def feed(self, data: str) -> None:
        end = 0
        for found in _TOKEN.finditer(data):
            assert found.start() == end, data[end : end + 40]
            end = found.end()
            keys, payload, row, column, across, kept, char = found.groups()
            y, x = self.at
            if keys is not None:
                self._command(dict(each.split("=") for each in keys.split(",")), payload)
            elif row:
                self.at = int(row), int(column)
            elif across:
                self.at = y, int(across)
            elif kept:
                self.kept, self.at = (self.at, self.at) if kept == "7" else (self.kept, self.kept)
            elif char:
                self.text[self.at] = char
                self.at = y, x + 1
        assert end == len(data)

    def _command(self, keys: dict[str, str], payload: str) -> None:
        assert keys["q"] == "2"  # no answers
        if keys.get("a") == "t" or self.coming is not None:
            id, before = self.coming or (int(keys["i"]), "")
            self.coming = (id, before + payload)
            if keys["m"] == "0":
                self.pictures[id] = base64.b64decode(before + payload)
                self.coming = None
        elif keys["a"] == "p":
            assert int(keys["i"]) in self.pictures and keys["C"] == keys["r"] == "1"
            source = int(keys["x"]) // CELL[0], int(keys["y"]) // CELL[1]
            assert int(keys["w"]) == int(keys["c"]) * CELL[0] and int(keys["h"]) == CELL[1]
            self.parts[int(keys["i"]), int(keys["p"])] = (*self.at, int(keys["c"]), *source)
        elif keys["d"] == "i":
            del self.parts[int(keys["i"]), int(keys["p"])]
        else:
            self.parts.clear()

    def seen(self, y: int, x: int) -> tuple[bytes, int, int] | str:
        """What a cell shows: a picture with the column and row of it, or a character."""
        here = [
            (self.pictures[id], column + x - left, row)
            for (id, _), (top, left, width, column, row) in self.parts.items()
            if top == y and left <= x < left + width
        ]
        assert len(here) <= 1
        return here[0] if here else self.text.get((y, x), " ")


def test_a_picture_is_given_once_and_shown_by_rows() -> None:
    graphics, terminal = Kitty(), Terminal()
    png = bytes(range(256)) * 40
    rows = graphics.cells(png, 3, 2, CELL)
    assert [len(row) for row in rows] == [3, 3]
    terminal.feed(
        graphics.drawn("".join(f"\x1b[{y + 4};7H\x1b[38;5;1m{row}\x1b[0m" for y, row in enumerate(rows)))
    )
    for y in range(2):
        assert [terminal.seen(4 + y, 7 + x) for x in range(3)] == [(png, x, y) for x in range(3)]
    again = graphics.drawn(f"\x1b[4;7H{rows[0]}")
    assert "_G" not in again  # it is there
    terminal.feed(graphics.drawn("\x1b[4;8HX"))
    assert [terminal.seen(4, x) for x in (7, 8, 9)] == [(png, 0, 0), "X", (png, 2, 0)]
    terminal.feed(graphics.drawn(f"\x1b[4;1H{'·' * 20}"))
    assert [terminal.seen(4, x) for x in (7, 8, 9)] == ["·"] * 3
    terminal.feed(graphics.end())
    assert not terminal.parts


@pytest.mark.parametrize("seed", range(8))
def test_every_cell_shows_what_was_written_there_last(seed: int) -> None:
    chance = random.Random(seed)
    graphics, terminal = Kitty(), Terminal()
    pictures = [
        (bytes([number]) * 9, graphics.cells(bytes([number]) * 9, 12, 5, CELL)) for number in range(4)
    ]
    wanted: dict[tuple[int, int], tuple[bytes, int, int] | str] = {}
    for _ in range(400):
        y, x = chance.randint(1, 8), chance.randint(1, 30)
        data = f"\x1b[{y};{x}H" if chance.random() < 0.8 else f"\x1b[{y};1H\x1b[{x}G"
        for _ in range(chance.randint(1, 3)):
            if chance.random() < 0.5:
                png, rows = chance.choice(pictures)
                row, first = chance.randrange(5), chance.randrange(12)
                piece = rows[row][first : first + chance.randint(1, 12)]
                wanted |= {(y, x + at): (png, first + at, row) for at in range(len(piece))}
            else:
                piece = chance.choice("abc") * chance.randint(1, 9)
                wanted |= {(y, x + at): char for at, char in enumerate(piece)}
            data += f"\x1b[1m{piece}\x1b[0m"
            x += len(piece)
        terminal.feed(graphics.drawn(data))
    assert {place: terminal.seen(*place) for place in wanted} == wanted


def test_what_was_given_is_given_again_to_a_new_terminal_and_placed_anew_after_its_size_changed() -> None:
    graphics, terminal = Kitty(), Terminal()
    (row,) = graphics.cells(b"one", 2, 1, CELL)
    terminal.feed(graphics.drawn(f"\x1b[1;1H{row}"))
    graphics.moved()
    terminal.parts = {key: (9, *rest) for key, (_, *rest) in terminal.parts.items()}  # type: ignore[misc]
    terminal.feed(graphics.drawn(f"\x1b[1;1H{row}"))
    assert terminal.seen(1, 1) == (b"one", 0, 0) and terminal.seen(9, 1) == " "
    graphics.begin()
    other = Terminal()
    other.feed(graphics.drawn(f"\x1b[3;1H{row}"))
    assert other.seen(3, 2) == (b"one", 1, 0)


def test_the_oldest_picture_makes_room_and_what_is_left_of_it_shows_nothing_of_another() -> None:
    graphics, terminal = Kitty(), Terminal()
    for number in range(PICTURES + 1):
        (row,) = graphics.cells(b"%d" % number, MOST_COLUMNS, 1, CELL)
        terminal.feed(graphics.drawn(f"\x1b[1;1H{row}"))
        assert terminal.seen(1, 1) == (b"%d" % number, 0, 0)


@pytest.mark.parametrize("data", ["plain", "über 你好", "\x1b[1;1H\x1b]52;c;aGk=\x07text", "\U0010f000"])
def test_without_a_picture_nothing_is_changed_but_its_characters(data: str) -> None:
    assert Kitty().drawn(data) in (data, " ")


@pytest.mark.parametrize(
    ("environ", "drawn"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-ghostty"}, True),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"}, False),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, False),
        ({}, False),
    ],
)
def test_only_a_terminal_that_is_known_to_is_given_pictures(environ: dict[str, str], drawn: bool) -> None:
    pictures = Pictures("auto", environ)
    assert (isinstance(pictures.graphics, Kitty), pictures.question == "") == (drawn, drawn)


@pytest.mark.parametrize(
    ("wanted", "kind"), [("kitty", Kitty), ("sixel", Sixels), ("blocks", type(None)), ("off", type(None))]
)
def test_what_is_set_holds_and_nothing_is_asked(wanted: str, kind: type) -> None:
    pictures = Pictures(wanted, {"TERM": "xterm-kitty"})
    assert (type(pictures.graphics), pictures.question, pictures.off) == (kind, "", wanted == "off")
    assert pictures.told_attributes((64, 4)) == "" and type(pictures.graphics) is kind


def test_sixels_are_drawn_where_the_terminal_says_that_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    size: list[tuple[int, int] | None] = [CELL]
    monkeypatch.setattr("glmchat.tui.platform.pictures.told_cell_size", lambda: size[0])
    changes: list[object] = []
    pictures = Pictures("auto", {"TERM": "xterm"})
    pictures.changed = lambda: changes.append(pictures.graphics)
    assert pictures.question == "\x1b[c"
    assert pictures.told_attributes((4, 6)) == "" and pictures.graphics is None  # a VT132
    assert pictures.told_attributes((64, 1, 4, 6)) == "\x1b[?1;1;0S"
    pictures.told_colours(16)
    assert isinstance(pictures.graphics, Sixels) and pictures.graphics.colours == 16
    pictures.told_colours(1024)
    pictures.sized()
    assert len(changes) == 2
    size[0] = (8, 16)
    pictures.sized()
    assert len(changes) == 3 and pictures.graphics is not changes[1] and pictures.graphics.colours == 16


def test_a_terminal_that_does_not_tell_its_pixels_is_given_no_sixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glmchat.tui.platform.pictures.told_cell_size", lambda: None)
    pictures = Pictures("auto", {"TERM": "xterm"})
    assert pictures.told_attributes((64, 4)) == "" and pictures.graphics is None
