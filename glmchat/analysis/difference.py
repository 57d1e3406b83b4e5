"""Compares replies word by word; Chinese and Japanese character by character."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
# A CJK character, a word, a flag, or any other sign with what is joined to it; white space is no token.
_TOKEN = re.compile(
    f"[{_CJK}][{_MARKS}]*"
    f"|(?:(?![{_CJK}])\\w[{_MARKS}]*)+"
    "|[\U0001f1e6-\U0001f1ff]{2}"
    f"|\\S[{_MARKS}]*(?:\u200d\\S[{_MARKS}]*)*"
)
_LINE = re.compile(r"\S[^\n]*\S|\S")

# Pairs of equal tokens that a comparison may walk over: some 50 ms of work.
BUDGET = 200_000


class Kind(StrEnum):
    """Which reply a difference is in."""

    REMOVED = "removed"  # only in the first
    ADDED = "added"  # only in the second


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch that only one reply has: offsets into the first if removed, into the second if added."""

    start: int
    end: int
    kind: Kind


_Token = tuple[int, int, str]  # start, end, text
_Change = tuple[list[_Token], list[_Token]]  # what only the first has, and only the second


def words(a: str, b: str) -> list[Span]:
    """List what only `a` has and what only `b` has, in the order of the text.

    White space alone is no difference. Where comparing all words would cost too much, lines are compared, and
    words only within the lines that differ, until `BUDGET` is spent; past that, whole lines are marked.
    """
    ours, theirs = _trimmed(_tokens(_TOKEN, a), _tokens(_TOKEN, b))
    affordable = _cost(ours, theirs) <= BUDGET
    changes = _differing(ours, theirs) if affordable else _by_lines(a, b)
    spans: list[Span] = []
    for removed, added in changes:
        spans += _spans(a, removed, Kind.REMOVED)
        spans += _spans(b, added, Kind.ADDED)
    return spans


def _tokens(pattern: re.Pattern[str], text: str, start: int = 0, end: int | None = None) -> list[_Token]:
    found = pattern.finditer(text, start, len(text) if end is None else end)
    return [(match.start(), match.end(), match.group()) for match in found]


def _trimmed(ours: list[_Token], theirs: list[_Token]) -> _Change:
    """Both without what they begin and end with alike."""
    shortest = min(len(ours), len(theirs))
    head = next((at for at in range(shortest) if ours[at][2] != theirs[at][2]), shortest)
    rest = shortest - head
    tail = next((at for at in range(rest) if ours[-1 - at][2] != theirs[-1 - at][2]), rest)
    return ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]


def _cost(ours: list[_Token], theirs: list[_Token]) -> int:
    """How many pairs of equal tokens there are, which is what a comparison walks over."""
    first = Counter(text for _, _, text in ours)
    second = Counter(text for _, _, text in theirs)
    return sum(count * second[text] for text, count in first.items())


def _differing(ours: list[_Token], theirs: list[_Token]) -> Iterator[_Change]:
    texts = [text for _, _, text in ours], [text for _, _, text in theirs]
    for tag, i, j, k, m in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if tag != "equal":
            yield ours[i:j], theirs[k:m]


def _by_lines(a: str, b: str) -> Iterator[_Change]:
    ours, theirs = _trimmed(_tokens(_LINE, a), _tokens(_LINE, b))
    left = BUDGET - _cost(ours, theirs)
    for removed, added in _differing(ours, theirs) if left >= 0 else [(ours, theirs)]:
        inner = _trimmed(_words_of(a, removed), _words_of(b, added))
        cost = _cost(*inner)
        if cost > left:
            yield removed, added
        else:
            left -= cost
            yield from _differing(*inner)


def _words_of(text: str, lines: list[_Token]) -> list[_Token]:
    return _tokens(_TOKEN, text, lines[0][0], lines[-1][1]) if lines else []


def _spans(text: str, tokens: list[_Token], kind: Kind) -> Iterator[Span]:
    """One span for tokens that only white space parts."""
    start = None
    for at, (first, end, _) in enumerate(tokens):
        start = first if start is None else start
        if at + 1 == len(tokens) or text[end : tokens[at + 1][0]].strip():
            yield Span(start, end, kind)
            start = None


def marks(texts: list[str], chosen: int) -> list[list[tuple[int, int]]]:
    """What to mark in each text: what the chosen one lacks, and in the chosen one what no other has.

    Where a text only lacks what the chosen one has, nothing in it can be marked: that is marked in the chosen one.
    """
    found: list[list[tuple[int, int]]] = []
    alone, lacked = [True] * len(texts[chosen]), [False] * len(texts[chosen])
    for number, text in enumerate(texts):
        if number == chosen:
            found.append([])
            continue
        spans = words(texts[chosen], text)
        found.append([(each.start, each.end) for each in spans if each.kind is Kind.ADDED])
        only = [False] * len(alone)
        for each in spans:
            if each.kind is Kind.REMOVED:
                only[each.start : each.end] = [True] * (each.end - each.start)
        alone = [here and there for here, there in zip(alone, only, strict=True)]
        if not found[number]:
            lacked = [here or there for here, there in zip(lacked, only, strict=True)]
    found[chosen] = _runs([here or there for here, there in zip(alone, lacked, strict=True)])
    return found


def _runs(flags: list[bool]) -> list[tuple[int, int]]:
    """The stretches that are set, as (start, end)."""
    edges = [
        at
        for at, (before, here) in enumerate(zip([False, *flags], [*flags, False], strict=True))
        if before != here
    ]
    return list(zip(edges[::2], edges[1::2], strict=True))
