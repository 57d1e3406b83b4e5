"""A block as a document holds it: its content, its drawing if there is one, else an estimate of its height."""

from __future__ import annotations

from dataclasses import dataclass, field

from glmchat.markdown.blocks import Leaf
from glmchat.markdown.layout import Layout
from glmchat.markdown.spans import MEASURE


@dataclass(slots=True)
class Block:
    """A leaf as a document holds it: drawn (`layout`) or only estimated.

    A `settled` leaf never shrinks or changes its kind; `extra` is what is provisional of one that still grows. What is
    `stale` has to be drawn again, or further: a drawing that is `begun` stops where its time was up. `made` counts the
    drawings made from the start.
    """

    leaf: Leaf
    settled: bool = False
    extra: Leaf | None = None
    layout: Layout | None = None
    stale: bool = False
    begun: bool = False
    made: int = 0
    drawn_as: tuple[str, int] = ("", 0)
    folded: bool = False
    missing: set[str] = field(default_factory=set)
    measured: int = 0
    widths: dict[int, int] = field(default_factory=dict)

    @property
    def version(self) -> tuple[int, int]:
        """Changes when lines of the drawing become other lines; growing at the end leaves it."""
        return self.made, self.layout.version if self.layout is not None else 0

    @property
    def kind(self) -> tuple[str, int]:
        """What it is as it stands: a paragraph that grows may yet become a heading."""
        leaf = self.leaf if self.extra is None or self.extra.kind == self.leaf.kind else self.extra
        return leaf.kind, leaf.level

    @property
    def source(self) -> int:
        """Where its content begins in the source; -1 for a rule."""
        if self.leaf.rows and self.leaf.rows[0]:
            return self.leaf.rows[0][0].source
        return self.leaf.lines[0][1] if self.leaf.lines else -1

    def continues(self, leaf: Leaf) -> bool:
        """Tell whether a leaf is this one as it stands later, so that its drawing can go on."""
        ours, theirs = (
            (one.kind, one.level, one.start, one.marks, one.info, one.aligns) for one in (self.leaf, leaf)
        )
        return ours == theirs

    def forget_sizes(self) -> None:
        """Measure the content anew with the next estimate: it is another one."""
        self.measured, self.widths = 0, {}

    def estimate(self, width: int) -> int:
        """About how many lines it takes in so many cells; a line is measured once, whatever the widths."""
        leaf, measure = self.leaf, max(min(width, MEASURE) - 2 * len(self.leaf.marks), 8)
        if leaf.kind == "hr" or self.folded:
            return 1 + leaf.gap
        if leaf.kind == "table":
            return len(leaf.rows) + (len(self.extra.rows) if self.extra else 0) + 1 + leaf.gap
        header = leaf.kind in ("fence", "code_block")
        room = width if header else measure
        for number in range(self.measured, len(leaf.lines)):
            cells = _cells(leaf.lines[number][0])
            self.widths[cells] = self.widths.get(cells, 0) + 1
        self.measured = len(leaf.lines)
        high = sum(count * (cells // room + 1) for cells, count in self.widths.items())
        high += sum(_cells(text) // room + 1 for text, _ in self.extra.lines) if self.extra else 0
        return max(high, 1) + header + leaf.gap


def _cells(text: str) -> int:
    """About how many cells a text takes: exact for ASCII and for Chinese, at no more than a copy's cost."""
    return len(text) if text.isascii() else (len(text) + len(text.encode(errors="replace"))) // 2
