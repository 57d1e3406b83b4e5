"""Formulas in TeX, which stay as they are written: their underscores are no emphasis, their brackets no escapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

# A single dollar is money more often: no blank stands inside it, no digit after it, and it holds no other markup.
_FORMULA = re.compile(
    r"\\\((?P<a>.+?)\\\)|\\\[(?P<b>.+?)\\\]|\$\$(?P<c>[^$]+)\$\$"
    r"|\$(?!\s)(?P<d>(?:[^$\n\\`]|\\.)+)(?<!\s)\$(?!\d)",
    re.DOTALL,
)
# What only a formula has; escaped brackets around other text are brackets.
_TELLING = re.compile(r"[\\^_={}+]")


def formula(state: StateInline, silent: bool) -> bool:
    """Recognise a formula; a rule of markdown-it's inline parser."""
    if state.src[state.pos] not in "\\$":
        return False
    match = _FORMULA.match(state.src, state.pos, state.posMax)
    if match is None or match.lastgroup is None:
        return False
    inside = match[match.lastgroup]
    if not _TELLING.search(inside) or (match.lastgroup == "d" and "**" in inside):
        return False
    if not silent:
        state.push("formula", "", 0).content = match[0]
    state.pos = match.end()
    return True
