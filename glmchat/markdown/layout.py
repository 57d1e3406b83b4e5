"""Drawing one leaf at a width: the lines of a paragraph, heading, rule; what all layouts share."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from math import inf
from typing import Protocol

from glmchat.markdown.block_state import NOTE, NOTE_INDENT
from glmchat.markdown.blocks import Leaf, Mark, begins_note
from glmchat.markdown.formulas import drawn
from glmchat.markdown.inline import inline_spans, literal_spans, split_lines
from glmchat.markdown.inline_parser import References
from glmchat.markdown.pieces import LONGEST_CONSTRUCT, PIECE, next_cut
from glmchat.markdown.source_map import SourceMap
from glmchat.markdown.spans import MEASURE, Line, Span, width_of
from glmchat.markdown.wrap import Wrapper

# Lines and characters taken in before those that wait are drawn: every step copies what waits.
_LINES = 128
LONGEST_AHEAD = 65_536
# Characters that are drawn for good before they are let go.
_KEPT = 16_384

_BULLETS = "•◦▪"
# Containers drawn around a leaf, the innermost ones: more would leave no room for the text.
_MOST_DRAWN = 12
_TASK = re.compile(r"\[([ xX])\]\s")

SourceLine = tuple[str, int]


class Layout(Protocol):
    """A leaf drawn at one width: `height` lines, each made when asked for.

    `version` changes when lines that were drawn become other lines.
    """

    version: int

    @property
    def height(self) -> int:
        """Lines, an estimate while not all is drawn."""

    def update(self, leaf: Leaf | None, extra: Leaf | None, final: bool, until: float = inf) -> bool:
        """Take in the content as it stands: of `leaf` what is settled and only grows, of `extra` what may change.

        Returns whether all is drawn; where the time `until` was over before, the same call goes on.
        """

    def line(self, number: int) -> Line:
        """Draw a line."""


def prefixes(marks: Sequence[Mark]) -> tuple[Line, Line]:
    """Return the decoration of a leaf's first line and of its other lines."""
    first: list[Span] = []
    rest: list[Span] = []
    for mark in marks[-_MOST_DRAWN:]:
        if mark.kind == "quote":
            bar = Span("▎ ", "quote.bar")
            first.append(bar)
            rest.append(bar)
            continue
        if mark.kind == "note":
            blank = Span(" " * NOTE_INDENT)
            first.extend(() if mark.first else (blank,))
            rest.append(blank)
            continue
        marker = _BULLETS[min(mark.depth, 2)] if mark.number is None else f"{mark.number}{mark.sign}"
        shown = Span(marker + " ", "list.marker")
        blank = Span(" " * width_of([shown]))
        first.append(shown if mark.first else blank)
        rest.append(blank)
    return tuple(first), tuple(rest)


def gap_line(leaf: Leaf) -> Line:
    """Draw the empty line before a leaf."""
    return (Span("▎ ", "quote.bar"),) * min(leaf.gap_quotes, _MOST_DRAWN)


class TextLayout:
    """A paragraph or a heading.

    Long text is parsed and wrapped in pieces that are never touched again; only what follows the last of them is done
    anew as text arrives.
    """

    def __init__(self, leaf: Leaf, width: int, references: References, as_written: bool = False) -> None:
        self.first, self.rest = prefixes(leaf.marks)
        self.style = f"heading heading.{leaf.level}" if leaf.kind == "heading" else ""
        if any(mark.kind == "quote" for mark in leaf.marks):
            self.style = f"quote {self.style}".strip()
        item = leaf.marks[-1] if leaf.kind == "paragraph" and leaf.marks else None
        self.is_note = begins_note(leaf)
        self.may_be_task = item is not None and item.kind == "item" and item.first
        # A formula is its source, or one line of signs.
        self.literal = leaf.kind == "math"
        self.as_written = as_written
        self.references = references
        self.width = max(min(width, MEASURE) - width_of(self.rest), 8)
        self.height = 1
        self.version = 0
        self._forget()

    def _forget(self) -> None:
        """Take in the content from its start."""
        self._content = self._base = ""
        self._gone = self._base_lines = self._sure = 0
        self._source = SourceMap()
        self._tail: list[Line] = []
        self._begin()

    def _begin(self) -> None:
        """Draw from the start of what is there."""
        self._wrapper = Wrapper(self.width)
        self._mark = self._wrapper.mark()
        self._settled = 0
        self._size = PIECE
        self._pieces: list[tuple[int, int, list[Span]]] = []

    def update(self, leaf: Leaf | None, extra: Leaf | None, final: bool, until: float = inf) -> bool:
        """Take in the content as it stands now, and draw it until time is over."""
        self._source.truncate(self._base_lines)
        lines = leaf.lines if leaf is not None else []
        while self._base_lines < len(lines):
            if self._catches_up(until):
                part = self._next_lines(lines)
                self._base = self._joined(self._base, part)
                self._base_lines += len(part)
                if self._base_lines == len(lines) or self._go_on(until):
                    continue
            self.height = len(self._wrapper.lines) + len(lines) - self._base_lines + 1
            return False
        content = self._base if extra is None else self._joined(self._base, extra.lines)
        content = content.rstrip(" \t\n") if final else content
        if not self._agrees(content):
            return self.update(leaf, extra, final, until)
        self._sure = len(self._base)
        if not self._settle(final, until):
            self._tail = []
            self.height = len(self._wrapper.lines) + (len(content) - self._settled) // self.width + 1
            return False
        self._rest(final)
        self._tail = self._wrapper.rest()
        self._let_go()
        self.height = max(len(self._wrapper.lines) + len(self._tail), 1)
        return True

    @property
    def waiting(self) -> int:
        """Characters that were taken in and are not drawn."""
        return len(self._base) - self._settled

    def _catches_up(self, until: float) -> bool:
        """Draw what waits where it is much; returns whether to take in more, as where nothing can be drawn without."""
        drawn = self._gone + self._settled
        return self.waiting <= LONGEST_AHEAD or self._go_on(until) or self._gone + self._settled == drawn

    def _next_lines(self, lines: Sequence[SourceLine]) -> Sequence[SourceLine]:
        """Choose the lines to take in next, at the least one."""
        start, size = self._base_lines, 0
        for end in range(start, min(start + _LINES, len(lines))):
            size += len(lines[end][0])
            if size > LONGEST_AHEAD:
                return lines[start : end + 1]
        return lines[start : start + _LINES]

    def _go_on(self, until: float) -> bool:
        """Draw of what was taken in so far what is complete; returns whether there is time for more."""
        if len(self._base) < self._settled:
            return True
        if not self._agrees(self._base):
            return False
        self._sure = len(self._base)
        done = self._settle(False, until)
        self._tail = []
        self._let_go()
        return done and time.perf_counter() <= until

    def _agrees(self, content: str) -> bool:
        """Take content that begins with what is drawn; where it does not, all is forgotten."""
        drawn = self._content[self._sure : self._settled]
        if not content.startswith(drawn, min(self._sure, self._settled)):
            if self._gone:
                self._forget()
                return False
            self._begin()
        self._content = content
        self._wrapper.reset(self._mark)
        self._start()
        return True

    def _let_go(self) -> None:
        """Keep no content that is drawn for good."""
        count = self._settled
        if count < _KEPT or count > len(self._base):
            return
        self._base, self._content = self._base[count:], self._content[count:]
        self._gone += count
        self._settled, self._sure = 0, self._sure - count
        self._pieces.clear()

    def _joined(self, content: str, lines: Sequence[SourceLine]) -> str:
        """Add lines to the content, and to the map of where it comes from."""
        parts, at = [content], self._gone + len(content)
        for text, offset in lines:
            if self._source.count and not self._source.goes_on(offset):
                parts.append("\n")
                at += 1
            parts.append(self._source.take(text, at, offset))
            at += len(parts[-1])
        return "".join(parts)

    def _start(self) -> None:
        """Draw a task's box, or a footnote's mark."""
        if self._settled or self._gone:
            return
        if self.may_be_task and (match := _TASK.match(self._content)):
            mark = "☐ " if match[1] == " " else "☑ "
        elif self.is_note and (match := NOTE.match(self._content)):
            mark = match[0]
        else:
            return
        self._wrapper.feed([Span(mark, "list.marker", self._source(0), match.end())])
        self._settled = match.end()
        self._mark = self._wrapper.mark()

    def _settle(self, final: bool, until: float) -> bool:
        """Draw pieces that are complete; returns whether there are no more of them."""
        while len(self._content) - self._settled > PIECE and not self.literal:
            end, self._size = next_cut(self._content, self._settled, self.references, final, self._size)
            if end < 0 or end >= len(self._content):
                return True
            self._feed(self._settled, end)
            self._settled = end
            self._mark = self._wrapper.mark()
            self._pieces.clear()
            if time.perf_counter() > until:
                return False
        return True

    def _rest(self, final: bool) -> None:
        """Draw what is not settled; while more may come a long one in pieces, the last of which alone is new."""
        at = self._settled
        if final:
            self._feed(at, len(self._content))
            return
        for start, end, spans in self._pieces:
            self._wrapper.feed(spans)
            at = max(at, end) if start >= self._settled else at
        while len(self._content) - at > 2 * PIECE:
            found = self._content.find(" ", at + PIECE, at + LONGEST_CONSTRUCT)
            end = found if found >= 0 else at + PIECE
            spans = self._spans(at, end)
            self._pieces.append((at, end, spans))
            self._wrapper.feed(spans)
            at = end
        self._feed(at, len(self._content))

    def _spans(self, start: int, end: int) -> list[Span]:
        content = self._content[start:end]
        if not self.literal:
            at = self._gone + start
            return inline_spans(content, self.references, self.style, self._source, at, self.as_written)
        shown = None if self.as_written or end - start < len(self._content) else drawn(content)
        if shown is None:
            return literal_spans(content, self.style, self._source, self._gone + start)
        return [Span(shown, self.style, self._source(start), self._source(end - 1) + 1 - self._source(start))]

    def _feed(self, start: int, end: int) -> None:
        for number, line in enumerate(split_lines(self._spans(start, end))):
            if number:
                self._wrapper.feed([Span("\n")])
            self._wrapper.feed(line)

    def line(self, number: int) -> Line:
        """Draw a line."""
        done = len(self._wrapper.lines)
        if number < done:
            body = self._wrapper.lines[number]
        else:
            body = self._tail[number - done] if number - done < len(self._tail) else ()
        return (self.first if number == 0 else self.rest) + body


class RuleLayout:
    """A thematic break."""

    def __init__(self, leaf: Leaf, width: int) -> None:
        self.first, rest = prefixes(leaf.marks)
        self.width = max(min(width, MEASURE) - width_of(rest), 3)
        self.height = 1
        self.version = 0

    def update(self, leaf: Leaf | None, extra: Leaf | None, final: bool, until: float = inf) -> bool:
        """Nothing is added to a rule."""
        return True

    def line(self, number: int) -> Line:
        """Draw the rule."""
        return (*self.first, Span("─" * self.width, "rule"))
