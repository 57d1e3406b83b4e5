"""Blocks of ``<details type="...">`` in a text, as Open WebUI writes thoughts and the work of tools into it.

Read in one pass over the text: a text of nothing but beginnings takes no longer than any other of its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

KINDS = frozenset({"reasoning", "tool_calls", "code_interpreter"})
_MARK = re.compile(r'<details\b|</details>|["\n>]')
_ATTRIBUTE = re.compile(r'(?<![\w-])([\w-]++)="([^"]*+)"')
_SUMMARY = ("<summary>", "</summary>")


@dataclass(frozen=True, slots=True)
class Block:
    """A block with its attributes as they were meant, its text without the summary, and its place."""

    kind: str
    attributes: dict[str, str]
    body: str
    start: int
    end: int


def blocks(content: str) -> Iterator[Block]:
    """The blocks of the kinds that are known; one without an end ends with the text."""
    start, inside, attributes, quoted = -1, -1, dict[str, str](), False
    for found in _MARK.finditer(content):
        here = found[0]
        if inside >= 0:
            if here == "</details>":
                yield _block(content, attributes, start, inside, found.start(), found.end())
                start = inside = -1
        elif here == "<details":
            if start < 0 or not quoted:
                start, quoted = found.start(), False
        elif start < 0:
            continue
        elif here == '"':
            quoted = not quoted
        elif here == "\n":
            start = -1
        elif here == ">" and not quoted:
            attributes = {
                name: unescape(value) for name, value in _ATTRIBUTE.findall(content, start, found.start())
            }
            inside = found.end() if attributes.get("type") in KINDS else -1
            start = start if inside >= 0 else -1
    if inside >= 0:
        yield _block(content, attributes, start, inside, len(content), len(content))


def _block(content: str, attributes: dict[str, str], start: int, inside: int, close: int, end: int) -> Block:
    body = content[inside:close].strip()
    if body.startswith(_SUMMARY[0]) and (after := body.find(_SUMMARY[1])) >= 0:
        body = body[after + len(_SUMMARY[1]) :].strip()
    return Block(attributes["type"], attributes, body, start, end)
