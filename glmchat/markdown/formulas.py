"""Formulas in TeX: their underscores are no emphasis, their brackets no escapes; simple ones can be drawn as signs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

# A single dollar is money more often: no blank stands inside it, no digit after it, and it holds no other markup.
_FORMULA = re.compile(
    r"\\\((?P<a>.+?)\\\)|\\\[(?P<b>.+?)\\\]|\$\$(?P<c>[^$]+)\$\$"
    r"|(?<!\$)\$(?!\s)(?P<d>(?:[^$\n\\`]|\\.)+)(?<!\s)\$(?![\d$])",
    re.DOTALL,
)
# What only a formula has; escaped brackets around other text are brackets.
_TELLING = re.compile(r"[\\^_={}+]")
# Letters that stand alone, with nothing but signs among them, are one between dollars too.
_LETTERS = re.compile(r"(?=[^A-Za-z]*[A-Za-z])(?:[A-Za-z](?![A-Za-z])|\d(?<!^\d)|[-<>()|/, ])+")
# A formula on lines of its own, and what may follow it there.
_DISPLAYED = re.compile(
    r"(?:\$\$(?P<a>.+?)\$\$|\\\[(?P<b>.+?)\\\])(?P<rest>[ \t.,;:!?。，；：！？]*)", re.DOTALL
)


def formula(state: StateInline, silent: bool) -> bool:
    """Recognise a formula; a rule of markdown-it's inline parser."""
    if state.src[state.pos] not in "\\$":
        return False
    match = _FORMULA.match(state.src, state.pos, state.posMax)
    if match is None or not _is_formula(match):
        return False
    if not silent:
        state.push("formula", "", 0).content = match[0]
    state.pos = match.end()
    return True


def _is_formula(match: re.Match[str]) -> bool:
    inside, dollars = match[match.lastgroup or 0], match.lastgroup in ("c", "d")
    if match.lastgroup == "d" and "**" in inside:
        return False
    return bool(_TELLING.search(inside) or (dollars and _LETTERS.fullmatch(inside)))


def formula_places(line: str) -> list[tuple[int, int]]:
    """Where formulas begin and end in a line."""
    return [match.span() for match in _FORMULA.finditer(line) if _is_formula(match)]


def drawn(source: str) -> str | None:
    """A formula, in its marks and with what follows it on its line, as signs; None where it is not simple."""
    match = _FORMULA.fullmatch(source)
    if match is not None and match.lastgroup is not None:
        return _as_unicode(match[match.lastgroup])
    match = _DISPLAYED.fullmatch(source)
    shown = _as_unicode(match["a"] or match["b"]) if match is not None else None
    return None if match is None or shown is None else shown + match["rest"]


def _as_unicode(formula: str) -> str | None:
    from glmchat.markdown.maths import as_unicode

    return as_unicode(formula)
