"""Places in the texts that were searched for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from glmchat.markdown.spans import Line, restyle
from glmchat.tui.widgets.text_view.item import Item

Range = tuple[int, int]


class Hits:
    """Marks what was found in the texts; `changed` is called when it is something else."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._ranges: dict[int, list[Range]] = {}
        self._current: tuple[int, Range] | None = None

    def put(self, ranges: Mapping[int, Sequence[Range]], current: tuple[int, int] | None = None) -> None:
        """Mark ranges of offsets, by item; `current` is an item and the start of one of its ranges."""
        self._ranges = {id: sorted(each) for id, each in ranges.items()}
        id, start = current or (0, 0)
        found = next((each for each in self._ranges.get(id, ()) if each[0] == start), None)
        self._current = (id, found) if found is not None else None
        self._changed()

    def dress(self, item: Item, number: int, line: Line) -> Line:
        """Mark what was found in a line of an item."""
        id = item.node.id
        if ranges := self._ranges.get(id):
            line = restyle(line, ranges, "match")
            if self._current is not None and self._current[0] == id:
                line = restyle(line, [self._current[1]], "match.current")
        return line
