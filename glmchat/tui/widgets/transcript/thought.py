"""The thought of a message, in its gutter above the answer: a line that folds it, and a window on its text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from glmchat.markdown.spans import Line, Span, restyle, width_of
from glmchat.support.text import SafeStream
from glmchat.tui.widgets.thought_head import ThoughtFacts, head_spans

if TYPE_CHECKING:
    from glmchat.markdown.document import Document

# Rows of the text that are shown at once.
MOST_ROWS = 10
_BAR = "│ "
_STYLE = "thought"


class Thought:
    """A text that may grow; folded, a piece of it costs an append to a list, and nothing of it is read.

    `top` is the first line of the window; None follows the end while the thought grows, and is the start after that.
    `hits` are ranges of the text that were searched for.
    """

    __slots__ = (
        "_as_written", "_document", "_lines", "_parts", "_safe", "_width", "facts", "folded", "growing", "hits",
        "size", "top"
    )  # fmt: skip

    def __init__(
        self, text: str, width: int, facts: ThoughtFacts, *, folded: bool, growing: bool = False
    ) -> None:
        self.facts = facts
        self.folded = folded
        self.growing = growing
        self.size = len(text)  # characters that came
        self.top: int | None = None
        self.hits: Sequence[tuple[int, int]] = ()
        self._width = width
        self._as_written = False
        self._parts = [text]
        self._safe = SafeStream()
        self._document: Document | None = None
        self._lines: list[Line] = []

    @property
    def rows(self) -> int:
        """Rows of the window."""
        return len(self._lines)

    @property
    def scrolls(self) -> bool:
        """Whether there is more of it than the window shows."""
        return self._document is not None and not self.folded and self._document.height > MOST_ROWS

    def feed(self, text: str) -> None:
        """Take a piece of it."""
        self.size += len(text)
        self._parts.append(text)

    def finish(self) -> None:
        """It does not grow any more."""
        self.growing = False

    def set_width(self, width: int) -> None:
        """Draw at another width."""
        self._width = width
        if self._document is not None:
            self._document.set_width(self._text_width)

    def write_formulas(self, as_written: bool) -> None:
        """Draw simple formulas as they are written, or as signs."""
        self._as_written = as_written
        if self._document is not None:
            self._document.write_formulas(as_written)

    @property
    def _text_width(self) -> int:
        return max(self._width - len(_BAR), 10)

    def advance(self, until: float) -> tuple[bool, bool]:
        """Read what came and draw the window; returns whether all is done, and whether it looks other than before.

        Folded there is nothing to do.
        """
        lines: list[Line] = []
        done = True
        if not self.folded:
            document = self._read()
            done = document.advance(until)
            top = self._first(document)
            done = document.settle(top, top + MOST_ROWS, until) and done
            top = self._first(document)
            lines = [
                self._dressed(document.line(y)) for y in range(top, min(top + MOST_ROWS, document.height))
            ]
            if self.growing and len(lines) < len(self._lines):
                lines += [self._dressed(())] * (
                    len(self._lines) - len(lines)
                )  # while it grows it never gets lower
        changed = lines != self._lines
        self._lines = lines
        return done, changed

    def _read(self) -> Document:
        if self._document is None:
            from glmchat.markdown.document import Document

            self._document = Document(self._text_width)
            self._document.write_formulas(self._as_written)
        if self._parts:
            self._document.feed(self._safe.feed("".join(self._parts)))
            self._parts.clear()
        if not self.growing and not self._document.closed:
            self._document.feed(self._safe.finish())
            self._document.close()
        return self._document

    def _first(self, document: Document) -> int:
        last = max(document.height - MOST_ROWS, 0)
        return min(self.top, last) if self.top is not None else last if self.growing else 0

    def _dressed(self, line: Line) -> Line:
        """A line as part of the thought: offsets of the message's own text mean nothing in it."""
        if self.hits:
            line = restyle(line, list(self.hits), "match")
        return (Span(_BAR, "quote.bar"), *(_plain(span) for span in line))

    def scroll(self, lines: int) -> bool:
        """Move the window; returns whether there was anywhere to go."""
        if not self.scrolls or self._document is None:
            return False
        before = self._first(self._document)
        last = max(self._document.height - MOST_ROWS, 0)
        after = max(0, min(before + lines, last))
        self.top = None if self.growing and after == last else after
        return after != before

    def show_place(self, offset: int, hits: Sequence[tuple[int, int]]) -> None:
        """Open it at a character of its text, and mark what was found."""
        self.folded, self.hits = False, hits
        document = self._read()
        document.advance()
        self.top = max(document.line_of(offset) - MOST_ROWS // 3, 0)

    def lines(self) -> list[Line]:
        """Its line, and the window on its text."""
        title = "thinking" if self.growing else "thought"
        head = [
            span._replace(meta=f"thought:{span.meta or 'fold'}")
            for span in head_spans(self.facts, self.folded, title, "quiet")
        ]
        if self.scrolls and self._document is not None:
            first = self._first(self._document)
            below = max(self._document.height - MOST_ROWS - first, 0)
            head.append(Span(f"  ↑{first} ↓{below}", "quiet", meta="thought:fold"))
        if not self.folded and not self.growing:
            head += [Span("  "), Span("copy", "button", meta="thought:copy")]
        return [_cut(head, self._width), *self._lines]


def _plain(span: Span) -> Span:
    """A piece of the thought: dim, but for what was found, and without buttons on its code."""
    style = span.style if "match" in span.style else f"{span.style} {_STYLE}"
    return Span(span.text, style, meta=span.meta if span.meta.startswith("link:") else "")


def _cut(line: list[Span], width: int) -> Line:
    """Leave out what there is no room for: from the end, and the buttons last."""
    while len(line) > 2 and width_of(line) > width:
        line.remove(
            next(
                (each for each in reversed(line[2:]) if each.style != "button" and each.text.strip()),
                line[-1],
            )
        )
    return tuple(line)
