"""Keys as records of Windows' console, and line ends that arrive as keys within a paste."""

from __future__ import annotations

import pytest

from glmchat.tui.platform.input.tokens import Key, Paste
from tests.tui.input.line import Line, names, read


def record(*codes: int, key: int = 0, state: int = 0, repeat: int | str = 1) -> str:
    """Each code pressed and let go."""
    return "".join(f"\x1b[{key};30;{code};{down};{state};{repeat}_" for code in codes for down in (1, 0))


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (record(97, key=65), ["a"]), (record(0x4F60), ["你"]), (record(13, key=13), ["enter"]),
        (record(8, key=8), ["backspace"]), (record(3, key=67, state=8), ["ctrl+c"]), (record(27, key=27), ["escape"]),
        (record(9, key=9), ["tab"]), (record(9, key=9, state=16), ["shift+tab"]),
        (record(13, key=13, state=16), ["shift+enter"]), (record(0, key=38), ["up"]),
        (record(0, key=38, state=0x108), ["ctrl+up"]), (record(0, key=46), ["delete"]), (record(0, key=112), ["f1"]),
        (record(0, key=36, state=16), ["shift+home"]), (record(97, key=65, state=2), ["alt+a"]),
        # AltGr is Ctrl and Alt at once, and types.
        (record(64, key=81, state=9), ["at"]), (record(0, key=16, state=16), []), (record(0, key=999), []),
        (record(97, repeat=3), ["a", "a", "a"]), (record(97, repeat=""), ["a"]), (record(97, repeat=0), ["a"]),
        ("\x1b[65;30;97;1;0_", ["a"]), ("\x1b[;;97;1_x", ["x"]), (record(97) + "b" + record(99), ["a", "b", "c"]),
    ],
)  # fmt: skip
def test_a_record_is_the_key_that_it_tells(sent: str, expected: list[str]) -> None:
    assert names(sent) == expected
    slow = Line().send(*sent, pause=0.01)
    slow.rest(10)
    assert slow.names == expected


def test_a_paste_and_a_pair_of_halves_arrive_as_records() -> None:
    assert read(record(*map(ord, "\x1b[200~a\r\nb\x1b[201~"))) == [Paste("a\r\nb")]
    assert read(record(0xD83D, 0xDE00)) == [Key("grinning_face", "😀")]
    pieces = [record(ord(char)) for char in "\x1b[200~one\x1b[201~"]
    line = Line().send(*pieces, pause=0.001)
    assert line.out == [Paste("one")]


def test_records_within_a_paste_may_be_cut_anywhere() -> None:
    sent = record(*map(ord, "\x1b[200~one\x1b[201~"))
    start, end = len(record(*map(ord, "\x1b[200~"))), sent.index("_", sent.rindex("\x1b[0;30;101;"))
    for cut in range(start, end):
        line = Line().send(sent[:cut], sent[cut:], pause=0.001)
        assert line.out == [Paste("one")]


@pytest.mark.parametrize(
    "end", ["\x1b[106;5u", "\x1b[13;1u", "\x1b[13u", "\x1b[27;5;106~", "\x1b[109;5u", "\n"]
)
@pytest.mark.parametrize("tab", ["\x1b[105;5u", "\x1b[9u", "\x1b[27;5;105~", "\t"])
def test_line_ends_and_tabs_that_arrive_as_keys_within_a_paste_are_what_they_mean(end: str, tab: str) -> None:
    sent = f"\x1b[200~one{end}{tab}two[106;5u\x1b[201~"
    assert read(sent) == [Paste("one\n\ttwo[106;5u")]
    line = Line().send(*sent, pause=0.001)
    assert line.out == [Paste("one\n\ttwo[106;5u")]
