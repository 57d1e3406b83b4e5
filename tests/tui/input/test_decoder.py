"""What terminals send, in any cuts and with any pauses: never an error, never garbage, never a text lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS, IGNORE_SEQUENCE
from textual._xterm_parser import XTermParser
from textual.events import Key as KeyEvent

from glmchat.tui.platform.input.tokens import Key, Paste
from tests.tui.input.line import ALWAYS, SLOW_S, Line, cut, names, read, typed

# ---------------------------------------------------------------- any bytes, any cuts

CUTS = st.lists(st.integers(0, 400), max_size=8)
PIECES = (
    b"\x1b", b"\x1b[", b"\x1b]", b"\x1bP", b"\x1b_", b"\x1bO", b"\x1b\\", b"\x07", b"\x9c", b"\x1b[<", b"\x1b[M",
    b"\x1b[200~", b"\x1b[201~", b";", b":", b"u", b"~", b"R", b"1", b"99", b"$y", b"?", b"\r", b"\n", b"\x03", b"a",
    "я".encode(), "中".encode(), "👍".encode(), b"\xe9", b"\xc2\x9b", b"\xed\xa0\x80", b"\xf8", b"9" * 5000, b"-",
)  # fmt: skip
SENT = st.one_of(st.binary(max_size=60), st.lists(st.sampled_from(PIECES), max_size=14).map(b"".join))


@given(SENT, CUTS, st.sampled_from([0.0, 0.05, SLOW_S, 1.5]), st.booleans())
def test_any_bytes_in_any_cuts_raise_nothing_and_the_next_text_is_read(
    data: bytes, places: list[int], pause: float, brackets: bool
) -> None:
    line = Line(brackets).send(*cut(data, places), pause=pause)
    line.rest(ALWAYS)
    line.out.clear()
    line.send("stillhere")
    line.rest(ALWAYS)
    assert line.text.lstrip("\ufffd").endswith("stillhere")
    assert all(token.name.isprintable() for token in line.out if isinstance(token, Key))


TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029"), max_size=40
)


@given(TEXTS, CUTS, st.sampled_from([0.0, SLOW_S, 3.0]))
def test_a_text_in_any_cuts_is_the_same_text(text: str, places: list[int], pause: float) -> None:
    line = Line().send(*cut(text.encode(), places), pause=pause)
    assert "".join(token.character or "" for token in line.out if isinstance(token, Key)) == text


@given(TEXTS, CUTS)
def test_a_paste_in_any_cuts_is_the_same_paste(text: str, places: list[int]) -> None:
    sent = f"\x1b[200~{text}\x1b[201~".encode()
    line = Line().send(*cut(sent, places), pause=SLOW_S)
    assert [token for token in line.out if token != Key("escape")] == ([Paste(text)] if text else [])


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (b"\xe9", "\ufffd"),
        (b"caf\xe9 ol\xe9", "caf\ufffd ol\ufffd"),
        (b"\x80\xbf\x9b\x9d\x90", "\ufffd" * 5),
        (b"\xc0\xaf", "\ufffd" * 2),
        (b"\xf5\x80\x80\x80x", "\ufffd" * 4 + "x"),
        (b"\xed\xa0\xbd\xed\xb8\x80x", "\ufffd" * 6 + "x"),
        (b"\xe4\xbdx", "\ufffd" * 2 + "x"),
    ],
)
def test_bytes_that_are_no_utf_8_are_shown_as_such(sent: bytes, text: str) -> None:
    assert "".join(typed(read(sent + b"stillhere"))) == text + "stillhere"


def test_a_character_cut_in_half_is_whole_when_its_other_half_comes() -> None:
    line = Line().send("中".encode()[:2], "中".encode()[2:] + b"x", pause=5.0)
    assert line.text == "中x"


# ---------------------------------------------------------------- keys of the old kind


def as_textual_reads(sequence: str) -> list[str]:
    parser = XTermParser()
    return [event.key for event in parser.feed(sequence) if isinstance(event, KeyEvent)]


def as_its_table_says(sequence: str) -> list[str]:
    keys = ANSI_SEQUENCES_KEYS[sequence]
    return [key.value for key in keys] if isinstance(keys, tuple) else []


# Where its table is wrong, or names a key of rxvt and xterm by a number that no keyboard has.
OTHERWISE = {
    "\x1b[7^": ["ctrl+home"], "\x1b[8^": ["ctrl+end"], "\x1bOb": ["ctrl+down"], "\x00": ["ctrl+at"],
    "\x1b[1;2R": ["shift+f3"], "\x1b[1;6R": ["ctrl+shift+f3"], "\x1b[23$": ["shift+f11"],
    "\x1b[24$": ["shift+f12"], "\x1b[23@": ["ctrl+shift+f11"], "\x1b[24@": ["ctrl+shift+f12"],
}  # fmt: skip
# Those that are read as something else, or are no keys: mintty's digits, macOS characters, functions of tmux.
LEFT_OUT = (
    [f"\x1b[1;{modifier}{final}" for modifier in "5678" for final in "pqrstuvwxy"]
    + [f"\x1b{char}" for char in "§1234567890-="]
    + ["\x1b[62~", "\x1b[63~", "\x1b\x1b", "\x9b", "\x1b[167;5u", "\x1b[1;9A"]
)


@pytest.mark.parametrize(
    "sequence",
    [
        key
        for key, value in ANSI_SEQUENCES_KEYS.items()
        if key not in LEFT_OUT and value is not IGNORE_SEQUENCE
    ],
)
def test_sequences_mean_the_keys_that_textual_takes_them_for(sequence: str) -> None:
    expected = [OTHERWISE.get(sequence)] if sequence in OTHERWISE else []
    assert names(sequence) in (expected or [as_textual_reads(sequence), as_its_table_says(sequence)])
