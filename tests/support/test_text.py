import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmchat.support.text import (
    SafeStream,
    blank,
    fence,
    safe,
    safe_line,
    safe_title,
    width,
)

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ANY_TEXT = st.text(
    st.characters(codec=None) | st.sampled_from("\x1b\x9b\r\n\t\x07\u202e\u2028\U000e0041\ud83d\ude00")
)


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\x1b]52;c;ZXZpbA==\x07b", "a␛]52;c;ZXZpbA==␇b"),
        ("\x9b31m", "␛31m"),
        ("a\r\nb\rc\n\td", "a\nb␍c\n\td"),
        ("x\x7fy\x00", "x␡y␀"),
        ("a\u2028b\u2029c\x85d", "a↵b↵c␤d"),
        ("\ud83dx", "\ufffdx"),
        ("👩\u200d🚀 ❤\ufe0f é", "👩\u200d🚀 ❤\ufe0f é"),
        ("[red]markup stays text[/red]", "[red]markup stays text[/red]"),
        ("plain 中文", "plain 中文"),
    ],
)
def test_controls_become_symbols_and_the_rest_stays(hostile: str, shown: str) -> None:
    assert safe(hostile) == shown


def is_harmless(char: str) -> bool:
    if char in "\n\t":
        return True
    code = ord(char)
    return not (
        unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in BIDI or 0xE0000 <= code <= 0xE007F
    )


@given(ANY_TEXT)
def test_whatever_comes_nothing_that_moves_or_hides_is_left(text: str) -> None:
    assert all(map(is_harmless, safe(text)))
    line = safe_line(text)
    assert all(map(is_harmless, line))
    assert "\n" not in line
    assert "\t" not in line
    safe(text).encode()


@given(ANY_TEXT)
def test_safe_text_stays_as_it_is(text: str) -> None:
    once = safe(text)
    assert safe(once) == once


@given(ANY_TEXT, st.lists(st.integers(0, 60)))
def test_text_in_pieces_is_as_safe_as_in_one(text: str, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    stream = SafeStream()
    out = "".join(stream.feed(text[a:b]) for a, b in pairwise(places)) + stream.finish()
    whole = SafeStream()
    assert out == whole.feed(text) + whole.finish()


@given(st.text("a\u0301\u200d字\r", max_size=12), st.lists(st.integers(1, 60), max_size=6))
def test_no_more_than_thirty_marks_stand_on_a_sign_in_whatever_pieces_they_come(
    text: str, counts: list[int]
) -> None:
    heaps = text + "".join(f"e{chr(0x300 + count) * count}" for count in counts)
    stream = SafeStream()
    shown = "".join(stream.feed(char) for char in heaps) + stream.finish()
    assert shown == safe(heaps)
    assert max((len(heap) for heap in re.findall("[\u0300-\u036f]+", shown)), default=0) <= 30


def test_writing_that_has_marks_stays_as_it_is() -> None:
    for text in (
        "é ậ ḗ",
        "हिन्दी",
        "ภาษาไทยกั้น",
        "👩\u200d👩\u200d👧\u200d👦",
        "❤\ufe0f",
        "שָׁלוֹם",
        "e" + "\u0301" * 30,
    ):
        assert safe(text) == text


def test_half_a_pair_waits_for_the_other_half_and_a_return_for_its_line_feed() -> None:
    stream = SafeStream()
    assert [stream.feed(piece) for piece in ("a\ud83d", "\ude00\r", "\nb\r", "c\ud83d")] == [
        "a", "\U0001f600", "\nb", "␍c",
    ]  # fmt: skip
    assert stream.finish() == "\ufffd"


def test_symbols_take_one_cell() -> None:
    for code in [*range(32), *range(0x7F, 0xA0), *map(ord, BIDI), 0x2028, 0xE0041, 0xFEFF]:
        if chr(code) not in "\n\t":
            assert width(safe(chr(code))) == 1


def test_a_title_is_one_short_line() -> None:
    assert safe_title("  a\nb\x1b]0;x\x07\t c  ") == "a b␛]0;x␇ c"
    assert len(safe_title("x" * 500, 50)) == 50


def test_widths_are_cells() -> None:
    assert (width("abc"), width("中文"), width("")) == (3, 4, 0)


def test_a_fence_is_longer_than_any_in_the_code() -> None:
    assert fence("a\n````\nb") == "`````\na\n````\nb\n`````"
    assert fence("x = '`````'", "python").startswith("``````python\n")


@given(st.text() | st.text(" \t\n\u3000\u00a0x"))
def test_a_text_is_blank_where_stripping_leaves_nothing(text: str) -> None:
    assert blank(text) == (not text.strip())


def test_each_ascii_sign_is_as_safe_alone_as_beside_another_writing() -> None:
    for code in range(0x80):
        assert safe(chr(code) + "中") == safe(chr(code)) + "中"
