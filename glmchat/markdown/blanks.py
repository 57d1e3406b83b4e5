"""Blanks that are no white space of Markdown, kept from a parser that trims them.

CommonMark trims spaces and tabs alone. markdown-it trims what JavaScript does: full-width spaces, with which a
paragraph of Chinese begins, no-break spaces and others.
"""

from __future__ import annotations

import re

_BLANKS = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_ANY = re.compile(f"[{_BLANKS}]")
# Stand-ins from one of these places on: characters that mean nothing, in no text but one that is made for it.
_PLACES = (0xFDD0, 0xF0000, 0xF8000, 0x100000)


class Blanks:
    """The stand-ins for the blanks in a text."""

    def __init__(self, text: str) -> None:
        self._there: dict[int, str] = {}
        self._back: dict[int, str] = {}
        if text.isascii() or not _ANY.search(text):
            return
        for place in _PLACES:
            standins = [chr(place + number) for number in range(len(_BLANKS))]
            if not any(char in text for char in standins):
                self._there = {ord(blank): char for blank, char in zip(_BLANKS, standins, strict=True)}
                self._back = {ord(char): blank for blank, char in zip(_BLANKS, standins, strict=True)}
                return

    def hide(self, text: str) -> str:
        """Put the stand-ins into a text."""
        return text.translate(self._there) if self._there else text

    def show(self, text: str) -> str:
        """Take them out again."""
        return text.translate(self._back) if self._back else text
