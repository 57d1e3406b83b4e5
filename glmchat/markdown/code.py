"""Drawing code: a header with its language and what can be done with it, then lines folded at the full width."""

from __future__ import annotations

from bisect import bisect_right

from rich.cells import cell_len

from glmchat.markdown.blocks import Leaf
from glmchat.markdown.highlight import Highlighter, StyledRange
from glmchat.markdown.layout import SourceLine, prefixes
from glmchat.markdown.spans import Line, Span, cut, width_of
from glmchat.markdown.wrap import hard_wrap
from glmchat.text import safe_line

TAB = 4
# Code longer than this gets a fold mark.
FOLDABLE = 12


class CodeLayout:
    """A fence or an indented block (with a header), or raw HTML (without)."""

    def __init__(self, leaf: Leaf, width: int, folded: bool = False) -> None:
        self.first, self.rest = prefixes(leaf.marks)
        self.html = leaf.kind == "html_block"
        self.language = safe_line(leaf.info.split(maxsplit=1)[0]) if leaf.info.strip() else ""
        self.style = "html" if self.html else "code.block"
        self.width = max(width - width_of(self.rest), 8)
        self.folded = folded
        self.lines: list[SourceLine] = []
        self.highlighter: Highlighter | None = None
        self._tops = [0 if self.html else 1]
        self._base = 0
        self._drawn: dict[int, list[Line]] = {}

    @property
    def height(self) -> int:
        """Lines that the block takes."""
        return 1 if self.folded else max(self._tops[-1], 1)

    @property
    def text(self) -> str:
        """The code, without what surrounds it in the source."""
        return "\n".join(text for text, _ in self.lines)

    def update(self, leaf: Leaf | None, extra: Leaf | None, final: bool) -> None:
        """Take in lines that were added."""
        for number in range(self._base, len(self.lines)):
            self._drawn.pop(number, None)
        del self.lines[self._base :]
        del self._tops[self._base + 1 :]
        if leaf is not None:
            self._add(leaf.lines[self._base :])
            self._base = len(leaf.lines)
        if extra is not None:
            self._add(extra.lines)

    def _add(self, lines: list[SourceLine]) -> None:
        for text, offset in lines:
            self.lines.append((text, offset))
            self._tops.append(self._tops[-1] + self._height_of(text))

    def _height_of(self, text: str) -> int:
        if "\t" in text:
            text = text.expandtabs(TAB)
        if text.isascii():
            return max(-(-len(text) // self.width), 1)
        if cell_len(text) <= self.width:
            return 1
        return len(hard_wrap([Span(text)], self.width))

    def restyle(self, numbers: range | None = None) -> None:
        """Draw lines anew, because their highlighting is known now; None for all."""
        if numbers is None:
            self._drawn.clear()
        else:
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
        if index < 0:
            return prefix
        drawn = self._drawn.get(index)
        if drawn is None:
            if len(self._drawn) > 400:
                self._drawn.clear()
            drawn = self._drawn[index] = self._draw(index)
        part = drawn[min(number - self._tops[index], len(drawn) - 1)]
        fill = 0 if self.html else self.width - width_of(part)
        return prefix + part + ((Span(" " * fill, self.style),) if fill > 0 else ())

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

    def _draw(self, index: int) -> list[Line]:
        text, offset = self.lines[index]
        ranges = self.highlighter.line(index) if self.highlighter else None
        spans = _styled(Span(text, self.style, offset, len(text)), ranges or [])
        if "\t" in text:
            spans = _expand_tabs(spans)
        return hard_wrap(spans, self.width)


def _styled(span: Span, ranges: list[StyledRange]) -> list[Span]:
    out, at = [], 0
    for start, stop, style in ranges:
        end = min(stop, len(span.text))
        if start > at:
            out.append(cut(span, at, start))
        if end > start:
            out.append(cut(span, start, end)._replace(style=f"{span.style} {style}"))
        at = max(at, end)
    if at < len(span.text):
        out.append(cut(span, at, len(span.text)))
    return out


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
