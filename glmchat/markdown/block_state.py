"""What block rules ask of markdown-it's state, and the bounds and marks that they share with what draws them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

# The parser's environment says under this name that more text may come after what is parsed.
MORE = "more"

# Containers within containers (a list and its item count as two). What is deeper stays text: markdown-it, at a limit of
# its own, drops the rest of the message, and without one its recursion would run out of stack.
DEEPEST = 64

NOTE = re.compile(r"\[\^[^\[\]\s]{1,100}\]:")
# What belongs to a footnote is indented by so much, however long its mark is.
NOTE_INDENT = 4


def line_of(state: StateBlock, number: int) -> str:
    """Return a line without the marks of its containers and its indentation."""
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def leaves(state: StateBlock, number: int) -> bool:
    """Tell whether a line ends the containers that the lines before it stand in."""
    return state.sCount[number] < max(state.blkIndent, 0)
