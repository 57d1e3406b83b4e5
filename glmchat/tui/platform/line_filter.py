"""The last sieve before the terminal: no line that a widget draws holds a control character, whoever forgot what."""

from __future__ import annotations

import re

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from glmchat.support.text import safe

_SUSPECT = re.compile(
    "[^ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2070-\ud7ff\uf900-\ufaff\ufe30-\ufe4f"
    "\uff01-\uffee\U00010000-\U000dffff]"
)


class Sieve(LineFilter):
    """Replaces what `glmchat.support.text.safe` would have replaced, in as many cells as the line was laid out with.

    Widgets make outside text safe themselves, and keep room for the symbols. What slips past them, such as a
    text in a field that is edited, has no room for a symbol where it had no width, and is left out instead.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Let a line pass as it is, which is nearly always."""
        if not any(_SUSPECT.search(segment.text) for segment in segments):
            return segments
        return [Segment(sieved(segment.text), segment.style) for segment in segments]


# One for all: strips keep what came through a filter for as long as the filter is the same.
SIEVE = Sieve()


def sieved(text: str) -> str:
    """The text with symbols for what is unsafe, tabs and newlines too, as wide as it was."""
    if safe(text) == text and "\n" not in text and "\t" not in text:
        return text
    out = []
    for char in text:
        shown = " " if char in "\t\n" else safe(char)
        out.append(char if shown == char else shown[: cell_len(char)])
    return "".join(out)
