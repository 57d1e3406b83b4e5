"""Differences between replies: right, readable, and bounded in what they cost."""

from __future__ import annotations

import random
from collections import Counter
from difflib import SequenceMatcher
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmchat.analysis.difference import BUDGET, Kind, Span, marks, words


def _marked(a: str, b: str) -> tuple[list[str], list[str]]:
    """The texts that only the first has, and that only the second has."""
    spans = words(a, b)
    removed = [a[span.start : span.end] for span in spans if span.kind is Kind.REMOVED]
    return removed, [b[span.start : span.end] for span in spans if span.kind is Kind.ADDED]


def _left(text: str, kind: Kind, spans: list[Span]) -> str:
    """What is not marked, without its white space."""
    kept, at = "", 0
    for span in spans:
        if span.kind is kind:
            kept += text[at : span.start]
            at = span.end
    return "".join((kept + text[at:]).split())


def _sound(a: str, b: str) -> None:
    spans = words(a, b)
    assert _left(a, Kind.REMOVED, spans) == _left(b, Kind.ADDED, spans)
    for kind, text in ((Kind.REMOVED, a), (Kind.ADDED, b)):
        own = [span for span in spans if span.kind is kind]
        assert all(0 <= span.start < span.end <= len(text) for span in own)
        assert all(first.end <= second.start for first, second in pairwise(own))


@pytest.mark.parametrize(
    ("a", "b", "removed", "added"),
    [
        ("", "", [], []),
        ("same text", "same text", [], []),
        ("same  text\n", "same\ntext", [], []),
        ("", "all new", [], ["all new"]),
        ("all gone", "", ["all gone"], []),
        ("a stable sort keeps order", "a stable sort keeps the order", [], ["the"]),
        ("It is 3 o'clock.", "It is 4 o'clock.", ["3"], ["4"]),
        ("one two three four", "one 2 3 four", ["two three"], ["2 3"]),
        ("price", "prices", ["price"], ["prices"]),
        ("今天天气很好", "今天天气不好", ["很"], ["不"]),
        ("用Python写", "用Rust写", ["Python"], ["Rust"]),
        ("カタカナ", "カタガナ", ["カ"], ["ガ"]),
        ("한국어 좋아", "한국말 좋아", ["한국어"], ["한국말"]),
        ("end.", "end!", ["."], ["!"]),
    ],
)
def test_differences_are_whole_words_and_single_cjk_characters(
    a: str, b: str, removed: list[str], added: list[str]
) -> None:
    assert _marked(a, b) == (removed, added)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("👍🏽", "👍🏿"),
        ("👨‍👩‍👧", "👨‍👩‍👦"),
        ("🇨🇳", "🇨🇭"),
        ("❤️", "❤"),
        ("cafe\u0301", "cafe"),
        ("🏴\U000e0067\U000e007f", "🏴\U000e0065\U000e007f"),
    ],
)
def test_what_is_joined_on_screen_is_never_cut(a: str, b: str) -> None:
    assert _marked(f"x {a} y", f"x {b} y") == ([a], [b])


_REPLY = st.lists(
    st.sampled_from(["a", "b", "the", " ", "\n", "你", "好", ",", "👍🏽", "e\u0301", "\u3000"])
).map("".join)


@given(_REPLY, _REPLY)
def test_what_is_not_marked_is_the_same_in_both(a: str, b: str) -> None:
    _sound(a, b)


@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(a: str, b: str) -> None:
    _sound(a, b)


@pytest.mark.parametrize("budget", [-1, 0, 1, 5, 50])
def test_what_is_not_marked_is_the_same_when_the_budget_is_small(
    budget: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glmchat.analysis.difference.BUDGET", budget)
    chance = random.Random(7)
    for _ in range(60):
        a, b = ("".join(chance.choices("ab 你\n", k=chance.randrange(40))) for _ in range(2))
        _sound(a, b)


def test_a_long_text_is_compared_by_lines_and_by_words_within_them() -> None:
    lines = [f"the line {number} of the long and the very long text" for number in range(3000)]
    changed = [
        *lines[:9],
        "the line 9 of the short and the very long text",
        *lines[10:2000],
        "new",
        *lines[2001:],
    ]
    removed, added = _marked("\n".join(lines), "\n".join(changed))
    assert removed == ["long", lines[2000]]
    assert added == ["short", "new"]


def test_texts_that_would_cost_too_much_are_marked_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def watched(junk: None, a: list[str], b: list[str], autojunk: bool) -> SequenceMatcher[str]:
        ours, theirs = Counter(a), Counter(b)
        compared.append(sum(ours[text] * theirs[text] for text in ours))
        return SequenceMatcher(junk, a, b, autojunk)

    monkeypatch.setattr("glmchat.analysis.difference.SequenceMatcher", watched)
    a = "first\n" + "a b\n" * 5000
    b = "last\n" + "b a\n" * 5000 + "a b\n" * 5000 + "end"
    _sound(a, b)
    assert _marked("x " + "a b " * 5000, "y " + "b a " * 5000)[0] == [("x " + "a b " * 5000).strip()]
    assert compared and max(compared) <= BUDGET


def test_the_chosen_text_has_marked_what_no_other_has() -> None:
    assert marks(["a b c", "a x c", "a b y"], 0) == [[], [(2, 3)], [(4, 5)]]
    assert marks(["a b c", "x c", "y c"], 0) == [[(0, 3)], [(0, 1)], [(0, 1)]]
    assert marks(["", "a"], 0) == [[], [(0, 1)]]


def test_what_only_another_text_lacks_is_marked_in_the_chosen_one() -> None:
    assert marks(["a b c", "a b c", "a"], 0) == [[(2, 5)], [], []]
    assert marks(["a b c", "a b", "x b c"], 0) == [[(4, 5)], [], [(0, 1)]]
    for chosen in range(3):
        assert not any(marks(["a b", "a  b", "a b"], chosen))
        assert any(marks(["a b", "a b", "a"], chosen))
