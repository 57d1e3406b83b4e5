"""What is selected: two places in the texts of a view, wherever they are on the screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from glmchat.markdown.spans import Line, restyle
from glmchat.tui.widgets.text_view.item import Item
from glmchat.tui.widgets.text_view.layout import ItemLayout

_WORD = re.compile(r"[\w\-./:@~]+|[^\w\s]+|\s+")
_CJK = r"\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"

# A word is looked for this far on either side.
_LONGEST_WORD = 2_048


@cache
def _cjk_word() -> re.Pattern[str]:
    """What of a word is written in signs, and what is not."""
    return re.compile(rf"[{_CJK}]+|[^\s{_CJK}]+|\s+")


class Point(NamedTuple):
    """A place in the texts of a view: the item's number and an offset in its text."""

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


class SelectedText:
    """The part of a view's text that is selected, if any is: `range`; `changed` is called when it is another one.

    It is told whether text is selected now, and whether the mouse has been let go. `text_of` gives the whole text of an
    item, even of one that was never in view; None where it has to be loaded.
    """

    def __init__(
        self, layout: ItemLayout, text_of: Callable[[Item], str | None], changed: Callable[[bool, bool], None]
    ) -> None:
        self.range: Selection | None = None
        self._layout = layout
        self._text_of = text_of
        self._changed = changed

    def begin(self, point: Point, unit: str = "character") -> None:
        """Select from a place on."""
        self.range = Selection(point, unit)

    def extend(self, point: Point) -> None:
        """Select up to a place."""
        if self.range is not None and point != self.range.end:
            self.range.end = point
            self._changed(True, False)

    def finish(self) -> None:
        """The mouse has been let go."""
        if self.range is not None:
            first, last = self.range.span(self._layout.items)
            self._changed(last > first, True)

    def clear(self) -> None:
        """Select no text."""
        if self.range is not None:
            self.range = None
            self._changed(False, False)

    def text(self) -> str:
        """Return the source text that is selected, items parted by an empty line; none of what is `missing`."""
        parts = []
        for item, start, end in self._inside():
            text = self._text_of(item) or ""
            parts.append(text[start:end])
        return "\n\n".join(part for part in parts if part)

    def missing(self) -> list[int]:
        """Return the items in the selection whose texts are not here and have to be loaded."""
        return [item.node.id for item, _, _ in self._inside() if self._text_of(item) is None]

    def dress(self, item: Item, number: int, line: Line) -> Line:
        """Mark what is selected in a line of an item."""
        index = self._layout.number_of(item.node.id)
        if self.range is not None and index is not None:
            part = self.range.range_in(self._layout.items, index)
            if part is not None:
                return restyle(line, [part], "selection")
        return line

    def _inside(self) -> Iterator[tuple[Item, int, int | None]]:
        """Go through the selected items: which part of the text of each it is, None for an end that is the text's."""
        if self.range is not None:
            first, last = self.range.span(self._layout.items)
            for number in range(first.item, last.item + 1):
                start = first.offset if number == first.item else 0
                yield self._layout.items[number], start, last.offset if number == last.item else None


def _widen(text: str, offset: int, unit: str) -> tuple[int, int]:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    if unit == "line":
        return start, end
    start, end = max(start, offset - _LONGEST_WORD), min(end, offset + _LONGEST_WORD)
    for match in _WORD.finditer(text, start, end):
        if match.start() <= offset < match.end():
            for part in _cjk_word().finditer(text, match.start(), match.end()):
                if part.start() <= offset < part.end():
                    return part.start(), part.end()
    return offset, offset
