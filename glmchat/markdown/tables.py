"""The block rule for tables: GFM's, but that a row keeps all its cells, and a ``|`` in code or a formula parts none.

GFM drops cells beyond those of the header, and parts cells inside code and formulas. A row is divided its way where
that gives as many cells as there are columns, else with the code in it left whole, else with its formulas too.
"""

from __future__ import annotations

import re
from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from glmchat.markdown.block_state import line_of
from glmchat.markdown.formulas import formula_places

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_RULE = re.compile(r"[|:-][|:\- \t]+")
_COLUMN = re.compile(r":?-+:?")
# Empty cells that are added to rows, so that a text cannot grow without end.
_MOST_ADDED = 0x10000
_TICKS = re.compile(r"\\?(`+)")


class Cell(NamedTuple):
    """A cell's text, its place in the line, and the places in the text of pipes that were escaped."""

    text: str
    at: int
    escaped: tuple[int, ...]


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Recognise a table; its cells stand in the token."""
    if start + 2 > end or state.sCount[start + 1] < state.blkIndent or state.is_code_block(start + 1):
        return False
    aligns = _aligns(line_of(state, start + 1))
    head = line_of(state, start)
    if aligns is None or "|" not in head or state.is_code_block(start):
        return False
    cells = divide(head, len(aligns))
    if len(cells) != len(aligns):
        return False
    if silent:
        return True
    rows = [_placed(state, start, cells)]
    last = _body(state, start, end, len(aligns), rows)
    token = state.push("table", "table", 0)
    token.map = [start, last]
    token.meta = {"rows": rows, "aligns": tuple(aligns)}
    state.line = last
    return True


def _body(state: StateBlock, start: int, end: int, columns: int, rows: list[list[Cell]]) -> int:
    """Add the rows under the header; returns the line after the last."""
    outer, state.parentType = state.parentType, "table"
    # Ended by what ends a quote.
    terminators = state.md.block.ruler.getRules("blockquote")
    added, number = 0, start + 2
    while number < end and state.sCount[number] >= state.blkIndent:
        if any(rule(state, number, end, True) for rule in terminators):
            break
        line = line_of(state, number)
        if not line.strip(" \t") or state.is_code_block(number):
            break
        cells = divide(line, columns)
        added += max(columns - len(cells), 0)
        if added > _MOST_ADDED:
            break
        cells += [Cell("", len(line), ())] * (columns - len(cells))
        rows.append(_placed(state, number, cells))
        number += 1
    state.parentType = outer
    return number


def _placed(state: StateBlock, number: int, cells: list[Cell]) -> list[Cell]:
    """Cells with their places in the whole line, container marks included."""
    at = state.bMarks[number] + state.tShift[number]
    before = at - (state.src.rfind("\n", 0, at) + 1)
    return [cell._replace(at=cell.at + before) for cell in cells]


def _aligns(line: str) -> list[str] | None:
    """The alignments that the rule under a header gives; None for a line that is none."""
    if not _RULE.fullmatch(line) or line[:2] in ("- ", "-\t"):
        return None
    columns = line.strip(" \t").removeprefix("|").removesuffix("|").split("|")
    marks = [column.strip(" \t") for column in columns]
    if not all(_COLUMN.fullmatch(mark) for mark in marks):
        return None
    return [
        {(True, True): "center", (False, True): "right", (True, False): "left"}.get(
            (mark[0] == ":", mark[-1] == ":"), ""
        )
        for mark in marks
    ]


def divide(line: str, columns: int) -> list[Cell]:
    """Divide a row into cells."""
    cells = _cells(line, _bars(line, []))
    if len(cells) != columns and "`" in line:
        cells = _cells(line, _bars(line, _code(line)))
    if len(cells) != columns and ("$" in line or "\\(" in line):
        code = _code(line)
        formulas = [each for each in formula_places(line) if not any(_overlap(each, other) for other in code)]
        whole = _cells(line, _bars(line, sorted([*code, *formulas])))
        cells = whole if len(whole) == columns else cells
    return cells


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _bars(line: str, whole: list[tuple[int, int]]) -> list[int]:
    """Where the pipes stand that part cells; none of them within what is left `whole`."""
    out, skip = [], iter([*whole, (len(line), len(line))])
    begin, after = next(skip)
    for place, char in enumerate(line):
        if char != "|":
            continue
        while place >= after and after < len(line):
            begin, after = next(skip)
        if not begin <= place < after and line[place - 1 : place] != "\\":
            out.append(place)
    return out


def _code(line: str) -> list[tuple[int, int]]:
    """Where code begins and ends."""
    ticks = [(match.start(1), match.end(1), match[0][0] == "\\") for match in _TICKS.finditer(line)]
    closing: dict[int, deque[int]] = {}
    for number, (begin, end, _) in enumerate(ticks):
        closing.setdefault(end - begin, deque()).append(number)
    out, number = [], 0
    while number < len(ticks):
        begin, end, escaped = ticks[number]
        same = closing[end - begin]
        while same and same[0] <= number:
            same.popleft()
        if same and not escaped:
            number = same[0]
            out.append((begin, ticks[number][1]))
        number += 1
    return out


def _cells(line: str, bars: list[int]) -> list[Cell]:
    edges = [-1, *bars, len(line)]
    pieces = [(before + 1, after) for before, after in pairwise(edges)]
    if pieces and not line[slice(*pieces[0])].strip(" \t"):
        pieces.pop(0)
    if pieces and not line[slice(*pieces[-1])].strip(" \t"):
        pieces.pop()
    return [_cell(line, begin, end) for begin, end in pieces]


def _cell(line: str, begin: int, end: int) -> Cell:
    raw = line[begin:end]
    at = begin + len(raw) - len(raw.lstrip(" \t"))
    text, escaped = raw.strip(" \t"), []
    found = text.find("\\|")
    while found >= 0:
        text = text[:found] + text[found + 1 :]
        escaped.append(found)
        found = text.find("\\|", found + 1)
    return Cell(text, at, tuple(escaped))
