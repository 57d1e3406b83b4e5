"""What block rules ask of markdown-it's state."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

# The parser's environment says under this name that more text may come after what is parsed.
MORE = "more"


def line_of(state: StateBlock, number: int) -> str:
    """Return a line without the marks of its containers and its indentation."""
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def leaves(state: StateBlock, number: int) -> bool:
    """Tell whether a line ends the containers that the lines before it stand in."""
    return state.sCount[number] < max(state.blkIndent, 0)
