"""How far an escape sequence reaches, before anything is said of what it means."""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import cache
from string import ascii_letters

ESC = "\x1b"
# The 8-bit forms of what introduces a sequence, and the usual ones.
INTRODUCERS = {
    "\x8f": "\x1bO", "\x90": "\x1bP", "\x9b": "\x1b[", "\x9c": "\x1b\\", "\x9d": "\x1b]", "\x9f": "\x1b_",
}  # fmt: skip

_CSI = re.compile(r"\[(?:<[0-9;:-]*|[=>?]?[0-9;:]*)(?P<between>[ -/]*)")
# A key of rxvt with Shift ends with what is no end elsewhere.
_RXVT_SHIFT = re.compile(r"\[[0-9]+\$")
_FUNCTION = re.compile(r"O[0-9]?")
_FUNCTION_ENDS = frozenset(ascii_letters + "~")
_LONGEST_CSI = 256
_LONGEST_MOUSE = 3

_ANY = "[^\x00-\x1f\x7f-\x9f]*"


class Reach(Enum):
    """Whether a sequence is whole, only begun, or broken off by what cannot be in it."""

    WHOLE = auto()
    BEGUN = auto()
    BROKEN = auto()


def reach(text: str, at: int, at_once: bool = True) -> tuple[Reach, int]:
    """Tell how far the sequence reaches that begins with ESC and another character at a place of a text.

    One that came in pieces, with pauses between, is looked at more narrowly: a piece may have been typed.
    """
    introducer = text[at + 1]
    if at_once and introducer in "]PX^_" and (whole := _whole_string().match(text, at + 1)):
        return Reach.WHOLE, whole.end()
    if introducer == "[":
        return _control_sequence(text, at + 1)
    if introducer == "O":
        end = _end(_FUNCTION, text, at + 1)
        return _closed(text, end, text[end : end + 1] in _FUNCTION_ENDS)
    if introducer in "]P_":
        return _string(text, at + 1)
    return Reach.WHOLE, at + 2


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _closed(text: str, end: int, closes: bool) -> tuple[Reach, int]:
    if end >= len(text):
        return Reach.BEGUN, end
    return (Reach.WHOLE, end + 1) if closes else (Reach.BROKEN, end)


def _control_sequence(text: str, at: int) -> tuple[Reach, int]:
    end = _end(_CSI, text, at)
    if end - at > _LONGEST_CSI:
        return Reach.BROKEN, end
    if shifted := _RXVT_SHIFT.match(text, at):
        return Reach.WHOLE, shifted.end()
    if end == at + 1 and text[end : end + 1] == "[":  # function keys of the Linux console
        return _closed(text, end + 1, text[end + 1 : end + 2] in tuple("ABCDE"))
    if end == at + 1 and text[end : end + 1] == "M":
        return _old_mouse(text, end + 1)
    return _closed(text, end, "@" <= text[end : end + 1] <= "~")


def _old_mouse(text: str, at: int) -> tuple[Reach, int]:
    """Three bytes follow, which may be no UTF-8, or look like it."""
    for end in range(at, min(at + _LONGEST_MOUSE, len(text)) + 1):
        if len(text[at:end].encode("utf-8", "surrogateescape")) >= _LONGEST_MOUSE:
            return Reach.WHOLE, end
        if text[end : end + 1] and text[end] < " ":
            return Reach.BROKEN, end
    return Reach.BEGUN, len(text)


def _string(text: str, at: int) -> tuple[Reach, int]:
    end = next(found.end() for pattern in _strings() if (found := pattern.match(text, at)))
    if end == len(text):
        return Reach.BEGUN, end
    if end == at + 1:
        return Reach.BROKEN, end  # nothing that any string begins with
    if text[end] in "\x07\x9c":
        return Reach.WHOLE, end + 1
    if text[end] != ESC:
        return Reach.BROKEN, end
    if end + 1 == len(text):
        return Reach.BEGUN, end + 1
    return (Reach.WHOLE, end + 2) if text[end + 1] == "\\" else (Reach.BROKEN, end)


@cache
def _whole_string() -> re.Pattern[str]:
    """A string that came at once is known by its end, whatever is in it."""
    return re.compile(rf"\]{_ANY}(?:\x07|\x9c|\x1b\\)|[PX^_]{_ANY}(?:\x9c|\x1b\\)")


@cache
def _strings() -> list[re.Pattern[str]]:
    """Strings, by how they begin, and what may follow in them: a colour, a clipboard, any answer."""
    colour, base64 = "[0-9a-fA-F;:/?#rgb]*", "[0-9A-Za-z+/=;?]*"
    packet = "[0-9A-Za-z+/=;:._-]*"
    return [
        re.compile(pattern)
        for pattern in (
            rf"\](?:4|5|1[0-9]|104|11[0-9])(?![0-9])(?:;{colour})?",
            rf"\]52(?![0-9])(?:;{base64})?",
            rf"\]5522;{packet}",
            rf"\](?:[0-9]{{1,5}}(?:;{_ANY})?)?",
            rf"P(?:[>!](?:\|{_ANY})?|[0-9;]+(?:[$+](?:[a-z]{_ANY})?)?)?",
            rf"_(?:G{_ANY})?",
        )
    ]
