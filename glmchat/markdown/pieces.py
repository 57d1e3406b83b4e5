"""Where a run of inline text is divided, so that no piece costs much and a piece never changes once it was found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from glmchat.markdown.inline_parser import NESTED, References, parse_inline

if TYPE_CHECKING:
    from markdown_it.token import Token

# A run of text is parsed in pieces of about this many characters, cut where no construct is open.
PIECE = 1_024
# A construct that spans more than this is not recognised.
LONGEST_CONSTRUCT = 4_096

# What makes parsing expensive; a piece of the usual length may have this much of it.
_DEAR = re.compile(r"\\.|[\[\]*_~`<&$\\]", re.DOTALL)
_SHARE = 50
# Places looked at for a cut outside brackets.
_PLACES = 32

_CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
_CUT = re.compile(rf"(?<=[^\s\\])[ \n](?=\S)|(?<=[{_CJK}])(?=[{_CJK}])")
# What may be half of a construct that the other half, further on, would complete.
_LOOSE = re.compile(r"\]\(|[`<]|\$(?=\S)|(?<!\s)[*~]|[*~](?!\s)|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)")
_BRACKET = re.compile(r"[\[\]]")
_OPEN_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<]*\Z")


def next_cut(content: str, start: int, references: References, final: bool, size: int) -> tuple[int, int]:
    """Find where the piece of `content` that begins at `start` ends.

    Returns ``(end, size)``; an end of -1 asks for more text, and `size` is then what to try next time. The
    places depend on the text and its definitions alone, not on how much of it is there, so pieces never change once
    found.
    """
    limit = reach(content, start, 2 * LONGEST_CONSTRUCT)
    while True:
        forced = size >= LONGEST_CONSTRUCT
        match = _place(content, start, reach(content, start, size), limit, forced)
        if match is None or match.start() > limit:
            if len(content) > limit:
                return limit, PIECE
            return (len(content), PIECE) if final else (-1, size)
        end = match.start()
        if forced or not _goes_on(content[start:end], match[0], references):
            return end, PIECE
        size *= 2


def _place(content: str, start: int, at: int, limit: int, forced: bool) -> re.Match[str] | None:
    """Return the first place for a cut from `at` on; where one is `forced`, rather one near it in no brackets."""
    # A place beyond the limit is as good as none, and is not looked for.
    end = limit + 2
    first = match = _CUT.search(content, at, end)
    if not forced:
        return first
    for _ in range(_PLACES):
        if match is None or match.start() > limit:
            break
        if content.rfind("[", start, match.start()) <= content.rfind("]", start, match.start()):
            return match
        match = _CUT.search(content, match.start() + 1, end)
    return first if match is not None or len(content) > limit else None


def reach(content: str, start: int, size: int) -> int:
    """Return how far a piece of `size` characters goes, or one that costs as much."""
    left, depth = size * _SHARE // PIECE, 0
    for match in _DEAR.finditer(content, start, start + size):
        if match[0] == "]":
            depth = max(depth - 1, 0)
            continue
        left -= 1
        if match[0] == "[":
            left -= min(depth, NESTED)
            depth += 1
        if left < 0:
            return match.start()
    return start + size


def _goes_on(piece: str, blank: str, references: References) -> bool:
    """Tell whether something at the end of a piece may go on after it; `blank` is what parts it from the next."""
    return (not blank and _OPEN_ADDRESS.search(piece) is not None) or loose(parse_inline(piece, references))


def loose(tokens: Sequence[Token]) -> bool:
    """Tell whether a token may be half of a construct that text further on completes."""
    brackets = formulas = 0
    for token in tokens:
        if token.type == "text":
            if _LOOSE.search(token.content):
                return True
            for match in _BRACKET.finditer(token.content):
                brackets = brackets + 1 if match[0] == "[" else max(brackets - 1, 0)
        elif token.markup in ("\\(", "\\["):
            formulas += 1
        elif token.markup in ("\\)", "\\]"):
            formulas -= 1
    return brackets > 0 or formulas > 0
