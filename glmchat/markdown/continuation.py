"""What stands for the text that a tail continues: lines that open the same containers, and the same leaf again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from glmchat.markdown.block_state import NOTE
from glmchat.markdown.blocks import TAB, Leaf, Mark, begins_note, container_prefix, lead
from glmchat.markdown.fences import depth_of, is_markdown

# A leaf longer than this in the tail is cut inside.
_LONG_LINES = 24
_LONG_CHARS = 2_048
# A paragraph that may yet turn out to be a link definition is cut only beyond this: four times what a label may have,
# which leaves three parts for an address and a title.
_LONGEST_DEFINITION = 4_096
# What begins as no definition does: the bracket after the first opens another, or closes what no colon follows.
_NO_DEFINITION = re.compile(r"(?!\[)|\[(?:[^\[\]\\]|\\.)*(?:\[|\](?=[^:]))", re.DOTALL)

_LONG_KINDS = ("paragraph", "fence", "table", "code_block", "html_block")

_QUOTE_MARKS = re.compile(r"[ \t>]*")
_FENCE = re.compile(r"`{3,}|~{3,}")


def start_of(leaf: Leaf) -> int:
    """Return the line of a leaf, or of the first list item that begins with it."""
    return min([leaf.start, *(mark.line for mark in leaf.marks if mark.first)])


def marks_before(leaves: Sequence[Leaf]) -> tuple[Mark, ...]:
    """Return what is open before the last leaf: where an item begins with it, the item before in the same list."""
    marks = leaves[-1].marks
    before = leaves[-2].marks if len(leaves) > 1 else ()
    for number, mark in enumerate(marks):
        if mark.first and number < len(before):
            other = before[number]
            same = (other.kind, other.sign, other.depth) == (mark.kind, mark.sign, mark.depth)
            return before[: number + 1] if same else marks
    return marks


def last_definition(lines: Sequence[str], context: int, env: dict[str, Any]) -> int:
    """Return the line at which the last link definition begins; those before it are complete.

    A line that has fewer quote marks than one before it may belong to a quote all the same: then nothing is known.
    """
    found = [*env.get("references", {}).values(), *env.get("duplicate_refs", ())]
    line = max((each["map"][0] for each in found), default=context)
    depths = [_quotes(each) for each in lines[context:]]
    return line if line > context and depths[line - context] == max(depths) else context


def _quotes(line: str) -> int:
    marks = _QUOTE_MARKS.match(line)
    return marks[0].count(">") if marks else 0


def context_lines(lines: Sequence[str], marks: Sequence[Mark], cut: int) -> list[str]:
    """Make lines that open the list items and footnotes in `marks` that start before line `cut`.

    An item holds an empty heading, a footnote its mark alone: nothing that follows can continue them.
    """
    out = []
    for number in sorted({mark.line for mark in marks if mark.kind != "quote" and mark.line < cut}):
        inside = [mark for mark in marks if mark.line <= number]
        prefix = container_prefix(lines[number], inside, number)
        heading = "#" if prefix.endswith(" ") else " #"
        out.append(prefix if inside[-1].kind == "note" else prefix + heading)
    return out


def opener_lines(leaf: Leaf, lines: Sequence[str]) -> list[str]:
    """Make lines that begin a leaf of the same kind in the same containers."""
    first = lines[leaf.start]
    if leaf.kind == "table":
        return [first, lines[leaf.start + 1]]
    if leaf.kind == "fence":
        return [first, *_inner_fences(leaf, first)]
    if leaf.kind == "html_block":
        return [first]
    mark = NOTE.match(leaf.lines[0][0]) if begins_note(leaf) else None
    return [lead(first, leaf.lines[0][0]) + (f"{mark[0]} x" if mark else "x")]


def _inner_fences(leaf: Leaf, first: str) -> list[str]:
    """Make lines that open the fences that are open within a fence of Markdown."""
    if not is_markdown(leaf.info):
        return []
    line = first.expandtabs(TAB)
    found = _FENCE.search(line)
    if found is None:
        return []
    prefix = re.sub("[^>]", " ", line[: found.start()])
    return [f"{prefix}{found[0]}x"] * depth_of((text for text, _ in leaf.lines), found[0])


def is_long(last: Leaf, tail: Sequence[str]) -> bool:
    """Tell whether a leaf at the end of some lines is worth a cut inside."""
    size = sum(map(len, tail))
    if len(tail) < _LONG_LINES and size < _LONG_CHARS:
        return False
    if last.kind == "paragraph" and not _NO_DEFINITION.match("\n".join(text for text, _ in last.lines)):
        return size >= _LONGEST_DEFINITION
    return last.kind in _LONG_KINDS
