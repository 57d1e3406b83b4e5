"""The parser for inline Markdown, and the link definitions that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from glmchat.markdown.data_uris import is_file
from glmchat.markdown.formulas import formula

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
# Brackets within brackets are parsed again for each that is open, as far as this deep.
NESTED = 10


class References:
    """Link definitions, as far as they are known, that remember which labels were asked for and not found."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = known
        self.missing: set[str] = set()

    def get(self, label: str, default: Any = None) -> Any:
        """Return a definition, noting a label that has none."""
        found = self._known.get(label, default)
        if found is None:
            self.missing.add(label)
        return found


@cache
def inline_parser() -> MarkdownIt:
    """Make the parser for inline text: CommonMark, strikethrough and formulas; escapes stay tokens of their own."""
    from markdown_it import MarkdownIt

    from glmchat.support.flanking import make_friendly

    parser = MarkdownIt("commonmark", {"maxNesting": NESTED}).enable("strikethrough").disable("text_join")
    make_friendly(parser)
    usual = parser.validateLink
    # Files of any kind may stand in the text: they are named, never opened.
    parser.validateLink = lambda url: is_file(url) or usual(url)  # type: ignore[method-assign]
    parser.inline.ruler.before("escape", "formula", formula)
    return parser


def parse_inline(content: str, references: References) -> list[Token]:
    """Parse inline text to markdown-it tokens."""
    tokens: list[Token] = []
    parser = inline_parser()
    parser.inline.parse(content, parser, {"references": references}, tokens)
    return tokens
