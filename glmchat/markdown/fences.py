"""Fences of Markdown in which there are fences: which line opens one inside, and which closes the innermost.

Models write an example of Markdown between three backticks and put code between three backticks into it.
"""

from __future__ import annotations

from collections.abc import Iterable

# Fences whose text has fences of its own.
_MARKDOWN = frozenset({"markdown", "md", "mdx"})


def is_markdown(info: str) -> bool:
    """Whether a fence holds Markdown."""
    return info.strip().partition(" ")[0].lower() in _MARKDOWN


def nested(line: str, markup: str) -> int:
    """What a line does within a fence of Markdown: 1 opens a fence in it, -1 closes the innermost, 0 is text."""
    rest = line.lstrip(" ").lstrip(markup[0])
    length = len(line.lstrip(" ")) - len(rest)
    if length < len(markup):
        return 0
    if not rest.strip(" \t"):
        return -1
    return 1 if markup[0] == "~" or "`" not in rest else 0


def depth_of(lines: Iterable[str], markup: str) -> int:
    """How many fences are open after some lines of one."""
    return sum(nested(line, markup) for line in lines)
