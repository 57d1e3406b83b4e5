"""Motions by words."""

from __future__ import annotations

from glmchat.support.vim.lines import BLANK, end_of, is_empty, kind, settled, start_of
from glmchat.support.vim.place import Move, Place, Reach


def word(big: bool, place: Place) -> Move | None:
    """To the start of the next word; an operator stops at the end of the line that it would leave last."""
    text, at = place.text, place.at
    for left in range(place.times - 1, -1, -1):
        stops = bool(place.operator) and left == 0
        if at >= len(text):
            break
        began, at = kind(text, at, big), at + 1
        if stops and (_at_end(text, at) or text[at - 1] == "\n"):
            break
        if began != BLANK:
            at = past(text, at, big) if kind(text, at, big) == began else at
            if stops and _at_end(text, at):
                break
        while at < len(text) and kind(text, at, big) == BLANK and not is_empty(text, at):
            at += 1
    if not place.operator and not place.visual:
        at = settled(text, at)
    return Move(at) if at != place.at or place.operator else None


def _at_end(text: str, at: int) -> bool:
    return at == end_of(text, at)


def past(text: str, at: int, big: bool) -> int:
    """Behind the run of characters of one kind that a place is in."""
    run = kind(text, at, big)
    while at < len(text) and kind(text, at, big) == run:
        at += 1
    return at


def word_end(big: bool, place: Place, stay: bool = False) -> Move | None:
    """To the last character of a word; `stay` keeps to the word that ends here, as cw does."""
    text, at = place.text, place.at
    for _ in range(place.times):
        began = kind(text, at, big)
        at += 1
        if at <= len(text) and began != BLANK and kind(text, at, big) == began:
            at = past(text, at, big)
        elif not stay or began == BLANK:
            while at < len(text) and kind(text, at, big) == BLANK:
                at += 1
            if at >= len(text):
                break
            at = past(text, at, big)
        at -= 1
        stay = False
    if at >= len(text):  # there is no further word
        at = len(text) if place.visual else settled(text, len(text))
    return Move(at, Reach.INCLUSIVE) if at != place.at or place.operator else None


def word_back(big: bool, place: Place) -> Move | None:
    """To the start of a word before."""
    text, at = place.text, place.at
    for _ in range(place.times):
        if at == 0:
            break
        at -= 1
        while at > 0 and kind(text, at, big) == BLANK and not is_empty(text, at):
            at -= 1
        run = kind(text, at, big)
        while run != BLANK and at > 0 and kind(text, at - 1, big) == run:
            at -= 1
    return Move(at) if at != place.at else None


def word_end_back(big: bool, place: Place) -> Move | None:
    """To the last character of a word before."""
    text, at = place.text, place.at
    for _ in range(place.times):
        if at == 0:
            break
        began = kind(text, at, big)
        at -= 1
        while began != BLANK and at > 0 and kind(text, at, big) == began:
            at -= 1
        while at > 0 and kind(text, at, big) == BLANK and not is_empty(text, at):
            at -= 1
    return Move(at, Reach.INCLUSIVE) if at != place.at else None


def current_line(text: str, at: int) -> str:
    """The line of a place."""
    return text[start_of(text, at) : end_of(text, at)]
