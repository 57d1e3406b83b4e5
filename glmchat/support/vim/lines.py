"""Lines, columns and words of a text as vim counts them; a place is an index, that of a break ends its line."""

from __future__ import annotations

import unicodedata

from glmchat.support.text import width

BLANK, SIGN, WORD, SYMBOL = 0, 1, 2, 3
# Scripts whose words are runs of their own, as vim tells them apart.
_SCRIPTS = ((0x3040, 0x309F), (0x30A0, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7AF), (0x20000, 0x3FFFF))


def start_of(text: str, at: int) -> int:
    """Where the line of a place begins."""
    return text.rfind("\n", 0, at) + 1


def end_of(text: str, at: int) -> int:
    """Where the line of a place ends: its break, or the end of the text."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def below(text: str, at: int) -> int | None:
    """The start of the next line."""
    end = end_of(text, at)
    return None if end == len(text) else end + 1


def above(text: str, at: int) -> int | None:
    """The start of the line before."""
    start = start_of(text, at)
    return None if start == 0 else start_of(text, start - 1)


def first_word(text: str, at: int) -> int:
    """The first character of a line that is not white, else its last."""
    start, end = start_of(text, at), end_of(text, at)
    line = text[start:end]
    return settled(text, start + len(line) - len(line.lstrip(" \t")))


def settled(text: str, at: int) -> int:
    """The place where the cursor stands in normal mode: on a character, where the line has one."""
    at = max(0, min(at, len(text)))
    return at - 1 if at == end_of(text, at) and at > start_of(text, at) else at


def column(text: str, at: int) -> int:
    """How many cells stand before a place in its line."""
    return width(text[start_of(text, at) : at])


def at_column(text: str, start: int, wanted: int) -> int:
    """The place in a line that begins at `start` which covers a column, or the line's end."""
    at, end, taken = start, end_of(text, start), 0
    while at < end:
        taken += width(text[at])
        if taken > wanted:
            break
        at += 1
    return at


def is_indent(text: str, at: int) -> bool:
    """Whether nothing but white stands before a place in its line."""
    return not text[start_of(text, at) : at].strip(" \t")


def is_empty(text: str, at: int) -> bool:
    """Whether the line of a place has no characters."""
    return start_of(text, at) == end_of(text, at)


def kind(text: str, at: int, big: bool) -> int:
    """What a character is to the motions by words; of WORDs there is one kind."""
    if at >= len(text) or text[at].isspace():
        return BLANK
    char = text[at]
    if big or char == "_":
        return WORD
    code = ord(char)
    for first, last in _SCRIPTS:
        if first <= code <= last and char.isalnum():
            return first
    if char.isalnum() or unicodedata.combining(char):
        return WORD
    return SIGN if code < 0x1F000 else SYMBOL
