"""Block rules beyond CommonMark's own, in the way that markdown-it's block parser takes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_block import fence, paragraph

from glmchat.markdown.block_state import leaves, line_of
from glmchat.markdown.fences import is_markdown, nested

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_NOTE = re.compile(r"\[\^[^\[\]\s]{1,100}\]:")


def note(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A footnote, ``[^1]: text``: a paragraph of its own, also where its text is an address alone."""
    if state.is_code_block(start) or not _NOTE.match(line_of(state, start)):
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
        if not state.isEmpty(number) and leaves(state, number):
            return number, False
        if state.is_code_block(number):
            continue
        depth += nested(line_of(state, number), markup)
        if depth < 0:
            return number, True
    return end, False
