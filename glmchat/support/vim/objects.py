"""Text objects: what is around a place, from where to where; None where there is nothing of the kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from glmchat.support.vim.lines import above, below, end_of, is_indent, kind, start_of
from glmchat.support.vim.motions import PAIRS, matching


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text, `end` not taken; of whole lines, without the break of the last one."""

    start: int
    end: int
    lines: bool = False


def _word(around: bool, big: bool, text: str, at: int, count: int) -> Span | None:
    first, last = start_of(text, at), end_of(text, at)
    start, end = _run(text, at, first, last, big)
    white = kind(text, at, big) == 0
    for number in range(count):
        if number:
            if end >= last:
                return None
            white = kind(text, end, big) == 0
            end = _run(text, end, first, last, big)[1]
        if around and (white or number < count - 1 or kind(text, end, big) == 0) and end < last:
            end = _run(text, end, first, last, big)[1]
        elif around and white:
            return None
        elif around and start > first and kind(text, start - 1, big) == 0:
            blank = _run(text, start - 1, first, last, big)[0]
            start = blank if blank > first else start
    return Span(start, end)


def _run(text: str, at: int, first: int, last: int, big: bool) -> tuple[int, int]:
    """The characters of one kind around a place, in its line."""
    here, start, end = kind(text, at, big), at, at
    while start > first and kind(text, start - 1, big) == here:
        start -= 1
    while end < last and kind(text, end, big) == here:
        end += 1
    return start, end


def _quoted(mark: str, around: bool, text: str, at: int, count: int) -> Span | None:
    first, last = start_of(text, at), end_of(text, at)
    marks = [
        place
        for place in range(first, last)
        if text[place] == mark and (place == first or text[place - 1] != "\\")
    ]
    if at in marks:
        number = marks.index(at)
        number -= number % 2
    else:
        before = sum(place < at for place in marks)
        number = max(0, before - 1)
    if number + 1 >= len(marks):
        return None
    start, end = marks[number], marks[number + 1] + 1
    if not around:
        return Span(start + 1, end - 1) if count < 2 else Span(start, end)
    after = end
    while after < last and text[after] in " \t":
        after += 1
    while after == end and start > first and text[start - 1] in " \t":
        start -= 1
    return Span(start, after)


def _bracketed(open: str, around: bool, text: str, at: int, count: int) -> Span | None:
    close = PAIRS.get(open, ">")
    start = at
    for number in range(count):
        if number or text[start : start + 1] != open:
            found = _enclosing(text, start - (text[start : start + 1] in (open, close)), open, close)
            if found is None and number == 0:
                found = text.find(open, at)  # there is none around: the next one
            if found is None or found < 0:
                return None
            start = found
    end = matching(text, start, open, close, 1)
    if end is None:
        return None
    if around:
        return Span(start, end + 1)
    inner = start + 1
    if text[inner : inner + 1] == "\n" and inner < end:
        inner += 1
    if end > inner and is_indent(text, end):  # the bracket that closes stands alone in its line
        end = start_of(text, end)
        return Span(inner, end - 1, True) if is_indent(text, inner) else Span(inner, end - 1)
    return Span(inner, end)


def _enclosing(text: str, at: int, open: str, close: str) -> int | None:
    depth = 0
    while at >= 0:
        char = text[at : at + 1]
        if char == open:
            if depth == 0:
                return at
            depth -= 1
        elif char == close:
            depth += 1
        at -= 1
    return None


def _paragraph(around: bool, text: str, at: int, count: int) -> Span | None:
    start = start_of(text, at)
    white = _is_white(text, start)
    while (before := above(text, start)) is not None and _is_white(text, before) == white:
        start = before
    end = _last_line(text, start_of(text, at), white)
    for number in range(count):
        if number:
            if (after := below(text, end)) is None:
                return None
            white = _is_white(text, after)
            end = _last_line(text, after, white)
        if around and (after := below(text, end)) is not None:
            end = _last_line(text, after, not white)
        elif around and white:
            return None
        elif around:
            while (before := above(text, start)) is not None and _is_white(text, before):
                start = before
    return Span(start, end_of(text, end), True)


def _last_line(text: str, line: int, white: bool) -> int:
    """The last line of those from one on that are white, or are not."""
    while (after := below(text, line)) is not None and _is_white(text, after) == white:
        line = after
    return line


def _is_white(text: str, line: int) -> bool:
    return not text[line : end_of(text, line)].strip(" \t")


Object = Callable[[str, int, int], Span | None]
_BRACKETS = {"(": "()b", "[": "[]", "{": "{}B", "<": "<>"}
OBJECTS: Mapping[str, Object] = {
    **{f"{key}w": partial(_word, key == "a", False) for key in "ia"},
    **{f"{key}W": partial(_word, key == "a", True) for key in "ia"},
    **{f"{key}p": partial(_paragraph, key == "a") for key in "ia"},
    **{f"{key}{mark}": partial(_quoted, mark, key == "a") for key in "ia" for mark in "\"'`"},
    **{
        f"{key}{name}": partial(_bracketed, open, key == "a")
        for key in "ia"
        for open, names in _BRACKETS.items()
        for name in names
    },
}
