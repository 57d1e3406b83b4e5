"""A text while a command changes it: where the cursor is, what was cut or copied, and the edits in their order."""

from __future__ import annotations

from dataclasses import dataclass, field

from glmchat.support.vim.lines import end_of, first_word, is_indent, settled, start_of
from glmchat.support.vim.objects import Span
from glmchat.support.vim.place import Move, Reach


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of the text, and what takes its place."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Register:
    """What was cut or copied last."""

    text: str = ""
    lines: bool = False


@dataclass(slots=True)
class Draft:
    """The text with its cursor; `inserts` says that what is typed next goes into the text."""

    text: str
    at: int
    register: Register = Register()
    inserts: bool = False
    edits: list[Edit] = field(default_factory=list)

    def replace(self, start: int, end: int, text: str) -> None:
        """Put a text in the place of a piece."""
        if self.text[start:end] != text:
            self.edits.append(Edit(start, end, text))
            self.text = self.text[:start] + text + self.text[end:]

    def keep(self, span: Span) -> None:
        """Copy a piece into the register."""
        self.register = Register(self.text[span.start : span.end], span.lines)

    def cut(self, span: Span) -> None:
        """Take a piece out; lines with the break that makes them lines."""
        self.keep(span)
        start, end = span.start, span.end
        if span.lines and end < len(self.text):
            end += 1
        elif span.lines and start > 0:
            start -= 1
        self.replace(start, end, "")
        self.at = first_word(self.text, min(span.start, len(self.text))) if span.lines else span.start

    def settle(self) -> None:
        """Let the cursor stand where it can in normal mode."""
        self.at = settled(self.text, self.at)


def span_of(text: str, at: int, move: Move, operator: str) -> Span:
    """What an operator takes of a motion."""
    start, end = sorted((at, move.to))
    if move.reach is Reach.LINES:
        return Span(start_of(text, start), end_of(text, end), True)
    if move.reach is Reach.INCLUSIVE and end < end_of(text, end):
        end += 1
    elif move.reach is Reach.EXCLUSIVE and start < end == start_of(text, end):
        end -= 1  # the end of the line before, not the start of this one
        if is_indent(text, start):
            return Span(start_of(text, start), end, True)
    return Span(start, end)


def as_lines(text: str, span: Span, operator: str) -> Span:
    """What d takes: whole lines where it would leave nothing but white of several."""
    rest = text[span.end : end_of(text, span.end)]
    several = "\n" in text[span.start : span.end]
    if operator == "d" and several and is_indent(text, span.start) and not rest.strip(" \t"):
        return Span(start_of(text, span.start), end_of(text, span.end), True)
    return span
