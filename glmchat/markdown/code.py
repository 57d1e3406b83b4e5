"""Drawing code: a header with its language and what can be done with it, then lines folded at the full width."""

from __future__ import annotations

import re
import time
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import inf

from rich.cells import cell_len, split_graphemes

from glmchat.markdown.blocks import Leaf
from glmchat.markdown.highlight import Highlighter, StyledRange
from glmchat.markdown.inline import literal_spans
from glmchat.markdown.layout import SourceLine, prefixes
from glmchat.markdown.source_map import SourceMap
from glmchat.markdown.spans import Line, Span, cut, width_of
from glmchat.markdown.wrap import hard_wrap
from glmchat.support.text import safe_line

TAB = 4
# Code longer than this gets a fold mark.
FOLDABLE = 12
# Lines taken in between two looks at the clock.
_LINES, _CHARS = 256, 8_192
# Lines of code whose drawings are kept.
_KEPT = 400
# Text of which each character stands for itself, one cell wide or two.
_EVEN = re.compile(
    "[ -~\u3000-\u3029\u3041-\u3096\u30a0-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff60]*"
)


class CodeLayout:
    """A fence or an indented block (with a header), or raw HTML (without)."""

    def __init__(self, leaf: Leaf, width: int, folded: bool = False) -> None:
        self.first, self.rest = prefixes(leaf.marks)
        self.html = leaf.kind == "html_block"
        self.language = safe_line(leaf.info.split(maxsplit=1)[0]) if leaf.info.strip() else ""
        self.style = "html" if self.html else "code.block"
        self.width = max(width - width_of(self.rest), 8)
        # The last cell of a row of code is kept for the mark of a line that goes on below.
        self._room = self.width if self.html else self.width - 1
        self.folded = folded
        self.lines: list[SourceLine] = []
        self.highlighter: Highlighter | None = None
        self.version = 0
        self._tops = [0 if self.html else 1]
        self._sizes = [0]
        # Lines taken in for good, of how many parts they came in, and the last of them.
        self._base = self._parts = 0
        self._last: SourceLine | None = None
        self._left = 0
        self._drawn: dict[int, dict[int, Line]] = {}
        self._breaks: dict[int, tuple[str, list[int]]] = {}

    @property
    def height(self) -> int:
        """Lines that the block takes."""
        return 1 if self.folded else max(self._tops[-1], 1) + self._left

    @property
    def text(self) -> str:
        """The code, without what surrounds it in the source."""
        return "\n".join(text for text, _ in self.lines)

    @property
    def size(self) -> int:
        """Characters of the code, with a line end for each line."""
        return self._sizes[-1]

    def update(self, leaf: Leaf | None, extra: Leaf | None, final: bool, until: float = inf) -> bool:
        """Take in lines that were added, until time is over."""
        self._take_back()
        self._left = 0
        if leaf is not None:
            while self._parts < len(leaf.lines):
                parts = _slice(leaf.lines, self._parts)
                self._add(parts)
                self._parts += len(parts)
                self._base, self._last = len(self.lines), self.lines[-1]
                if time.perf_counter() > until:
                    break
            self._left = len(leaf.lines) - self._parts
        if extra is not None and not self._left:
            self._add(extra.lines)
        return not self._left

    def _take_back(self) -> None:
        """Forget what was taken in provisionally."""
        for number in range(self._base, len(self.lines)):
            self._drawn.pop(number, None)
        del self.lines[self._base :]
        del self._tops[self._base + 1 :], self._sizes[self._base + 1 :]
        if self._last is not None and self.lines[-1] is not self._last:
            self._put(self._base - 1, self._last)

    def _add(self, lines: Sequence[SourceLine]) -> None:
        for text, offset in lines:
            last, start = self.lines[-1] if self.lines else ("", -1)
            if offset == start + len(last) and start >= 0:  # a part of a long line
                self._put(len(self.lines) - 1, (last + text, start))
            else:
                self._put(len(self.lines), (text, offset))

    def _put(self, index: int, line: SourceLine) -> None:
        """Have a line as the last one."""
        self._drawn.pop(index, None)
        self.lines[index:] = [line]
        self._sizes[index + 1 :] = [self._sizes[index] + len(line[0]) + 1]
        self._tops[index + 1 :] = [self._tops[index] + self._height_of(index)]

    def _height_of(self, index: int) -> int:
        text = self.lines[index][0]
        if not self._is_shown_otherwise(text):
            return len(self._row_starts(index))
        return len(hard_wrap(self._as_shown(index), self._room))

    def _is_shown_otherwise(self, text: str) -> bool:
        """Whether not every character of a line is drawn as it stands: tabs are not, nor files in raw HTML."""
        return "\t" in text or (self.html and "data:" in text)

    def _as_shown(self, index: int) -> list[Span]:
        text, offset = self.lines[index]
        if not self.html:
            return _expand_tabs(self._styled(index, 0, len(text)))
        source = SourceMap()
        short = source.take(text, 0, offset)
        return _expand_tabs(literal_spans(short, self.style, source))

    def _row_starts(self, index: int) -> Sequence[int]:
        """Return where the rows of a line without tabs begin in it."""
        text = self.lines[index][0]
        if text.isascii():
            return range(0, max(len(text), 1), self._room)
        if len(text) <= self._room and cell_len(text) <= self._room:
            return (0,)
        before, starts = self._breaks.get(index, ("", [0]))
        if before != text:
            # All rows but the last stay as they are while a line grows; the last may begin in a grapheme that grows.
            known = starts[:-1] if text.startswith(before) else []
            starts = _breaks(text, self._room, known or [0])
            self._breaks[index] = text, starts
        return starts

    def colour(self, closed: bool, seconds: float) -> bool:
        """Work on the colours for about `seconds`, all of them where it is `closed`; returns whether lines changed."""
        current = self.highlighter
        if current is None or (current.done and current.size != self.size):
            if current is not None and not closed and self.size < 1.25 * current.size + 200:
                return False
            current = self.highlighter = Highlighter(self.text, self.language)
        elif current.done:
            return False
        known = current.known
        current.step(seconds)
        self.restyle(range(known, current.known))
        return True

    def restyle(self, numbers: range) -> None:
        """Draw lines anew, because their highlighting is known now."""
        for number in numbers:
            self._drawn.pop(number, None)

    def code_line_at(self, number: int) -> int:
        """Return which line of code is drawn at a line of the block."""
        return min(max(bisect_right(self._tops, number) - 1, 0), len(self.lines) - 1)

    def line(self, number: int) -> Line:
        """Draw a line."""
        prefix = self.first if number == 0 else self.rest
        if number == 0 and not self.html:
            return prefix + self._header()
        index = self.code_line_at(number)
        if index < 0 or number >= self._tops[-1]:
            return prefix
        part = self._row(index, number - self._tops[index])
        if self.html:
            return prefix + part
        goes_on = number + 1 < self._tops[index + 1]
        fill = self._room - width_of(part)
        end = (Span(" " * fill, self.style),) if fill > 0 else ()
        return (*prefix, *part, *end, Span("↩" if goes_on else " ", "code.wrap"))

    def _header(self) -> Line:
        count = len(self.lines)
        name = self.language or "text"
        left = f" {name}" if not self.folded else f" {name}  {count} lines"
        actions = [
            Span("⧉ copy", "code.action", meta="action:copy"),
            Span("↓ save", "code.action", meta="action:save"),
        ]
        if count > FOLDABLE or self.folded:
            actions.append(Span("▸ open" if self.folded else "▾ fold", "code.action", meta="action:fold"))
        right: list[Span] = []
        for action in actions:
            right += [action, Span("  ", "code.header")]
        left_width, right_width = cell_len(left), width_of(right)
        if left_width + right_width > self.width:
            right, right_width = [Span("⧉", "code.action", meta="action:copy")], 1
        left = left if left_width + right_width <= self.width else ""
        fill = max(self.width - cell_len(left) - right_width, 0)
        return (Span(left, "code.header"), Span(" " * fill, "code.header"), *right)

    def _row(self, index: int, row: int) -> Line:
        drawn = self._drawn.get(index)
        if drawn is None:
            if len(self._drawn) > _KEPT:
                self._drawn.clear()
            drawn = self._drawn[index] = {}
        if row not in drawn:
            if self._is_shown_otherwise(self.lines[index][0]):
                drawn.update(enumerate(hard_wrap(self._as_shown(index), self._room)))
            else:
                starts = self._row_starts(index)
                end = starts[row + 1] if row + 1 < len(starts) else len(self.lines[index][0])
                drawn[row] = tuple(self._styled(index, starts[row], end))
        return drawn[row]

    def _styled(self, index: int, start: int, end: int) -> list[Span]:
        """Colour a part of a line of code, as far as its colours are known."""
        text, offset = self.lines[index]
        span = Span(text[start:end], self.style, offset + start, end - start)
        ranges = (self.highlighter.line(index) if self.highlighter else None) or []
        first = bisect_left(ranges, start, key=_stop)
        out, at = [], 0
        for number in range(first, len(ranges)):
            a, b, style = ranges[number]
            if a >= end:
                break
            a, b = max(a - start, 0), min(b, end) - start
            if a > at:
                out.append(cut(span, at, a))
            if b > a:
                out.append(cut(span, a, b)._replace(style=f"{span.style} {style}"))
            at = max(at, b)
        if at < len(span.text):
            out.append(cut(span, at, len(span.text)))
        return out


def _slice(lines: Sequence[SourceLine], start: int) -> Sequence[SourceLine]:
    """Lines to take in at once, from line `start` on: so many, or so many characters."""
    size = 0
    for number in range(start, min(start + _LINES, len(lines))):
        size += len(lines[number][0])
        if size > _CHARS:
            return lines[start : number + 1]
    return lines[start : start + _LINES]


def _stop(styled: StyledRange) -> int:
    return styled[1]


def _breaks(text: str, width: int, known: Sequence[int]) -> list[int]:
    """Find where rows of `width` cells begin in a text; `known` are the first of them."""
    starts, at = list(known), 0
    begin = starts[-1]
    if _EVEN.fullmatch(text, begin):
        for number, char in enumerate(text[begin:], begin):
            cells = 2 if char > "~" else 1
            if at + cells > width:
                starts.append(number)
                at = 0
            at += cells
        return starts
    for start, _, cells in split_graphemes(text[begin:])[0]:
        if at + cells > width:
            starts.append(begin + start)
            at = 0
        at += cells
    return starts


def _expand_tabs(spans: list[Span]) -> list[Span]:
    out: list[Span] = []
    column = 0
    for span in spans:
        at = 0
        for index, char in enumerate(span.text):
            if char != "\t":
                continue
            if index > at:
                out.append(cut(span, at, index))
                column += cell_len(out[-1].text)
            wide = TAB - column % TAB
            out.append(Span(" " * wide, span.style, span.source + index, 1))
            column += wide
            at = index + 1
        if at < len(span.text):
            out.append(cut(span, at, len(span.text)))
            column += cell_len(out[-1].text)
    return out
