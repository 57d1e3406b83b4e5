"""What a drawn line is made of: pieces of text, each with a style's name and the place in the source it shows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from rich.cells import cell_len, split_graphemes

# Text is easier to read on a measure; tables and code may be wider.
MEASURE = 100


class Span(NamedTuple):
    """A piece of a line.

    `style` holds names of styles separated by spaces; `source` is the offset in the source of the first
    character shown, or -1 for decoration; `length` counts the source characters that the piece stands for. Where
    it equals ``len(text)`` characters map one to one, otherwise the piece is one unit. `meta` is what a click
    means: ``link:URL`` or ``action:NAME``.
    """

    text: str
    style: str = ""
    source: int = -1
    length: int = 0
    meta: str = ""


Line = tuple[Span, ...]


class Anchor(NamedTuple):
    """A line of a document that is found again when heights and widths change: by its `line_at`.

    `line` counts within the block as drawn in `version`; `offset` is a character of the source that the line shows,
    -1 for none.
    """

    block: int
    line: int
    offset: int
    version: tuple[int, int] | None = None


def text_of(line: Iterable[Span]) -> str:
    """Return the characters of a line."""
    return "".join(span.text for span in line)


def width_of(line: Iterable[Span]) -> int:
    """Return the cells that a line takes."""
    return sum(cell_len(span.text) for span in line)


def cut(span: Span, start: int, end: int) -> Span:
    """Return the part of a span between two character positions; a unit keeps its whole source."""
    if span.length == len(span.text) and span.source >= 0:
        return Span(span.text[start:end], span.style, span.source + start, end - start, span.meta)
    return Span(span.text[start:end], span.style, span.source, span.length, span.meta)


def joined(spans: Iterable[Span]) -> Line:
    """Join pieces that follow each other in the source and look alike."""
    out: list[Span] = []
    run: list[str] = []
    first: Span | None = None
    end = 0
    for span in spans:
        linear = span.length == len(span.text) if span.source >= 0 else span.length == 0
        if (
            first is not None
            and linear
            and span.style == first.style
            and span.meta == first.meta
            and span.source == (end if first.source >= 0 else -1)
        ):
            run.append(span.text)
            end += span.length
            continue
        if first is not None:
            out.append(_joined(first, run, end))
        if linear:
            first, run, end = span, [span.text], span.source + span.length
        else:
            out.append(span)
            first = None
    if first is not None:
        out.append(_joined(first, run, end))
    return tuple(out)


def _joined(first: Span, run: list[str], end: int) -> Span:
    if len(run) == 1:
        return first
    length = end - first.source if first.source >= 0 else 0
    return Span("".join(run), first.style, first.source, length, first.meta)


def index_at_cell(text: str, cell: int) -> int:
    """Return the character position of the grapheme that covers a cell; ``len(text)`` right of the text."""
    if text.isascii():
        return min(max(cell, 0), len(text))
    at = 0
    for start, _, cells in split_graphemes(text)[0]:
        if at + cells > cell:
            return start
        at += cells
    return len(text)


def source_at(line: Sequence[Span], cell: int) -> int | None:
    """Return the source offset of what stands at a cell of a line.

    Left of all source it is the first offset shown, right of it the offset after the last; None for a line
    that shows no source.
    """
    at, last = 0, None
    for span in line:
        cells = cell_len(span.text)
        if span.source >= 0:
            if cell < at + cells:
                if span.length != len(span.text):
                    return span.source
                return span.source + index_at_cell(span.text, cell - at)
            last = span.source + span.length
        at += cells
    return last


def source_range(line: Iterable[Span]) -> tuple[int, int] | None:
    """Return the first source offset of a line and the one after its last; None for pure decoration."""
    shown = [(span.source, span.source + span.length) for span in line if span.source >= 0]
    return (min(start for start, _ in shown), max(end for _, end in shown)) if shown else None


def restyle(line: Sequence[Span], ranges: Sequence[tuple[int, int]], style: str) -> Line:
    """Add a style to what shows the given source ranges (sorted, not overlapping)."""
    out: list[Span] = []
    for span in line:
        hits = _hits(ranges, span.source, span.source + span.length) if span.source >= 0 else []
        if not hits:
            out.append(span)
        elif span.length != len(span.text):
            out.append(span._replace(style=f"{span.style} {style}".strip()))
        else:
            out.extend(_restyle_part(span, hits, style))
    return tuple(out)


def _hits(ranges: Sequence[tuple[int, int]], start: int, end: int) -> Sequence[tuple[int, int]]:
    """Return the ranges that meet a piece of the source."""
    return ranges[
        bisect_right(ranges, start, key=itemgetter(1)) : bisect_left(ranges, end, key=itemgetter(0))
    ]


def _restyle_part(span: Span, hits: Sequence[tuple[int, int]], style: str) -> list[Span]:
    out, at = [], 0
    for a, b in hits:
        start, end = max(a - span.source, at), min(b - span.source, len(span.text))
        if start > at:
            out.append(cut(span, at, start))
        out.append(cut(span, start, end)._replace(style=f"{span.style} {style}".strip()))
        at = end
    if at < len(span.text):
        out.append(cut(span, at, len(span.text)))
    return out
