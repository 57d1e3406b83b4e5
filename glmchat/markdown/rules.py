"""Block rules beyond CommonMark's own, in the way that markdown-it's block parser takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.rules_block import fence, paragraph

from glmchat.markdown.block_state import DEEPEST, NOTE, NOTE_INDENT, leaves, line_of
from glmchat.markdown.fences import is_markdown, nested

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock


def note(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A footnote, ``[^1]: text``: a paragraph of its own, also where its text is an address alone.

    What follows and is indented belongs to it. Behind a mark alone the text begins with what follows.
    """
    mark = None if state.is_code_block(start) else NOTE.match(line_of(state, start))
    if silent or mark is None:
        return mark is not None
    state.push("note_open", "", 1).map = [start, end]
    outer, state.blkIndent = state.blkIndent, state.blkIndent + NOTE_INDENT
    last, alone = state.lineMax, not line_of(state, start)[mark.end() :].strip(" \t")
    state.lineMax = start + 1 if alone else last
    paragraph(state, start, state.lineMax, False)
    state.lineMax = last
    if state.level < DEEPEST:
        state.md.block.tokenize(state, state.line, end)
    state.blkIndent = outer
    state.push("note_close", "", -1)
    return True


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
