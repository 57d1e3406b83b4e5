r"""Block rules for formulas in TeX: what stands between ``$$`` or ``\[ \]`` begins no list, heading, quote or table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from glmchat.markdown.block_state import MORE, leaves, line_of

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

# A formula of more lines or characters is none; until then its end may yet come.
MOST_LINES, MOST_CHARS = 100, 8_192

# Environments that are a formula of their own (amsmath).
_OPENING = re.compile(
    r"\$\$|\\\[|\\begin\{(?P<name>(?:equation|align|alignat|flalign|gather|multline|eqnarray|displaymath|math)\*?)\}"
)
_AFTER = " \t.,;:!?。，；：！？"
# What only a formula has; escaped brackets around other words are brackets.
_TELLING = re.compile(r"[\\^_={}+]")


class _Formula(NamedTuple):
    """The last line of a formula as far as it is there, what is in it, and what follows it on its last line."""

    last: int
    closed: bool
    inside: str = ""
    rest: str = ""


def maths(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Recognise a formula on lines of its own, whatever its lines begin with."""
    first = line_of(state, start)
    opening = _OPENING.match(first)
    if opening is None or state.is_code_block(start) or leaves(state, start):
        return False
    inside = first[opening.end() :]
    # Marks alone on their lines mean a formula, whatever is between them.
    alone = not inside.strip(" \t") or bool(opening["name"])
    found = _find_end(state, start, end, inside, _closing(opening), alone)
    if found is None:
        return False
    if found.closed and (found.rest.strip(_AFTER) or not (alone or _TELLING.search(found.inside))):
        return False
    if silent:
        return True
    state.line = found.last + 1
    token = state.push("math", "", 0)
    token.map = [start, state.line]
    token.content = state.getLines(start, state.line, state.blkIndent, False)
    token.meta = {"closed": found.closed}
    return True


def text_with_formulas(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Recognise a paragraph within which a formula of more than one line stands."""
    number, line, formulas, undecided = start, line_of(state, start), 0, False
    while not undecided:
        opened = _opened(line)
        found = _find_end(state, number, end, *opened, False) if opened is not None else None
        if found is not None and (not found.closed or _TELLING.search(found.inside)):
            number, line, undecided = found.last, found.rest, not found.closed
            formulas += 1
            continue
        number += 1
        if number >= state.lineMax or _ends_paragraph(state, number):
            break
        line = line_of(state, number)
    number += undecided
    if not formulas:
        return False
    state.line = number
    state.push("paragraph_open", "p", 1).map = [start, number]
    inline = state.push("inline", "", 0)
    inline.content = state.getLines(start, number, state.blkIndent, False).strip(" \t\n")
    inline.map = [start, number]
    inline.meta = {"closed": not undecided}
    state.push("paragraph_close", "p", -1)
    return True


def _closing(opening: re.Match[str]) -> str:
    return {"$$": "$$", "\\[": "\\]"}.get(opening[0], f"\\end{{{opening['name']}}}")


def _opened(line: str) -> tuple[str, str] | None:
    """What stands in a line after the mark of a formula that it leaves open, and the mark that will close it."""
    text = line.rstrip(" \t")
    at = text.rfind("\\[")
    if at >= 0 and text[at - 1 : at] != "\\" and "\\]" not in text[at:]:
        return text[at + 2 :], "\\]"
    if text.endswith("$$") and text.count("$$") % 2:
        return "", "$$"
    return None


def _find_end(
    state: StateBlock, start: int, end: int, inside: str, closing: str, gaps: bool
) -> _Formula | None:
    """Find the end of a formula, or that it may yet come; `gaps` says whether empty lines may stand in it."""
    parts: list[str] = []
    size = 0
    body = inside
    for number in range(start, end):
        if number > start:
            empty = state.isEmpty(number)
            if (empty and not gaps) or (not empty and leaves(state, number)):
                return None
            body = line_of(state, number)
        size += len(body) + 1
        if size > MOST_CHARS or number - start >= MOST_LINES:
            return None
        found = body.find(closing)
        if found >= 0:
            return _Formula(number, True, "\n".join([*parts, body[:found]]), body[found + len(closing) :])
        parts.append(body)
    # Only where the text ends, not just the containers around this line, the end may yet come.
    return _Formula(end - 1, False) if end == len(state.bMarks) - 1 and state.env.get(MORE) else None


def _ends_paragraph(state: StateBlock, number: int) -> bool:
    if state.isEmpty(number):
        return True
    if state.sCount[number] - state.blkIndent > 3 or state.sCount[number] < 0:
        return False
    rules = state.md.block.ruler.getRules("paragraph")
    return any(rule(state, number, state.lineMax, True) for rule in rules)
