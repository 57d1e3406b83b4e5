"""Motions: where a key leads from a place, None where it leads nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from glmchat.support.vim.lines import (
    above,
    at_column,
    below,
    column,
    end_of,
    first_word,
    is_empty,
    settled,
    start_of,
)
from glmchat.support.vim.place import END, Move, Place, Reach
from glmchat.support.vim.words import word, word_back, word_end, word_end_back

Motion = Callable[[Place], Move | None]


def _left(place: Place) -> Move | None:
    start = start_of(place.text, place.at)
    return Move(max(start, place.at - place.times)) if place.at > start or place.operator else None


def _right(place: Place) -> Move | None:
    end = end_of(place.text, place.at)
    last = end if place.operator or place.visual else settled(place.text, end)
    return Move(min(last, place.at + place.times)) if place.at < last or place.operator else None


def _lines(step: Callable[[str, int], int | None], place: Place) -> Move | None:
    line = start_of(place.text, place.at)
    for number in range(place.times):
        found = step(place.text, line)
        if found is None:
            if number == 0:
                return None
            break
        line = found
    wanted = column(place.text, place.at) if place.wanted is None else place.wanted
    to = at_column(place.text, line, wanted)
    return Move(to if place.visual and wanted == END else settled(place.text, to), Reach.LINES, wanted)


def _down(place: Place) -> Move | None:
    return _lines(below, place)


def _up(place: Place) -> Move | None:
    return _lines(above, place)


def _line_start(place: Place) -> Move:
    return Move(start_of(place.text, place.at))


def _line_first(place: Place) -> Move:
    return Move(first_word(place.text, place.at))


def _line_end(place: Place) -> Move | None:
    line = place.at
    for number in range(place.times - 1):
        found = below(place.text, line)
        if found is None and number == 0:
            return None
        line = line if found is None else found
    end = end_of(place.text, line)
    return Move(end if place.visual else settled(place.text, end), Reach.INCLUSIVE, END)


def _to_line(number: int | None, place: Place) -> Move:
    at = 0
    if number is None:
        at = start_of(place.text, len(place.text))
    else:
        for _ in range(number - 1):
            at = found if (found := below(place.text, at)) is not None else at
    return Move(first_word(place.text, at), Reach.LINES)


def _find(step: int, before: bool, place: Place) -> Move | None:
    text, at = place.text, place.at
    first, last = start_of(text, at), end_of(text, at)
    stop = not (before and place.again and place.times == 1)
    for _ in range(place.times):
        while True:
            at += step
            if not first <= at < last:
                return None
            if text[at] == place.char and stop:
                break
            stop = True
    return Move(at - step if before else at, Reach.INCLUSIVE if step > 0 else Reach.EXCLUSIVE)


def _paragraphs(place: Place, step: Callable[[str, int], int | None]) -> tuple[int, bool] | None:
    """The line that `step` comes to after so many paragraphs, and whether the text ended first; None for too many."""
    line = start_of(place.text, place.at)
    for left in range(place.times - 1, -1, -1):
        skipped = not is_empty(place.text, line)
        while (found := step(place.text, line)) is not None:
            line = found
            if skipped and is_empty(place.text, line):
                break
            skipped = skipped or not is_empty(place.text, line)
        else:
            return None if left else (line, True)
    return line, False


def _paragraph_forward(place: Place) -> Move | None:
    found = _paragraphs(place, below)
    if found is None:
        return None
    line, ended = found
    if ended or below(place.text, line) is None:
        return Move(settled(place.text, len(place.text)), _reach_of_end(place.text))
    return Move(line)


def _reach_of_end(text: str) -> Reach:
    return Reach.EXCLUSIVE if is_empty(text, len(text)) else Reach.INCLUSIVE


def _paragraph_back(place: Place) -> Move | None:
    found = _paragraphs(place, above)
    if found is None:
        return None
    line, ended = found
    return Move(0 if ended else line)


PAIRS: Mapping[str, str] = {"(": ")", "[": "]", "{": "}"}


def _match(place: Place) -> Move | None:
    text, at, end = place.text, place.at, end_of(place.text, place.at)
    closing = {close: open for open, close in PAIRS.items()}
    if place.count is not None:
        lines = text.count("\n") + 1
        return _to_line((place.count * lines + 99) // 100, place) if place.count <= 100 else None
    while at < end and text[at] not in PAIRS and text[at] not in closing:
        at += 1
    if at >= end:
        return None
    here = text[at]
    other, step = (PAIRS[here], 1) if here in PAIRS else (closing[here], -1)
    found = matching(text, at, here, other, step)
    return None if found is None else Move(found, Reach.INCLUSIVE)


def matching(text: str, at: int, here: str, other: str, step: int) -> int | None:
    """The bracket that belongs to the one at a place."""
    depth = 0
    while 0 <= at < len(text):
        depth += (text[at] == here) - (text[at] == other)
        if depth == 0:
            return at
        at += step
    return None


MOTIONS: Mapping[str, Motion] = {
    "h": _left,
    "l": _right,
    " ": _right,
    "j": _down,
    "k": _up,
    "0": _line_start,
    "^": _line_first,
    "$": _line_end,
    "w": partial(word, False),
    "W": partial(word, True),
    "b": partial(word_back, False),
    "B": partial(word_back, True),
    "e": partial(word_end, False),
    "E": partial(word_end, True),
    "ge": partial(word_end_back, False),
    "gE": partial(word_end_back, True),
    "gg": lambda place: _to_line(place.times, place),
    "G": lambda place: _to_line(place.count, place),
    "f": partial(_find, 1, False),
    "t": partial(_find, 1, True),
    "F": partial(_find, -1, False),
    "T": partial(_find, -1, True),
    "{": _paragraph_back,
    "}": _paragraph_forward,
    "%": _match,
}
# Those that are followed by the character that they look for, and each one's opposite.
FINDS: Mapping[str, str] = {"f": "F", "F": "f", "t": "T", "T": "t"}
