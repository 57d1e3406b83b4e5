"""Highlighting code a slice at a time, so that no step holds up the screen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pygments.lexer import Lexer

StyledRange = tuple[int, int, str]

# Lexers that read two languages at once read their whole input before the first token: they get it in pieces.
_PIECE = 4_096
# To make a lexer takes up to a tenth of a second, in which the screen gets half of the time: the burst that brought
# its code is shown first.
_REST_S = 0.1
# A line longer than this is data, not code that somebody reads; a lexer may take one as a single token.
_LONGEST_LINE = 8_192
# Names of styles by the short name of pygments' token type, the longest match counting.
_STYLES = {
    "k": "code.keyword", "kt": "code.type", "kc": "code.constant", "s": "code.string", "se": "code.escape",
    "si": "code.escape", "m": "code.number", "c": "code.comment", "cp": "code.keyword", "nf": "code.function",
    "nc": "code.type", "nn": "code.name", "nd": "code.function", "nb": "code.builtin", "nt": "code.keyword",
    "na": "code.name", "nv": "code.name", "o": "code.operator", "ow": "code.keyword", "err": "",
    "gd": "code.deleted", "gi": "code.inserted", "gh": "code.type", "gu": "code.type", "ne": "code.type",
    "ss": "code.string", "bp": "code.builtin", "p": "code.operator", "no": "code.constant", "sd": "code.comment",
}  # fmt: skip


@lru_cache(maxsize=64)
def lexer_for(language: str) -> Lexer | None:
    """Return pygments' lexer for the name that a fence gives; None where there is none."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    if not language:
        return None
    try:
        return get_lexer_by_name(language.lower().strip("{}."), stripnl=False, ensurenl=True)
    except ClassNotFound:
        return None


@lru_cache(maxsize=64)
def _loading(language: str) -> Future[Lexer | None]:
    """The lexer as soon as it is made, in a thread of its own."""
    return _maker().submit(_make, language)


def _make(language: str) -> Lexer | None:
    time.sleep(_REST_S)
    return lexer_for(language)


@lru_cache(maxsize=1)
def _maker() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "lexers")


@lru_cache(maxsize=256)
def _style_of(token: Any) -> str:
    from pygments.token import STANDARD_TYPES

    while token is not None:
        short = STANDARD_TYPES.get(token)
        if short and short in _STYLES:
            return _STYLES[short]
        token = token.parent
    return ""


class Highlighter:
    """The colours of a piece of code, found in slices; `line` gives what is known of a line."""

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self._lines: list[list[StyledRange]] = [[]]
        self._column = 0
        self._lexer = _loading(language)
        self._tokens: Iterator[tuple[Any, str]] | None = None
        self.done = not language

    @property
    def size(self) -> int:
        """Characters of the code, with a line end for each line."""
        return len(self.text) + 1

    @property
    def known(self) -> int:
        """Lines whose colours are final."""
        return len(self._lines) if self.done else len(self._lines) - 1

    def line(self, number: int) -> list[StyledRange] | None:
        """Return the coloured ranges of a line of code, None while they are not known."""
        return self._lines[number] if number < self.known else None

    def step(self, seconds: float = 0.006) -> bool:
        """Work for about `seconds`, and not at all while the lexer is being made; returns whether all is done."""
        end = time.perf_counter() + seconds
        if self._tokens is None:
            if not self._lexer.done():
                return False
            lexer = self._lexer.result()
            self._tokens = _tokens(lexer, self.text) if lexer is not None else iter(())
        for token, value in self._tokens:
            self._add(_style_of(token), value)
            if time.perf_counter() > end:
                return False
        self.done = True
        return True

    def _add(self, style: str, value: str) -> None:
        for number, part in enumerate(value.split("\n")):
            if number:
                self._lines.append([])
                self._column = 0
            if part:
                if style:
                    self._lines[-1].append((self._column, self._column + len(part), style))
                self._column += len(part)


def _tokens(lexer: Lexer, text: str) -> Iterator[tuple[Any, str]]:
    """Give the tokens of a text; lines that are too long are plain, and the code starts anew after them."""
    from pygments.lexer import RegexLexer
    from pygments.token import Text

    whole = isinstance(lexer, RegexLexer)
    for part, plain in _parts(text):
        if plain:
            yield Text, part
            continue
        for piece in [part] if whole else _pieces(part):
            for _, token, value in lexer.get_tokens_unprocessed(piece):
                yield token, value


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Divide a text into what can be read and lines that are too long for it."""
    start = at = 0
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        if end - at > _LONGEST_LINE:
            if at > start:
                yield text[start:at], False
            yield text[at:end], True
            start = end
        at = end
    if at > start:
        yield text[start:at], False


def _pieces(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start + _PIECE) + 1 or len(text)
        yield text[start:end]
        start = end
