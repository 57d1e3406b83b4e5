"""Emphasis beside the punctuation of East Asian scripts, by the CJK-friendly amendments to CommonMark.

There a run of asterisks may open before, and close behind, punctuation that touches a character of Chinese, Japanese
or Korean: these scripts put no blanks between words. https://github.com/tats-u/markdown-cjk-friendly, specification.md
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import Any

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# Symbols that are no emoji (UTS #51, Emoji_Presentation); beyond these ranges every wide symbol is one.
_WIDE_SYMBOLS = re.compile(
    "[\u2630-\u2637\u268a-\u268f\u2e80-\u33ff\u4dc0-\u4dff\ufe30-\uffff\U00016fe0-\U0001d376\U0001f200\U0001f202-\U0001f219"
    "\U0001f21b-\U0001f22e\U0001f230\U0001f231\U0001f237\U0001f23b-\U0001f24f\U0001f252-\U0001f2ff]"
)
# Hangul that is not wide: vowels and consonants that follow others in a syllable.
_NARROW_HANGUL = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff]")
_IDEOGRAPHIC_SELECTOR = re.compile("[\U000e0100-\U000e01ef]")
# Variation selectors but that of emoji.
_SELECTOR = re.compile("[\ufe00-\ufe0e]")
# Quotation marks are as wide as those around them, and full-width with this selector (StandardizedVariants.txt).
_WIDE_QUOTES = frozenset("\u2018\u2019\u201c\u201d")
_WIDE_SELECTOR = "\ufe01"


@lru_cache(maxsize=4096)
def is_cjk(char: str) -> bool:
    """Whether a character is one of Chinese, Japanese or Korean, their punctuation included."""
    if unicodedata.east_asian_width(char) in "WFH":
        return unicodedata.category(char) not in ("So", "Sk") or _WIDE_SYMBOLS.match(char) is not None
    return _NARROW_HANGUL.match(char) is not None


def _is_punctuation(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char)


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 - the library's names
        """Scan a run of delimiters and tell whether it can open and close."""
        end = start
        while end < self.posMax and self.src[end] == self.src[start]:
            end += 1
        # Beginning and end of the text count as blanks.
        after = self.src[end] if end < self.posMax else " "
        before = self.src[start - 1] if start else " "
        base, quote = before, False
        if start > 1 and _SELECTOR.match(before):
            base = self.src[start - 2]
            quote = before == _WIDE_SELECTOR and base in _WIDE_QUOTES
        wide_before = is_cjk(base) or _IDEOGRAPHIC_SELECTOR.match(before) is not None
        mark_before = _is_punctuation(base)
        # What stops a run is punctuation of other scripts.
        foreign_before = mark_before and not is_cjk(base) and not quote
        foreign_after = _is_punctuation(after) and not is_cjk(after)
        blank_before, blank_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
        left = not blank_after and (not foreign_after or blank_before or foreign_before or wide_before)
        right = not blank_before and (not foreign_before or blank_after or foreign_after or is_cjk(after))
        return Scanned(
            left and (canSplitWord or not right or mark_before),
            right and (canSplitWord or not left or _is_punctuation(after)),
            end - start,
        )


class _Parser(ParserInline):
    def parse(
        self, src: str, md: MarkdownIt, env: MutableMapping[str, Any], tokens: list[Token]
    ) -> list[Token]:
        """Parse inline text into tokens."""
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def make_friendly(parser: MarkdownIt) -> MarkdownIt:
    """Make a parser read emphasis beside East Asian punctuation as it is meant; its inline rules are set afterwards."""
    enabled = parser.get_active_rules()
    parser.inline = _Parser()
    parser.inline.ruler.enableOnly(enabled["inline"])
    parser.inline.ruler2.enableOnly(enabled["inline2"])
    return parser
