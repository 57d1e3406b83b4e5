"""Block rules beyond CommonMark's own, in the way that markdown-it's block parser takes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_block import fence, paragraph

from glmchat.markdown.blocks import MORE
from glmchat.markdown.fences import is_markdown, nested

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

# A formula of more lines or characters is none; until then its end may yet come.
MOST_LINES, MOST_CHARS = 100, 8_192

_OPENING = {"$$": "$$", "\\[": "\\]"}
_AFTER = ".,;:!?。，；：！？"
# What only a formula has; escaped brackets around other words are brackets.
_TELLING = re.compile(r"[\\^_={}+]")
_NOTE = re.compile(r"\[\^[^\[\]\s]{1,100}\]:")


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _leaves(state: StateBlock, number: int) -> bool:
    """Whether a line ends the containers that the lines before it stand in."""
    return state.sCount[number] < max(state.blkIndent, 0)


def maths(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A formula between ``$$`` or ``\\[ \\]`` on lines of its own, whatever its other lines begin with."""
    first = _line(state, start)
    closing = _OPENING.get(first[:2])
    if closing is None or state.is_code_block(start) or _leaves(state, start):
        return False
    last, closed = _end_of_formula(state, start, end, first[2:], closing)
    if last is None or not (closed or state.env.get(MORE)):
        return False
    if silent:
        return True
    state.line = last + 1
    token = state.push("math", "", 0)
    token.map = [start, state.line]
    token.content = state.getLines(start, state.line, state.blkIndent, False)
    token.meta = {"closed": closed}
    return True


def _end_of_formula(
    state: StateBlock, start: int, end: int, inside: str, closing: str
) -> tuple[int | None, bool]:
    """The last line of a formula and whether its end is there; no line where it is none."""
    size = 0
    body = inside
    for number in range(start, end):
        if number > start:
            if state.isEmpty(number) or _leaves(state, number):
                return None, False
            body = _line(state, number)
        size += len(body) + 1
        if size > MOST_CHARS or number - start >= MOST_LINES:
            return None, False
        found = body.find(closing)
        if found >= 0:
            text = state.src[state.bMarks[start] : state.eMarks[number]]
            whole = body[found + 2 :].strip(" \t" + _AFTER) == "" and _TELLING.search(text.strip()[2:-2])
            return (number if whole else None), bool(whole)
    # Only where the text ends, not just the containers around this line, the end may yet come.
    return (end - 1, False) if end == len(state.bMarks) - 1 else (None, False)


def note(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A footnote, ``[^1]: text``: a paragraph of its own, also where its text is an address alone."""
    if state.is_code_block(start) or not _NOTE.match(_line(state, start)):
        return False
    return silent or paragraph(state, start, end, False)


def nesting_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A fence; one of Markdown keeps the fences in it that have a language, though they are no shorter."""
    if not fence(state, start, end, silent):
        return False
    if silent or not is_markdown(state.tokens[-1].info):
        return True
    token = state.tokens[-1]
    stop, closed = _end_of_fence(state, start, end, token.markup)
    token.content = state.getLines(start + 1, stop, state.sCount[start], True)
    state.line = stop + closed
    token.map = [start, state.line]
    return True


def _end_of_fence(state: StateBlock, start: int, end: int, markup: str) -> tuple[int, bool]:
    """The line after the text of a fence, and whether it is its closing line."""
    depth = 0
    for number in range(start + 1, end):
        if not state.isEmpty(number) and _leaves(state, number):
            return number, False
        if state.is_code_block(number):
            continue
        depth += nested(_line(state, number), markup)
        if depth < 0:
            return number, True
    return end, False
