"""Lines that are too long to be parsed at once: the beginning tells what they are, the rest only adds to that."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from glmchat.markdown.blocks import Cell, Leaf
from glmchat.markdown.tables import divide

# A line longer than this is known by its beginning: what follows goes on with the leaf it is in, in parts.
LONGEST_LINE = 8_192
# A row of a table longer than this is not divided any further.
_LONGEST_ROW = 262_144

_WORD = re.compile(r"\S*")


class LongLine:
    """What a long line goes on with: the leaf that its beginning is the end of, or else a link definition.

    A part of a line that is added to the lines of a leaf stands where the part before it ended.
    """

    def __init__(self, leaf: Leaf | None, definition: tuple[str, dict[str, Any]] | None = None) -> None:
        self.leaf, self.definition = leaf, definition
        self._row: list[str] = []
        self._row_at = 0
        self._in_address = definition is not None

    def begin(self, part: str, at: int) -> None:
        """Take the beginning of the line, which stands at `at` and is in the leaf already."""
        if self.leaf is None:
            return
        if self.leaf.rows:
            # A row is one as a whole.
            self._row_at = self.leaf.rows.pop()[0].source
            self._row = [part[self._row_at - at :]]
        elif self.leaf.lines:  # blanks at its end, or closing marks of a heading, which do not end it
            text, offset = self.leaf.lines[-1]
            missing = at + len(part) - offset - len(text)
            self.leaf.lines[-1] = text + part[len(part) - missing :], offset

    def add(self, part: str, at: int) -> None:
        """Take the next part, which stands at `at`."""
        if self.definition is not None and self._in_address:
            address = _WORD.match(part)
            end = address.end() if address else 0
            self.definition[1]["href"] += part[:end]
            self._in_address = end == len(part)
        elif self.leaf is not None and part:
            if self.leaf.rows:
                self._row.append(part)
            else:
                self.leaf.lines.append((part, at))

    def open(self, part: str, at: int) -> list[Leaf]:
        """Return what the line goes on with for now."""
        if self.leaf is None or self.leaf.rows or not part:
            return []
        return [replace(self.leaf, lines=[(part, at)])]

    def finish(self) -> None:
        """The line has ended: divide a row of a table into its cells."""
        if not self._row or self.leaf is None:
            return
        row, source = "".join(self._row), self._row_at
        cells = divide(row[:_LONGEST_ROW], len(self.leaf.aligns))
        found = [Cell(cell.text, source + cell.at, cell.escaped) for cell in cells]
        if len(row) > _LONGEST_ROW:
            found.append(Cell(row[_LONGEST_ROW:], source + _LONGEST_ROW))
        missing = len(self.leaf.aligns) - len(found)
        self.leaf.rows.append([*found, *[Cell("", source + len(row))] * missing])
