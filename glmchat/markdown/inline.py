"""Inline Markdown: paragraphs, headings and cells as styled pieces that know their place in the source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from glmchat.markdown.addresses import addresses
from glmchat.markdown.data_uris import is_file
from glmchat.markdown.formulas import drawn
from glmchat.markdown.inline_parser import References, parse_inline
from glmchat.markdown.pieces import LONGEST_CONSTRUCT, PIECE, next_cut, reach
from glmchat.markdown.source_map import SourceMap
from glmchat.markdown.spans import Span, cut
from glmchat.support.text import safe_line

if TYPE_CHECKING:
    from markdown_it.token import Token

# What may be markup, an entity, a formula, an address or a line break.
_MARKED = re.compile(r"[\\`*_~\[\]<&!$\n]|://|www\.", re.IGNORECASE)
_LINE_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LONGEST_TARGET = 72

_STYLES = {"em": "emphasis", "strong": "strong", "s": "strike", "link": "link"}


def inline_spans(
    content: str,
    references: References,
    style: str,
    source: SourceMap,
    base: int = 0,
    as_written: bool = False,
) -> list[Span]:
    """Draw inline text as spans; a line break is a span of one newline.

    `content` begins at position `base` of what `source` maps; `as_written` draws simple formulas as their source too.
    """
    out: list[Span] = []
    at = 0
    whole = reach(content, 0, 2 * LONGEST_CONSTRUCT) >= len(content)
    while at < len(content):
        end = len(content) if whole else next_cut(content, at, references, True, PIECE)[0]
        piece = content[at:end]
        if _is_plain(piece):
            out.append(Span(piece, style, source(base + at), len(piece)))
        else:
            out += _Walker(piece, style, source, base + at, as_written).run(parse_inline(piece, references))
        at = end
    return source.with_sizes(out)


def literal_spans(content: str, style: str, source: SourceMap, base: int = 0) -> list[Span]:
    """Text without markup as spans, as it is written, but for the files in it."""
    out: list[Span] = []
    for number, line in enumerate(content.split("\n")):
        if number:
            out.append(Span("\n", "", source(base - 1), 1))
        if line:
            out.append(Span(line, style, source(base), len(line)))
        base += len(line) + 1
    return source.with_sizes(out)


def _is_plain(piece: str) -> bool:
    """Tell whether nothing in a piece can mean anything but itself: such text need not be parsed."""
    return _MARKED.search(piece) is None


class _Walker:
    """Follows the tokens through the text they came from."""

    def __init__(self, content: str, style: str, source: SourceMap, base: int, as_written: bool) -> None:
        self.content, self.source, self.base = content, source, base
        self.as_written = as_written
        self.styles = [style] if style else []
        self.at = 0
        self.out: list[Span] = []
        self.links: list[tuple[str, int]] = []
        self.label_end = -1

    def run(self, tokens: Sequence[Token]) -> list[Span]:
        for token in tokens:
            self.step(token)
        return self.out

    def step(self, token: Token) -> None:
        kind = token.type
        if kind == "text":
            if token.content:
                self.text(token.content)
        elif kind in ("softbreak", "hardbreak"):
            self.newline()
        elif kind == "text_special":
            self.unit(token.content, token.markup)
        elif kind == "code_inline":
            self.code(token)
        elif kind == "html_inline":
            self.html(token.content)
        elif kind == "formula":
            self.formula(token.content)
        elif kind == "image":
            self.image(token)
        elif kind == "link_open":
            self.links.append((str(token.attrs.get("href", "")), len(self.out)))
            self.styles.append("link")
            self.skip("<" if token.markup == "autolink" else "[")
        elif kind == "link_close":
            self.close_link(token)
        elif kind.endswith("_open"):
            self.styles.append(_STYLES.get(kind[:-5], ""))
            self.skip(token.markup)
        elif kind.endswith("_close"):
            self.styles.pop()
            self.skip(token.markup)

    def style(self, *more: str) -> str:
        return " ".join([*self.styles, *more])

    def meta(self) -> str:
        return f"link:{self.links[-1][0]}" if self.links and not is_file(self.links[-1][0]) else ""

    def skip(self, markup: str) -> None:
        if self.content.startswith(markup, self.at):
            self.at += len(markup)

    def seek(self, text: str) -> int:
        if not self.content.startswith(text, self.at):
            if self.label_end >= 0 and self.content.startswith(text, self.label_end):
                found = self.label_end  # what looked like a link's target is text after a label alone
            else:
                found = self.content.find(text, self.at)
            self.at = found if found >= 0 else self.at
        self.label_end = -1
        return self.at

    def put(self, text: str, at: int, length: int, style: str, meta: str = "") -> None:
        self.out.append(Span(text, style, self.source(self.base + at), length, meta))

    def text(self, text: str) -> None:
        at = self.seek(text)
        self.at = at + len(text)
        if self.links:
            # The parser spells the percent signs of an address out, controls among them.
            self.put(safe_line(text), at, len(text), self.style(), self.meta())
            return
        done = 0
        for start, end, url in addresses(text):
            self.plain(text, at, done, start)
            self.put(text[start:end], at + start, end - start, self.style("link"), f"link:{url}")
            done = end
        self.plain(text, at, done, len(text))

    def plain(self, text: str, at: int, start: int, end: int) -> None:
        if end > start:
            self.put(text[start:end], at + start, end - start, self.style())

    def newline(self) -> None:
        found = self.content.find("\n", self.at)
        at = found if found >= 0 else self.at
        self.put("\n", at, 1, "")
        self.at = at + 1

    def unit(self, shown: str, markup: str) -> None:
        at = self.seek(markup)
        self.put(safe_line(shown), at, len(markup), self.style(), self.meta())
        self.at = at + len(markup)

    def code(self, token: Token) -> None:
        at = self.seek(token.markup) + len(token.markup)
        for number, part in enumerate(token.content.split(" ")):
            if number:
                self.put(" ", at, 1, self.style("code"), self.meta())
                at += 1
            if part:
                found = self.content.find(part, at)
                at = found if found >= 0 else at
                self.put(part, at, len(part), self.style("code"), self.meta())
                at += len(part)
        end = self.content.find(token.markup, at)
        self.at = (end if end >= 0 else at) + len(token.markup)

    def html(self, text: str) -> None:
        if _LINE_BREAK_TAG.fullmatch(text):
            at = self.seek(text)
            self.put("\n", at, len(text), "")
            self.at = at + len(text)
        else:
            self.verbatim(text, self.style("html"))

    def formula(self, text: str) -> None:
        shown = None if self.as_written or "\n" in text else drawn(text)
        if shown is None:
            self.verbatim(text, self.style())
            return
        at = self.seek(text)
        self.at = at + len(text)
        self.put(
            shown,
            at,
            self.source(self.base + self.at) - self.source(self.base + at),
            self.style(),
            self.meta(),
        )

    def verbatim(self, text: str, style: str) -> None:
        """Put what is drawn as it is written, over several lines if it has them."""
        at = self.seek(text)
        for number, line in enumerate(text.split("\n")):
            if number:
                self.put("\n", at, 1, "")
                at += 1
            if line:
                self.put(line, at, len(line), style, self.meta())
                at += len(line)
        self.at = at

    def image(self, token: Token) -> None:
        at = self.seek("![")
        url = str(token.attrs.get("src", ""))
        self.at = at + 2
        self.skip_text(token.content)
        self.skip_target()
        shown = safe_line(_words(token)) or "image"
        length = self.source(self.base + self.at) - self.source(self.base + at)
        size = self.source.described(url)
        self.put(f"[{shown}]", at, length, self.style("link"), "" if size else f"link:{url}")
        self.target(size or url, "" if size else url)

    def skip_text(self, text: str) -> None:
        found = self.content.find("]", self.at + len(text.split("\n", 1)[0]) if text else self.at)
        self.at = found if found >= 0 else self.at

    def skip_target(self) -> None:
        """Step over what follows a link's text: ``](target)``, ``][label]`` or ``]``."""
        self.skip("]")
        self.label_end = self.at
        opening = self.content[self.at : self.at + 1]
        if opening == "(":
            depth, at = 0, self.at
            while at < len(self.content):
                char = self.content[at]
                depth += (char == "(") - (char == ")")
                at += 2 if char == "\\" else 1
                if depth == 0:
                    self.at = at
                    return
        elif opening == "[":
            found = self.content.find("]", self.at)
            self.at = found + 1 if found >= 0 else self.at

    def close_link(self, token: Token) -> None:
        self.styles.pop()
        url, first = self.links.pop()
        if token.markup == "autolink":
            self.skip(">")
            return
        self.skip_target()
        size = self.source.described(url)
        if size or "".join(span.text for span in self.out[first:]) != url:
            self.target(size or url, "" if size else url)

    def target(self, words: str, url: str) -> None:
        if words:
            shown = safe_line(words)
            short = shown if cell_len(shown) <= _LONGEST_TARGET else shown[: _LONGEST_TARGET - 1] + "…"
            self.out.append(Span(f" ({short})", self.style("target"), meta=f"link:{url}" if url else ""))


def _words(image: Token) -> str:
    """Return what stands for an image in words, without the markup in it."""
    out = []
    for child in image.children or []:
        out.append(
            " " if child.type.endswith("break") else _words(child) if child.children else child.content
        )
    return "".join(out)


def split_lines(spans: Sequence[Span]) -> list[list[Span]]:
    """Split spans at their newlines."""
    lines: list[list[Span]] = [[]]
    for span in spans:
        if span.text == "\n":
            lines.append([])
        elif "\n" in span.text:
            at = 0
            for number, part in enumerate(span.text.split("\n")):
                if number:
                    lines.append([])
                lines[-1].append(cut(span, at, at + len(part)))
                at += len(part) + 1
        else:
            lines[-1].append(span)
    return lines
