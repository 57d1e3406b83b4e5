"""What is selected, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass

from glmchat.support.vim.changes import join, operate
from glmchat.support.vim.draft import Draft, Register
from glmchat.support.vim.grammar import Command
from glmchat.support.vim.lines import below, end_of, first_word, start_of
from glmchat.support.vim.objects import Span


def whole_lines(text: str, one: int, other: int) -> Span:
    """All lines from one place to another."""
    start, end = sorted((one, other))
    return Span(start_of(text, start), end_of(text, end), True)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is selected: so many lines, and in the last of them so many characters."""

    lines: int
    chars: int
    whole: bool

    def span(self, text: str, at: int) -> Span:
        """As much from a place on."""
        last = at
        for _ in range(self.lines - 1):
            last = found if (found := below(text, last)) is not None else last
        if self.whole:
            return whole_lines(text, at, last)
        end = (at if self.lines == 1 else start_of(text, last)) + self.chars
        return Span(at, min(end, end_of(text, last) + (end_of(text, last) < len(text))))


@dataclass(frozen=True, slots=True)
class Selection:
    """From where it began to the cursor, both taken."""

    anchor: int
    at: int

    def shown(self, text: str, lines: bool) -> tuple[int, int]:
        """From where to where it is drawn; the second is where the cursor is drawn too."""
        one, other = self.anchor, self.at
        if lines:
            span = whole_lines(text, one, other)
            return (span.start, span.end) if other >= one else (span.end, span.start)
        return (one, other) if other >= one else (min(one + 1, len(text)), other)

    def extent(self, text: str, lines: bool) -> Extent:
        """How much it is."""
        start, end = sorted((self.anchor, self.at))
        count = text.count("\n", start, end) + 1
        chars = end - (start if count == 1 else start_of(text, end)) + 1
        return Extent(count, chars, lines)

    def around(self, span: Span) -> Selection:
        """Stretched over a piece of the text."""
        last = max(span.start, span.end - 1)
        if self.anchor == self.at:
            return Selection(span.start, last)
        if self.at > self.anchor:
            return Selection(min(self.anchor, span.start), max(last, self.at))
        return Selection(self.anchor, min(self.at, span.start))


def repeat(draft: Draft, command: Command, extent: Extent) -> bool:
    """Carry out a command on as much as was selected, from the cursor on."""
    span = extent.span(draft.text, draft.at)
    name = command.name
    if name in ("J", "gJ"):
        return join(draft, max(2, extent.lines), name == "J")
    if name == "r":
        piece = draft.text[span.start : span.end]
        draft.replace(span.start, span.end, "".join(char if char == "\n" else command.char for char in piece))
        draft.at = span.start
    elif name in ("p", "P"):
        _put_over(draft, span, command)
    else:
        operate(draft, name.lower() if name in LINES else name, span, command.times)
    return True


LINES = frozenset("DCY")


def _put_over(draft: Draft, span: Span, command: Command) -> None:
    """Put what was copied in the place of the selection, which p keeps in its place."""
    register = draft.register
    text = "\n".join([register.text] * command.times) if register.lines else register.text * command.times
    if register.lines and not span.lines:
        text = f"\n{text}\n"
    taken = Register(draft.text[span.start : span.end], span.lines)
    draft.replace(span.start, span.end, text)
    if register.lines:
        draft.at = first_word(draft.text, span.start + (not span.lines))
    else:
        draft.at = span.start + (max(0, len(text) - 1) if "\n" not in text and not span.lines else 0)
    if command.name == "p":
        draft.register = taken
