"""Finding blocks in text that is still arriving.

What has been recognised is never read again. The rest, the tail, is parsed by markdown-it behind a few lines of context
that stand for what the tail continues: the markers of open list items, the first line of an open fence, the head of an
open table. So a step costs what is new, however long a block gets.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Any

from glmchat.markdown.block_state import MORE
from glmchat.markdown.blocks import Leaf, Mark, parse
from glmchat.markdown.continuation import (
    context_lines,
    is_long,
    last_definition,
    marks_before,
    opener_lines,
    start_of,
)
from glmchat.markdown.long_lines import LONGEST_LINE, LongLine
from glmchat.markdown.slices import Slices

# Of blanks at the beginning of such a line, what makes a difference.
_BLANKS_KEPT = 64
_BLANK = " \t>"


class BlockStream:
    """Turns text in pieces into leaves.

    `leaves` are final, but that the last may still grow while `growing` is true; `open` are the leaves of the tail as
    it stands, the first of which continues the last of `leaves` while `growing`. `references` are the link definitions
    so far, by normalized label, as markdown-it keeps them.
    """

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self.open: list[Leaf] = []
        self.references: dict[str, Any] = {}
        self.growing = False
        self.lines_parsed = 0
        self._new = Slices()
        self._partial = ""
        self._long: LongLine | None = None
        self._tail: list[str] = []
        self._offsets: list[int] = []
        self._line = 0
        self._at = 0
        self._context: list[str] = []
        self._opener = 0
        self._numbers: list[int | None] = []

    def feed(self, text: str) -> None:
        """Take more text; costs nothing until `advance`."""
        self._new.feed(text)

    @property
    def pending(self) -> bool:
        """Whether there is text that was not read."""
        return bool(self._new)

    def advance(self, until: float = inf) -> bool:
        """Read what was fed: settle blocks that are complete and renew `open`; returns whether all is read.

        It stops once the clock of `time.perf_counter` has passed `until`, after a slice at the least.
        """
        if not self._new:
            return True
        while self._new:
            if self._take():
                self._settle()
            if time.perf_counter() > until:
                break
        self.open = self._parse_open()
        return not self._new

    def finish(self) -> None:
        """Settle everything: no more text will come."""
        self.advance()
        if self._partial or self._long:
            self._end_line(self._partial)
            self._partial = ""
        self._settle(final=True)
        self.open = []
        self._tail, self._offsets, self._context, self._numbers = [], [], [], []

    @property
    def opener_rows(self) -> int:
        """Content lines (rows of a table) of the first open leaf that are context, not news."""
        if not self.growing or self._long:
            return 0
        kind = self._growing_kind()
        return (
            self._opener - 1
            if kind == "fence"
            else int(kind in ("paragraph", "table", "code_block", "html_block"))
        )

    def _growing_kind(self) -> str:
        return "paragraph" if self.leaves[-1].kind == "heading" else self.leaves[-1].kind

    def _take(self) -> bool:
        """Read a slice of what is new; returns whether a line was completed."""
        *lines, self._partial = self._new.take(self._partial)
        for line in lines:
            self._end_line(line)
        self._partial = self._shorten(self._partial)
        return bool(lines)

    def _end_line(self, line: str) -> None:
        rest = self._shorten(line)
        if self._long is None:
            self._push(rest)
            return
        self._go_on(self._long, rest)
        self._at += 1
        self._long.finish()
        if self._long.definition is not None:
            self.references.setdefault(*self._long.definition)
        elif self.growing and self.leaves[-1].kind == "heading":
            del self._context[len(self._context) - self._opener :]
            self._opener, self.growing = 0, False
        self._long = None

    def _shorten(self, line: str) -> str:
        """Take in a line that is too long to be parsed at once, but for its last part, which is returned."""
        while len(line) > LONGEST_LINE:
            part, rest = line[:LONGEST_LINE], line[LONGEST_LINE:]
            if self._long is not None:
                self._go_on(self._long, part)
            elif not part.strip(" \t"):
                self._at += LONGEST_LINE - _BLANKS_KEPT
                rest = part[:_BLANKS_KEPT] + rest
            else:
                self._begin_long(part)
            line = rest
        return line

    def _begin_long(self, part: str) -> None:
        """Make final what there is, with the beginning of a long line."""
        self._settle()
        self._push(part)
        self._at -= 1
        known = set(self.references)
        leaf = self._settle_all(part)
        new = [label for label in self.references if label not in known]
        # A definition is known with its whole address only.
        definition = (new[-1], self.references.pop(new[-1])) if leaf is None and new else None
        self._long = LongLine(leaf, definition)
        self._long.begin(part, self._at - len(part))

    def _settle_all(self, part: str) -> Leaf | None:
        """Make final what is in the tail, of whose last leaf `part` is the end; returns the leaf.

        There is none where it is a definition, of which nothing is shown.
        """
        env: dict[str, Any] = {}
        leaves = self._parse(self._tail, env)
        lines = [*self._context, *self._tail]
        start = start_of(leaves[-1]) if leaves else 0
        if len(leaves) > 1 and start >= len(self._context):
            leaves, env = self._cut(leaves, env, start, marks_before(leaves), False)
            lines = [*self._context, *self._tail]
        if not leaves or leaves[-1].end < len(lines):
            self._cut(leaves, env, len(lines), self._open_at(lines, len(lines)), False)
            return None
        if leaves[-1].kind == "hr":
            leaves[-1].kind, leaves[-1].lines = "paragraph", [(part, self._at - len(part))]
        self._cut_inside(leaves[-1], env, 0)
        return self.leaves[-1]

    def _go_on(self, line: LongLine, part: str) -> None:
        line.add(part, self._at)
        self._at += len(part)

    def _push(self, line: str) -> None:
        self._tail.append(line)
        self._offsets.append(self._at)
        self._at += len(line) + 1

    def _drop_blank_lines(self) -> None:
        count = 0
        while count < len(self._tail) and not self._tail[count].strip(" \t"):
            count += 1
        self._consume(count)
        if count and self._context and self._context[-1]:
            self._context.append("")

    def _consume(self, count: int) -> None:
        del self._tail[:count]
        del self._offsets[:count]
        self._line += count

    def _parse(self, lines: Sequence[str], env: dict[str, Any], final: bool = False) -> list[Leaf]:
        context = len(self._context)
        self.lines_parsed += context + len(lines)
        offsets = [0] * context + self._offsets
        if len(lines) > len(self._tail):
            offsets.append(self._at)
        env[MORE] = not final
        leaves = parse([*self._context, *lines], offsets, env, self._numbers, context)
        opener = context - self._opener
        return [leaf for leaf in leaves if leaf.start >= context or (self.growing and leaf.start == opener)]

    def _parse_open(self) -> list[Leaf]:
        if self._long:
            return self._long.open(self._partial, self._at)
        if not self._tail and not self._partial.strip(" \t"):
            return []
        lines = [*self._tail, self._partial] if self._partial else self._tail
        leaves = self._parse(lines, {})
        previous = None if self.growing else self._last()
        for leaf in leaves:
            previous = self._place(leaf, previous)
        return leaves

    def _last(self) -> Leaf | None:
        return self.leaves[-1] if self.leaves else None

    def _place(self, leaf: Leaf, previous: Leaf | None) -> Leaf:
        """Give a leaf its line numbers in the whole text and its distance from the one before."""
        shift = self._line - len(self._context)
        leaf.start += shift
        leaf.end += shift
        leaf.follow(previous)
        return leaf

    def _settle(self, final: bool = False) -> None:
        if not self.growing:
            self._drop_blank_lines()
        if not self._tail and not self.growing:
            return
        env: dict[str, Any] = {}
        leaves = self._parse(self._tail, env, final)
        cut, marks = self._find_cut(leaves, env, final)
        if cut > len(self._context) or final:
            leaves, env = self._cut(leaves, env, cut, marks, final)
        if leaves and leaves[-1].undecided:
            return
        if len(leaves) > 1 and is_long(leaves[-1], self._tail):
            start = start_of(leaves[-1])
            if start > len(self._context):
                leaves, env = self._cut(leaves, env, start, marks_before(leaves), final)
        if len(leaves) == 1 and is_long(leaves[0], self._tail):
            last = leaves[0]
            keep = 1 if last.kind in ("paragraph", "html_block") else 0
            if min(last.end, len(self._context) + len(self._tail)) - keep > max(
                len(self._context), last.start + 2
            ):
                self._cut_inside(last, env, keep)

    def _find_cut(self, leaves: list[Leaf], env: dict[str, Any], final: bool) -> tuple[int, tuple[Mark, ...]]:
        """Choose the line up to which all is known, and the containers that are open there."""
        lines = [*self._context, *self._tail]
        context, count = len(self._context), len(lines)
        if final:
            return count, ()
        if not leaves:
            blank = count > context and not lines[-1].strip(" \t")
            cut = count if blank else last_definition(lines, context, env)
            return cut, self._open_at(lines, cut)
        last = leaves[-1]
        if last.undecided:
            # Its lines may be others, which go on with what stands before them.
            return context, ()
        empty_item = last.kind == "paragraph" and not last.lines
        ended = (last.end < count or last.closed or last.kind in ("heading", "hr")) and not empty_item
        if ended and last.kind not in ("code_block",) and (last.closed or last.kind != "fence"):
            return max(last.end, context), last.marks
        start = start_of(last)
        if start < context:
            return context, ()
        before = leaves[-2].end if len(leaves) > 1 else context
        if any(line.strip(_BLANK) for line in lines[before:start]) and lines[start - 1].strip(_BLANK):
            return context, ()
        return start, marks_before(leaves)

    def _open_at(self, lines: Sequence[str], cut: int) -> tuple[Mark, ...]:
        """Tell which containers are open at a line around which there are link definitions alone."""
        context = len(self._context)
        around = [*lines[cut:], *reversed(lines[context:cut])]
        definition = next((line for line in around if "[" in line), None)
        if not context or definition is None:
            return ()
        probe = definition[: definition.index("[")] + "x"
        leaves = parse([*lines[:cut], probe], [0] * (cut + 1), {}, self._numbers, context)
        return leaves[-1].marks

    def _learn(self, env: dict[str, Any], cut: int, final: bool) -> None:
        for label, reference in env.get("references", {}).items():
            if final or reference["map"][1] <= cut:
                self.references.setdefault(label, reference)

    def _cut(
        self, leaves: list[Leaf], env: dict[str, Any], cut: int, marks: tuple[Mark, ...], final: bool
    ) -> tuple[list[Leaf], dict[str, Any]]:
        """Make final what stands before line `cut`; returns what the rest parses to."""
        self._learn(env, cut, final)
        lines = [*self._context, *self._tail]
        context = len(self._context)
        ready = [leaf for leaf in leaves if leaf.start < cut]
        if self.growing and ready:
            self._extend(ready.pop(0), self._line - context)
            self.growing = False
        previous = self._last()
        for leaf in ready:
            previous = self._place(leaf, previous)
            self.leaves.append(leaf)
        self._context = context_lines(lines, marks, cut)
        self._numbers = [mark.number for mark in marks if mark.kind == "item"]
        self._opener = 0
        self._consume(cut - context)
        env = {}
        return (self._parse(self._tail, env) if self._tail and not final else []), env

    def _extend(self, leaf: Leaf, shift: int) -> None:
        grown = self.leaves[-1]
        skip = self.opener_rows
        grown.lines.extend(leaf.lines[skip:])
        grown.rows.extend(leaf.rows[skip:])
        grown.end = leaf.end + shift
        grown.closed = leaf.closed
        grown.kind, grown.level = leaf.kind, leaf.level

    def _cut_inside(self, last: Leaf, env: dict[str, Any], keep: int) -> None:
        """Make final the only leaf in the tail but for its last `keep` lines; it goes on behind its opener."""
        lines = [*self._context, *self._tail]
        context = len(self._context)
        cut = min(last.end, len(lines)) - keep
        part = replace(last, lines=last.lines[: len(last.lines) - keep], end=cut)
        opener = opener_lines(last, lines)
        if self.growing:
            self._extend(part, self._line - context)
            self._context[context - self._opener :] = opener
        else:
            self._learn(env, last.start, False)
            self._place(part, self._last())
            self.leaves.append(part)
            self._context = [*context_lines(lines, last.marks, last.start), *opener]
            self._numbers = [mark.number for mark in last.marks if mark.kind == "item"]
            self.growing = True
        self._opener = len(opener)
        self._consume(cut - context)
