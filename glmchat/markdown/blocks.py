"""Leaf blocks of a Markdown text: what a line-drawing screen needs of CommonMark's block structure.

The tree of blocks is flattened: a leaf (paragraph, heading, code, table, rule, raw HTML) carries the containers it
stands in as marks, so that each leaf is drawn alone, whatever stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from glmchat.markdown.blanks import Blanks
from glmchat.markdown.block_state import DEEPEST, NOTE

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

    Rule = Callable[[StateBlock, int, int, bool], bool]


@dataclass(frozen=True, slots=True)
class Mark:
    """A container around a leaf: a quote, a list item, or a footnote, whose mark begins the text of its first leaf.

    `line` is where the container starts; `first` tells the leaf that draws an item's marker; `number` is an ordered
    item's number, `sign` what follows it.
    """

    kind: str
    line: int
    first: bool = False
    number: int | None = None
    sign: str = ""
    depth: int = 0


@dataclass(slots=True)
class Cell:
    """A cell of a table, where its text starts in the source, and which pipes in it are escaped there."""

    text: str
    source: int
    escaped: tuple[int, ...] = ()


@dataclass(slots=True)
class Leaf:
    """A leaf block.

    `lines` are its content, container prefixes removed, each with the source offset at which it stands; for a table
    `rows` are used instead. `start` and `end` are line numbers in the source, `end` excluded. `closed` says that a
    fence or a formula has its closing line; `gap` that an empty line stands before the leaf, across which `gap_quotes`
    quotes go on. What is `undecided` may be several other blocks, if what is open in it is not closed.
    """

    kind: str
    start: int
    end: int
    marks: tuple[Mark, ...] = ()
    level: int = 0
    info: str = ""
    lines: list[tuple[str, int]] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    aligns: tuple[str, ...] = ()
    gap: bool = False
    gap_quotes: int = 0
    closed: bool = False
    undecided: bool = False

    def follow(self, previous: Leaf | None) -> None:
        """Set whether an empty line parts the leaf from the one before, and how many quotes go on across it."""
        self.gap = previous is not None and self.start > previous.end
        if previous is not None and self.gap:
            ours = [mark.kind for mark in self.marks]
            theirs = [mark.kind for mark in previous.marks]
            same = [kind for kind, other in zip(ours, theirs, strict=False) if kind == other == "quote"]
            self.gap_quotes = len(same) if ours[: len(same)] == ["quote"] * len(same) else 0


@cache
def block_parser() -> MarkdownIt:
    """Make the parser that finds blocks only: CommonMark with tables, inline parsing off.

    Its text has newlines for line ends and no NUL, as `glmchat.support.text.safe` leaves it.
    """
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import blockquote, list_block

    from glmchat.markdown import formula_blocks, rules
    from glmchat.markdown.tables import table

    parser = MarkdownIt("commonmark", {"maxNesting": DEEPEST + 2})
    parser.enable("table").disable(["normalize", "inline", "text_join"])
    ruler = parser.block.ruler
    ruler.at("table", table, {"alt": ["paragraph", "reference"]})
    ruler.at("fence", rules.nesting_fence, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    ruler.before("table", "math", formula_blocks.maths, {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.before("lheading", "text_with_formulas", formula_blocks.text_with_formulas, {"alt": []})
    ruler.before("reference", "note", rules.note, {"alt": ["paragraph", "reference"]})
    for name, rule in (("blockquote", blockquote), ("list", list_block)):
        others = ["paragraph", "reference", "blockquote", *(["list"] if name == "blockquote" else [])]
        ruler.at(name, _bounded(rule), {"alt": others})
    return parser


def _bounded(rule: Rule) -> Rule:
    """Make a container's rule one that sees no container below the deepest."""

    def bounded(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < DEEPEST and rule(state, start, end, silent)

    return bounded


@dataclass(slots=True)
class _List:
    number: int | None
    sign: str
    depth: int


def parse(
    lines: Sequence[str],
    offsets: Sequence[int],
    env: dict[str, Any],
    numbers: Sequence[int | None] = (),
    context: int = 0,
) -> list[Leaf]:
    """Parse source lines into leaves.

    `offsets` holds each line's place in the source; `env` collects link definitions the way markdown-it does.
    The first `context` lines stand for text read earlier; `numbers` are the numbers that the first list at each
    depth then continues with, None to take the written one.
    """
    text = "\n".join(lines) + "\n"
    blanks = Blanks(text)
    hidden = [blanks.hide(line) for line in lines]
    tokens = block_parser().parse(blanks.hide(text), env)
    return _Flattener(hidden, offsets, numbers, context, blanks).run(tokens)


class _Flattener:
    def __init__(
        self,
        lines: Sequence[str],
        offsets: Sequence[int],
        numbers: Sequence[int | None],
        context: int,
        blanks: Blanks,
    ) -> None:
        self.lines, self.offsets, self.context, self.blanks = lines, offsets, context, blanks
        self.numbers = list(numbers)
        self.leaves: list[Leaf] = []
        self.marks: list[Mark] = []
        self.lists: list[_List] = []
        self.counts: list[int] = []

    def run(self, tokens: list[Token]) -> list[Leaf]:
        index = 0
        while index < len(tokens):
            index = self.step(tokens, index)
        return self.leaves

    def step(self, tokens: list[Token], index: int) -> int:
        token = tokens[index]
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open"):
            self.open_list(token, tokens[index + 1])
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self.lists.pop()
        elif kind == "list_item_open":
            self.open_item(token)
        elif kind == "list_item_close":
            self.close_item(token)
        elif kind == "blockquote_open":
            self.marks.append(Mark("quote", _map(token)[0]))
        elif kind == "note_open":
            self.marks.append(Mark("note", _map(token)[0], True))
        elif kind in ("blockquote_close", "note_close"):
            self.marks.pop()
        elif kind in ("paragraph_open", "heading_open"):
            self.text(token, tokens[index + 1])
            return index + 3
        elif kind == "table":
            self.table(token)
        elif kind in ("fence", "code_block", "html_block", "hr", "math"):
            self.plain(token)
        return index + 1

    def open_list(self, token: Token, item: Token) -> None:
        depth = len(self.lists)
        number: int | None = None
        if token.type == "ordered_list_open":
            number = int(item.info or "1")
            number = self.given(depth, number)
        self.lists.append(_List(number, token.markup, depth))

    def given(self, depth: int, written: int) -> int:
        leading = all(leaf.start < self.context for leaf in self.leaves)
        if not leading or depth >= len(self.numbers):
            return written
        number, self.numbers[depth] = self.numbers[depth], None
        return written if number is None else number

    def open_item(self, token: Token) -> None:
        here = self.lists[-1]
        self.marks.append(Mark("item", _map(token)[0], True, here.number, here.sign, here.depth))
        if here.number is not None:
            here.number += 1
        self.counts.append(len(self.leaves))

    def close_item(self, token: Token) -> None:
        if self.counts.pop() == len(self.leaves):
            line = self.marks[-1].line
            self.add(Leaf("paragraph", line, line + 1))
        self.marks.pop()

    def add(self, leaf: Leaf) -> None:
        leaf.marks = tuple(self.marks)
        self.leaves.append(leaf)
        self.marks = [mark if not mark.first else _seen(mark) for mark in self.marks]

    def text(self, token: Token, inline: Token) -> None:
        start, end = _map(token)
        leaf = Leaf(token.type.removesuffix("_open"), start, end)
        if leaf.kind == "heading":
            leaf.level = int(token.tag[1])
        leaf.lines = self.locate(inline.content.split("\n"), start)
        leaf.undecided = not inline.meta.get("closed", True)
        self.add(leaf)

    def locate(self, content: list[str], start: int) -> list[tuple[str, int]]:
        """Find content lines in their source lines, of which they are the ends."""
        out = []
        for line, each in enumerate(content, start):
            source = self.lines[line].rstrip() if line < len(self.lines) else ""
            text = each.rstrip()
            if source.endswith(text):
                at = len(source) - len(text)
            elif text.strip() and source.endswith(
                text.lstrip()
            ):  # a tab divided between container and content
                at = max(len(source) - len(text), -self.offset(line))
            else:  # a heading with closing marks
                at = max(source.rfind(text), 0)
            out.append((self.blanks.show(each), self.offset(line) + at))
        return out

    def offset(self, line: int) -> int:
        return self.offsets[line] if line < len(self.offsets) else self.offsets[-1] + len(self.lines[-1])

    def plain(self, token: Token) -> None:
        start, end = _map(token)
        leaf = Leaf(token.type, start, end, info=self.blanks.show(token.info))
        if token.type != "hr":
            body = token.content.removesuffix("\n").split("\n") if token.content else []
            fence = token.type == "fence"
            leaf.lines = self.locate(body, start + fence)
            leaf.end = max(end if fence else start + len(body), start + 1)
            leaf.closed = token.meta.get("closed", fence and token.content.count("\n") < end - start - 1)
            leaf.undecided = token.type == "math" and not leaf.closed
        self.add(leaf)

    def table(self, token: Token) -> None:
        start, end = _map(token)
        leaf = Leaf("table", start, end, aligns=token.meta["aligns"])
        lines = [start, *range(start + 2, end)]
        for line, row in zip(lines, token.meta["rows"], strict=True):
            leaf.rows.append(
                [Cell(self.blanks.show(cell.text), self.offset(line) + cell.at, cell.escaped) for cell in row]
            )
        self.add(leaf)


def begins_note(leaf: Leaf) -> bool:
    """Tell whether a leaf is the first of a footnote, whose text begins with the mark."""
    return bool(leaf.marks) and leaf.marks[-1].kind == "note" and leaf.marks[-1].first


def _seen(mark: Mark) -> Mark:
    return Mark(mark.kind, mark.line, False, mark.number, mark.sign, mark.depth)


def _map(token: Token) -> tuple[int, int]:
    return (token.map[0], token.map[1]) if token.map else (0, 0)


TAB = 4
_OPENERS = {
    "quote": re.compile(r" *> ?"),
    # Five blanks or more after a marker are one blank and indented code.
    "item": re.compile(r" *(?:[-+*]|\d{1,9}[.)])(?: {1,4}(?=[^ ])| ?)"),
    "note": re.compile(" *" + NOTE.pattern),
}


def container_prefix(line: str, marks: Sequence[Mark], number: int) -> str:
    """Return what of source line `number` opens or continues the containers in `marks`, tabs as blanks."""
    line = line.expandtabs(TAB)
    at = 0
    for mark in marks:
        if mark.kind == "quote" or mark.line == number:
            match = _OPENERS[mark.kind].match(line, at)
            at = match.end() if match else at
    return line[:at]


def lead(line: str, content: str) -> str:
    """Return what stands before the first character of `content`, which ends the line, tabs as blanks."""
    blank = " \t"
    return line[: len(line.rstrip(blank)) - len(content.strip(blank))].expandtabs(TAB)
