"""What is selected: two places in the text of messages, wherever they are on the screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from glmchat.tui.widgets.transcript.item import Item

_WORD = re.compile(r"[\w\-./:@~]+|[^\w\s]+|\s+")
_CJK_WORD = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+|\s+"
)

# A word is looked for this far on either side.
_LONGEST_WORD = 2_048


class Point(NamedTuple):
    """A place in the conversation: the item's number and an offset in its text."""

    item: int
    offset: int


class Selection:
    """From where the mouse went down to where it is; `unit` is what grows: a character, word or line."""

    def __init__(self, start: Point, unit: str = "character") -> None:
        self.start = self.end = start
        self.unit = unit
        self._found: tuple[tuple[Point, Point, int, int], tuple[Point, Point]] | None = None

    def span(self, items: Sequence[Item]) -> tuple[Point, Point]:
        """Return the first place and the one after the last, whole words or lines where these are the unit."""
        first, last = sorted((self.start, self.end))
        if self.unit == "character":
            return first, last
        texts = items[first.item].text, items[last.item].text
        known = (first, last, len(texts[0]), len(texts[1]))
        if self._found is None or self._found[0] != known:
            begin = _widen(texts[0], first.offset, self.unit)[0]
            end = _widen(texts[1], last.offset, self.unit)[1]
            self._found = known, (Point(first.item, begin), Point(last.item, end))
        return self._found[1]

    def range_in(self, items: Sequence[Item], index: int) -> tuple[int, int] | None:
        """Return the part of an item's text that is selected."""
        first, last = self.span(items)
        if not first.item <= index <= last.item:
            return None
        start = first.offset if index == first.item else 0
        end = last.offset if index == last.item else len(items[index].text)
        return (start, end) if end > start else None

    def text(self, items: Sequence[Item], text_of: Callable[[Item], str]) -> str:
        """Return the source text that is selected; messages are parted by an empty line.

        `text_of` gives the text also of a message that was never in view.
        """
        first, last = self.span(items)
        parts = []
        for index in range(first.item, last.item + 1):
            text = text_of(items[index])
            start = first.offset if index == first.item else 0
            end = last.offset if index == last.item else len(text)
            if end > start:
                parts.append(text[start:end])
        return "\n\n".join(parts)


def _widen(text: str, offset: int, unit: str) -> tuple[int, int]:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    if unit == "line":
        return start, end
    start, end = max(start, offset - _LONGEST_WORD), min(end, offset + _LONGEST_WORD)
    for match in _WORD.finditer(text, start, end):
        if match.start() <= offset < match.end():
            for part in _CJK_WORD.finditer(text, match.start(), match.end()):
                if part.start() <= offset < part.end():
                    return part.start(), part.end()
    return offset, offset
