"""Whether a place in a text is quoted: in a code span, in a fenced block, between quotation marks."""

from __future__ import annotations

import re

_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」", "『": "』", "«": "»"}
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")


def _open_paragraph(before: str) -> str | None:
    """The paragraph that ends `before`, or None where it ends inside a fenced block."""
    fence = ""
    start = 0
    at = 0
    for line in before.split("\n"):
        match = _FENCE.match(line)
        if fence:
            if match and match[1][0] == fence[0] and len(match[1]) >= len(fence) and not match[2].strip():
                fence = ""
                start = at + len(line) + 1
        elif match and not (match[1][0] == "`" and "`" in match[2]):
            fence = match[1]
        elif not line.strip():
            start = at + len(line) + 1
        at += len(line) + 1
    return None if fence else before[start:]


def _unclosed_run(paragraph: str) -> int:
    """Length of the backtick run that is still open at the end of a paragraph; 0 for none."""
    runs = [len(run) for run in re.findall(r"`+", paragraph)]
    at = 0
    while at < len(runs):
        closing = next((k for k in range(at + 1, len(runs)) if runs[k] == runs[at]), None)
        if closing is None:
            # Later runs may still open a span of their own; the first unclosed one decides while text comes.
            return runs[at]
        at = closing + 1
    return 0


def in_code(before: str) -> bool:
    """Whether what follows a text stands in a code span or a fenced block that is open at its end."""
    paragraph = _open_paragraph(before)
    return paragraph is None or _unclosed_run(paragraph) > 0


def is_quoted(text: str, start: int, end: int, *, complete: bool) -> bool | None:
    """Whether the mark from `start` to `end` is quoted text.

    None while that cannot be told yet, which happens only where `complete` is false.
    """
    paragraph = _open_paragraph(text[:start])
    if paragraph is None:
        return True
    after = text[end:]
    mark = _QUOTES.get(text[start - 1 : start])
    if mark is not None:
        if after[:1] == mark:
            return True
        if not after and not complete:
            return None
    run = _unclosed_run(paragraph)
    if not run:
        return False
    rest = re.split(r"\n[ \t]*\n", after, maxsplit=1)
    if any(len(each) == run for each in re.findall(r"`+", rest[0])):
        return True if complete or len(rest) > 1 or not rest[0].endswith("`") else None
    return False if complete or len(rest) > 1 else None
