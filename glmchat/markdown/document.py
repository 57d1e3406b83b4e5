"""A text as blocks and lines at a width: what a view of it asks for, and no more work than that."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import inf

from glmchat.markdown.blocks import Leaf
from glmchat.markdown.code import CodeLayout
from glmchat.markdown.document_block import Block
from glmchat.markdown.inline_parser import References
from glmchat.markdown.layout import Layout, RuleLayout, TextLayout, gap_line
from glmchat.markdown.spans import Anchor, Line, source_range
from glmchat.markdown.stream import BlockStream
from glmchat.markdown.sums import Sums
from glmchat.markdown.table import TableLayout


class Document:
    """Markdown that may still be arriving, drawn at `width` cells.

    Heights are estimates until `settle` has drawn the lines asked for. Where a time `until` is given, by the clock of
    `time.perf_counter`, work stops a few milliseconds after it, and goes on when the same is asked again. `closed`
    says that no more text will come, `finished` that all of it was taken in; `rendered` counts blocks drawn, for tests
    that guard the cost.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.as_written = False
        self.finished = False
        self.rendered = 0
        self.closed = False
        self._parts: list[str] = []
        self._text = ""
        self._stream = BlockStream()
        self._blocks: list[Block] = []
        self._heights = Sums()
        self._stable = 0
        self._labels = 0

    @property
    def text(self) -> str:
        """The source, as far as it has come."""
        if self._parts:
            self._text += "".join(self._parts)
            self._parts.clear()
        return self._text

    @property
    def empty(self) -> bool:
        """Whether no text has come yet."""
        return not (self._text or any(self._parts))

    def feed(self, text: str) -> None:
        """Take more text, safe to show (see `support.text`), lines ended by newlines; costs nothing until `advance`."""
        self._parts.append(text)
        self._stream.feed(text)

    def close(self) -> None:
        """No more text will come: `advance` finishes."""
        self.closed = True

    def advance(self, until: float = inf) -> bool:
        """Take in what was fed; returns whether that is all."""
        if not self._stream.pending and (self.finished or not self.closed):
            return True
        done = self._stream.advance(until)
        if done and self.closed and not self.finished:
            self._stream.finish()
            self.finished = True
        self._sync()
        return done

    def finish(self) -> None:
        """No more text will come, and all of it is taken in."""
        self.close()
        self.advance()

    @property
    def height(self) -> int:
        """Lines, in part estimated."""
        return self._heights.total

    @property
    def block_count(self) -> int:
        """Blocks found so far."""
        return len(self._blocks)

    def set_width(self, width: int) -> None:
        """Draw at another width; every height is an estimate again."""
        if width != self.width:
            self.width = width
            self._draw_anew()

    def write_formulas(self, as_written: bool) -> None:
        """Draw simple formulas as they are written, or as signs."""
        if as_written != self.as_written:
            self.as_written = as_written
            self._draw_anew()

    def _draw_anew(self) -> None:
        for block in self._blocks:
            block.layout, block.begun = None, False
        self._heights = Sums(block.estimate(self.width) for block in self._blocks)

    def _sync(self) -> None:
        """Bring blocks and heights in line with what the stream has found."""
        stream = self._stream
        leaves, opened = stream.leaves, list(stream.open)
        old = self._blocks[self._stable :]
        del self._blocks[self._stable :]
        self._heights.truncate(self._stable)
        for leaf in leaves[self._stable :]:
            self._append(leaf, old, True)
        if stream.growing and opened:
            self._grow(_without(opened.pop(0), stream.opener_rows))
        for leaf in opened:
            self._append(leaf, old, False)
        self._stable = max(len(leaves) - stream.growing, 0)
        if len(stream.references) != self._labels:
            fresh = set(islice(stream.references, self._labels, None))
            self._labels = len(stream.references)
            self._redo_links(fresh)

    def _append(self, leaf: Leaf, old: list[Block], settled: bool) -> None:
        block = Block(leaf, settled)
        if old and old[0].continues(leaf):
            block = old.pop(0)
            if block.leaf is not leaf:
                block.forget_sizes()
            block.leaf, block.settled, block.extra = leaf, settled, None
        else:
            old.clear()
        block.stale = True
        self._blocks.append(block)
        self._heights.append(self._height(block))

    def _grow(self, extra: Leaf) -> None:
        block = self._blocks[-1]
        block.extra = extra
        block.stale = True
        self._heights[len(self._blocks) - 1] = self._height(block)

    def _height(self, block: Block) -> int:
        if block.layout is not None:
            return block.layout.height + block.leaf.gap
        return block.estimate(self.width)

    def _redo_links(self, fresh: set[str]) -> None:
        for number, block in enumerate(self._blocks):
            if block.missing and not block.missing.isdisjoint(fresh):
                block.layout, block.begun = None, False
                self._heights[number] = block.estimate(self.width)

    def block_at(self, y: int) -> tuple[int, int]:
        """Return the block that covers line `y` and the line within it."""
        return self._heights.find(y)

    def top_of(self, block: int) -> int:
        """Return the line at which a block begins, the empty line before it included."""
        return self._heights.before(block)

    def block(self, number: int) -> Block:
        """Return a block."""
        return self._blocks[number]

    def layout(self, number: int, until: float = inf) -> Layout:
        """Return a block drawn, drawing it where it is not."""
        block = self._blocks[number]
        if block.layout is not None and not block.stale:
            return block.layout
        layout = self._draw(block, until)
        self._heights[number] = self._height(block)
        return layout

    def _draw(self, block: Block, until: float) -> Layout:
        references = References(self._stream.references)
        if block.layout is None or block.drawn_as != block.kind:
            block.layout, block.drawn_as = self._make(block, references), block.kind
            block.made += 1
            self.rendered += 1
        if isinstance(block.layout, TextLayout | TableLayout):
            references = block.layout.references
        if block.settled:
            final = not block.extra and not self._grows(block)
            done = block.layout.update(block.leaf, block.extra, final, until)
        else:
            done = block.layout.update(None, block.leaf, False, until)
        block.missing = references.missing
        block.stale = block.begun = not done
        return block.layout

    def _grows(self, block: Block) -> bool:
        return self._stream.growing and block.leaf is self._stream.leaves[-1]

    def _make(self, block: Block, references: References) -> Layout:
        leaf = block.leaf if block.extra is None or block.extra.kind == block.leaf.kind else block.extra
        if leaf.kind == "hr":
            return RuleLayout(leaf, self.width)
        if leaf.kind == "table":
            return TableLayout(leaf, self.width, references, self.as_written)
        if leaf.kind in ("fence", "code_block", "html_block"):
            return CodeLayout(leaf, self.width, block.folded)
        return TextLayout(leaf, self.width, references, self.as_written)

    def settle(self, top: int, bottom: int, until: float = inf) -> bool:
        """Make heights exact for the lines from `top` to `bottom` (excluded); returns whether all are."""
        if not self._blocks:
            return True
        number, _ = self._heights.find(max(top, 0))
        while number < len(self._blocks) and self._heights.before(number) < bottom:
            self.layout(number, until)
            if self._blocks[number].begun:
                return False
            number += 1
        return True

    def line(self, y: int) -> Line:
        """Draw a line; its block is begun if it was not, which shows no more than a step's worth of it."""
        if not self._blocks:
            return ()
        number, at = self._heights.find(y)
        block = self._blocks[number]
        layout, leaf = (block.begun and block.layout) or self.layout(number, 0.0), block.leaf
        if leaf.gap:
            if at == 0:
                return gap_line(leaf)
            at -= 1
        return layout.line(at) if at < layout.height else ()

    def lines(self) -> Iterator[Line]:
        """Draw all lines: for tests and for export."""
        self.settle(0, 1 << 60)
        for y in range(self.height):
            yield self.line(y)

    def anchor(self, y: int, kept: int = -1) -> Anchor:
        """Return line `y` as something to find again: by the character `kept`, where it shows that."""
        number, line = self._heights.find(y)
        first, last = source_range(self.line(y)) or (-1, -1)
        offset = kept if first <= kept < last else first
        return Anchor(number, line, offset, self._blocks[number].version)

    def line_at(self, anchor: Anchor) -> int:
        """Return where the line of an anchor is now."""
        number = min(anchor.block, len(self._blocks) - 1)
        if number < 0:
            return 0
        if anchor.offset >= 0 and anchor.version != self._blocks[number].version:
            return self.line_of(anchor.offset)
        return self._heights.before(number) + min(anchor.line, max(self._heights[number] - 1, 0))

    def line_of(self, offset: int) -> int:
        """Return the line that shows a source offset (the nearest before it where none does).

        An estimate where the block is not drawn.
        """
        if not self._blocks:
            return 0
        number = self.block_of(offset)
        block = self._blocks[number]
        layout, leaf = block.layout, block.leaf
        if layout is None or block.begun:
            return self._heights.before(number) + leaf.gap + self._guess(number, offset)
        best = 0
        low, high = 0, layout.height - 1
        while low <= high:
            middle = (low + high) // 2
            at = middle
            shown = source_range(layout.line(at))
            while shown is None and at > low:
                at -= 1
                shown = source_range(layout.line(at))
            if shown is None:
                low = middle + 1
            elif shown[0] <= offset:
                best, low = at, middle + 1
            else:
                high = at - 1
        return self._heights.before(number) + leaf.gap + best

    def _guess(self, number: int, offset: int) -> int:
        """About how many lines into a block a source offset is."""
        following = (block.source for block in islice(self._blocks, number + 1, None) if block.source >= 0)
        start, end = self._blocks[number].source, next(following, len(self.text))
        share = (offset - start) / max(end - start, 1)
        return int(min(max(share, 0.0), 1.0) * max(self._heights[number] - 1, 0))

    def block_of(self, offset: int) -> int:
        """Return the block that shows a source offset (the nearest before it where none does)."""
        low, high = 0, len(self._blocks) - 1
        while low < high:
            middle = (low + high + 1) // 2
            at = middle
            while at > low and self._blocks[at].source < 0:
                at -= 1
            if self._blocks[at].source <= offset:
                low = middle
            else:
                high = at - 1
        return low

    def fold(self, number: int, folded: bool) -> None:
        """Fold or open a block of code."""
        block = self._blocks[number]
        block.folded, block.layout, block.begun = folded, None, False
        self._heights[number] = block.estimate(self.width)

    def colour(self, top: int, bottom: int, seconds: float) -> bool:
        """Work for about `seconds` on the colours of code from line `top` to `bottom`; returns whether any changed."""
        number = self.block_at(max(top, 0))[0]
        while 0 <= number < len(self._blocks) and self.top_of(number) < bottom:
            if self.highlight(number, seconds):
                return True
            number += 1
        return False

    def highlight(self, number: int, seconds: float) -> bool:
        """Work on a block's colours for about `seconds`; returns whether its lines changed."""
        block = self._blocks[number]
        layout = block.layout
        if not isinstance(layout, CodeLayout) or layout.html or not layout.language or layout.folded:
            return False
        return layout.colour(block.leaf.closed or self.finished, seconds)


def _without(leaf: Leaf, opener: int) -> Leaf:
    leaf.lines, leaf.rows = leaf.lines[opener:], leaf.rows[opener:]
    return leaf
