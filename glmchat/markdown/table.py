"""Drawing tables: columns as wide as they need, shared fairly where the room is short, records where there is none."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Sequence
from itertools import zip_longest
from math import inf

from glmchat.markdown.blocks import Cell, Leaf
from glmchat.markdown.inline import inline_spans
from glmchat.markdown.inline_parser import References
from glmchat.markdown.layout import prefixes
from glmchat.markdown.pieces import LONGEST_CONSTRUCT
from glmchat.markdown.source_map import SourceMap
from glmchat.markdown.spans import Line, Span, cut, text_of, width_of
from glmchat.markdown.wrap import Wrapper, longest_word

_GAP = " │ "
_NARROWEST = 4
# Columns are measured by the rows at the head of a table, so that a row costs the same however many came before.
_MEASURED_ROWS = 64
# Rows whose drawings are kept.
_KEPT = 400

_Row = list[list[Span]]


class TableLayout:
    """A table: header, rule, rows; each row as tall as its tallest cell.

    Where columns would be too narrow to read, each row is a record: a line or more for each cell, with the column's
    name before it. Cells beyond those of the header have columns without a name.
    """

    def __init__(self, leaf: Leaf, width: int, references: References, as_written: bool = False) -> None:
        self.first, self.rest = prefixes(leaf.marks)
        self.width = max(width - width_of(self.rest), 8)
        self.references = references
        self.as_written = as_written
        self.aligns = leaf.aligns
        self.rows: list[_Row] = []
        self.needs = [0] * len(leaf.aligns)
        self.words = [0] * len(leaf.aligns)
        self.widths: list[int] = []
        self.version = 0
        self._records = self._is_narrow()
        self._base = 0
        self._base_needs, self._base_words = list(self.needs), list(self.words)
        self._left = 0
        self._tops = [0]
        self._drawn: dict[int, list[Line]] = {}

    def _is_narrow(self) -> bool:
        return _NARROWEST * len(self.needs) + len(_GAP) * (len(self.needs) - 1) > self.width

    @property
    def height(self) -> int:
        """Lines that the table takes: its rows and the rule under the first."""
        return max(self._tops[-1], 1) + 1 + self._left

    def update(self, leaf: Leaf | None, extra: Leaf | None, final: bool, until: float = inf) -> bool:
        """Take in rows that were added, until time is over."""
        for number in range(self._base, len(self.rows)):
            self._drawn.pop(number, None)
        del self.rows[self._base :]
        del self._tops[self._base + 1 :]
        self.needs, self.words = list(self._base_needs), list(self._base_words)
        self._left = 0
        if leaf is not None:
            while self._base < len(leaf.rows):
                self._add(leaf.rows[self._base])
                self._base += 1
                if time.perf_counter() > until:
                    break
            self._base_needs, self._base_words = list(self.needs), list(self.words)
            self._left = len(leaf.rows) - self._base
        if extra is not None and not self._left:
            for cells in extra.rows:
                self._add(cells)
        self._measure()
        return not self._left

    def _add(self, cells: Sequence[Cell]) -> None:
        style = "table.header" if not self.rows else ""
        row = [self._cell(cell, style) for cell in cells]
        self.rows.append(row)
        more = [0] * (len(row) - len(self.needs))
        self.needs, self.words = self.needs + more, self.words + more
        if len(self.rows) <= _MEASURED_ROWS:
            for column, spans in enumerate(row[: len(self.needs)]):
                self.needs[column] = max(self.needs[column], _widest(spans))
                self.words[column] = max(self.words[column], longest_word(text_of(spans)))
        if self.widths:
            self._tops.append(self._tops[-1] + self._height_of(len(self.rows) - 1))

    def _cell(self, cell: Cell, style: str) -> list[Span]:
        source = SourceMap()
        if not cell.escaped:
            text = source.take(cell.text, 0, cell.source)
        else:
            text = cell.text
            source.add(0, cell.source)
        for before, place in enumerate(cell.escaped, 1):  # each stands behind a backslash in the source
            source.add(place, cell.source + place + before)
        if len(text) > LONGEST_CONSTRUCT:
            return [Span(cell.text, style, cell.source, len(cell.text))]
        spans = inline_spans(text, self.references, style, source, 0, self.as_written)
        pipes = {cell.source + place + before for before, place in enumerate(cell.escaped, 1)}
        return [part for span in spans for part in _at_pipes(span, pipes)] if pipes else spans

    def _measure(self) -> None:
        """Share out the width."""
        records = self._is_narrow()
        widths = share(self.needs, self.width - len(_GAP) * (len(self.needs) - 1), self.words)
        if records == self._records and (widths == self.widths or (records and self.widths)):
            return
        self._records = records
        self.version += 1
        self.widths = widths
        self._drawn.clear()
        self._tops = [0]
        for number in range(len(self.rows)):
            self._tops.append(self._tops[-1] + self._height_of(number))

    def _height_of(self, index: int) -> int:
        if self._records:
            return len(self._record(index))
        tallest = 1
        for spans, width in zip(self.rows[index], self.widths, strict=False):
            if width_of(spans) > width or any("\n" in span.text for span in spans):
                tallest = max(tallest, len(_wrap(spans, width)))
        return tallest

    def line(self, number: int) -> Line:
        """Draw a line."""
        prefix = self.first if number == 0 else self.rest
        head = self._tops[1] if len(self._tops) > 1 else 1
        if number == head:
            rule = "─" * self.width if self._records else "─┼─".join("─" * width for width in self.widths)
            return (*prefix, Span(rule, "table.rule"))
        number -= number > head
        if number >= self._tops[-1]:
            return prefix
        index = min(max(bisect_right(self._tops, number) - 1, 0), len(self.rows) - 1)
        drawn = self._drawn.get(index)
        if drawn is None:
            if len(self._drawn) > _KEPT:
                self._drawn.clear()
            drawn = self._record(index) if self._records else self._grid(self.rows[index])
            self._drawn[index] = drawn
        return prefix + drawn[min(number - self._tops[index], len(drawn) - 1)]

    def _record(self, index: int) -> list[Line]:
        """Draw a row as a record; the header as one line of names."""
        names = self.rows[0]
        if index == 0:
            gap = Span(_GAP, "table.rule")
            line = [part for number, spans in enumerate(names) for part in ([gap] if number else []) + spans]
            return _wrap(line, self.width)
        out: list[Line] = [()] if index > 1 else []
        nothing: list[Span] = []
        for name, spans in zip_longest(names, self.rows[index], fillvalue=nothing):
            if spans:
                label = [span._replace(source=-1, length=0) for span in name]
                out += _wrap([*label, *([Span(": ", "table.rule")] if label else []), *spans], self.width)
        return out or [()]

    def _grid(self, row: _Row) -> list[Line]:
        cells = [_wrap(spans, width) for spans, width in zip(row, self.widths, strict=False)]
        out: list[Line] = []
        for number in range(max((len(cell) for cell in cells), default=1)):
            line: list[Span] = []
            for column, width in enumerate(self.widths):
                if column:
                    line.append(Span(_GAP, "table.rule"))
                part = cells[column][number] if column < len(cells) and number < len(cells[column]) else ()
                line += _aligned(part, width, self.aligns[column] if column < len(self.aligns) else "")
            out.append(tuple(line))
        return out


def _at_pipes(span: Span, pipes: set[int]) -> list[Span]:
    """Divide a span before each escaped pipe, which stands one place further on in the source."""
    if span.source < 0 or span.length != len(span.text):
        return [span]
    out, begin, passed = [], 0, 0
    for place, char in enumerate(span.text):
        if char == "|" and place and span.source + place + passed + 1 in pipes:
            out.append(cut(span, begin, place)._replace(source=span.source + begin + passed))
            begin, passed = place, passed + 1
    out.append(cut(span, begin, len(span.text))._replace(source=span.source + begin + passed))
    return out


def _widest(spans: Sequence[Span]) -> int:
    if any("\n" in span.text for span in spans):
        return max(width_of(line) for line in _wrap(spans, 10_000))
    return width_of(spans)


def _wrap(spans: Sequence[Span], width: int) -> list[Line]:
    wrapper = Wrapper(width)
    wrapper.feed(spans)
    return [*wrapper.lines, *wrapper.rest()]


def _aligned(part: Line, width: int, align: str) -> list[Span]:
    fill = max(width - width_of(part), 0)
    left = {"right": fill, "center": fill // 2}.get(align, 0)
    out: list[Span] = [Span(" " * left)] if left else []
    out += part
    return [*out, Span(" " * (fill - left))] if fill > left else out


def share(needs: Sequence[int], room: int, words: Sequence[int]) -> list[int]:
    """Share `room` cells among columns: what a column needs, at most an equal share of what the narrower ones leave.

    Where there is room for the longest word of each column, none is broken.
    """
    widths = [max(need, 1) for need in needs]
    if sum(widths) <= room:
        return widths
    widths = _equally(widths, room)
    least = [max(word, _NARROWEST) for word in words]
    if sum(least) <= room:
        while lacking := [column for column, width in enumerate(widths) if width < words[column]]:
            giving = max(range(len(widths)), key=lambda column: widths[column] - least[column])
            widths[giving] -= 1
            widths[lacking[0]] += 1
    return widths


def _equally(needs: Sequence[int], room: int) -> list[int]:
    widths = list(needs)
    left, open_columns = room, sorted(range(len(needs)), key=lambda column: needs[column])
    while open_columns:
        equal = max(left // len(open_columns), _NARROWEST)
        column = open_columns[0]
        if widths[column] > equal:
            for each in open_columns:
                widths[each] = equal
            for each in open_columns[len(open_columns) - max(left - equal * len(open_columns), 0) :]:
                widths[each] += 1
            break
        left -= widths[column]
        open_columns.pop(0)
    return widths
