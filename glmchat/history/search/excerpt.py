"""A piece of a long text around what was found, and where in it the words stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

LENGTH = 160
_BEFORE = 50
_HIGHLIGHTS = 20


def pattern(term: str) -> re.Pattern[str]:
    """What finds a term in a text, in upper and lower case alike; any space stands for any run of spaces."""
    return re.compile(r"\s+".join(map(re.escape, term.split())) or re.escape(term), re.IGNORECASE)


def found(text: str, patterns: Sequence[re.Pattern[str]]) -> list[tuple[int, int]] | None:
    """The first place of each pattern; None unless all are there."""
    places = []
    for each in patterns:
        match = each.search(text)
        if match is None:
            return None
        places.append(match.span())
    return places


def cut(text: str, at: int, patterns: Sequence[re.Pattern[str]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """One line around the character `at`, and the (start, end) ranges in it that the patterns find."""
    start = max(0, at - _BEFORE)
    if start:
        # Begin at a word where one begins nearby.
        space = text.find(" ", start, at)
        start = space + 1 if 0 <= space < start + 20 else start
    piece = " ".join(text[start : start + LENGTH * 2].split())
    line = (
        ("…" if start else "")
        + piece[:LENGTH]
        + ("…" if len(piece) > LENGTH or start + LENGTH * 2 < len(text) else "")
    )
    return line, highlights(line, patterns)


def highlights(line: str, patterns: Sequence[re.Pattern[str]]) -> tuple[tuple[int, int], ...]:
    """Where the patterns stand in a line, in order and without overlap."""
    spans = sorted(match.span() for each in patterns for match in each.finditer(line))
    out: list[tuple[int, int]] = []
    for start, end in spans[:_HIGHLIGHTS]:
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        elif end > start:
            out.append((start, end))
    return tuple(out)
