"""Thought that comes inside the content: ``<think>`` at its start, and a lone ``</think>`` later.

Open-weight models write their thought between these tags; a server without a reasoning parser passes them on,
and one whose chat template already wrote the opening tag passes on only the closing one.
"""

from __future__ import annotations

import re

from glmchat.api.events import ContentDelta, Event, ReasoningDelta, Resorted

OPEN, CLOSE = "<think>", "</think>"
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」", "『": "』", "«": "»"}
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")


def partial_suffix(text: str, tag: str) -> int:
    """Length of the longest end of `text` that could be the start of `tag`."""
    for size in range(min(len(tag) - 1, len(text)), 0, -1):
        if tag.startswith(text[-size:]):
            return size
    return 0


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


def is_quoted(text: str, at: int, *, complete: bool) -> bool | None:
    """Whether the closing tag at `at` is quoted text: in a code span, in a fence, between quotation marks.

    None while that cannot be told yet, which happens only where `complete` is false.
    """
    paragraph = _open_paragraph(text[:at])
    if paragraph is None:
        return True
    after = text[at + len(CLOSE) :]
    mark = _QUOTES.get(text[at - 1 : at])
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


class ThoughtSorter:
    """Sorts content in pieces into thought and answer, and trims the newlines before the answer.

    `watch_lone` says whether a lone closing tag may mean that all before it was thought; it does so only
    while no reasoning came in a field of its own.
    """

    def __init__(self, *, watch_lone: bool = True) -> None:
        self._mode = "start"
        self._held = ""
        self._tail = ""
        self._watching = watch_lone
        self._whole: list[str] = []
        self._pending = False
        self._answered = False
        self._mirror: str | None = None

    def reasoning_came(self, reasoning: list[str]) -> None:
        """Reasoning came in a field of its own: a lone tag is text, and a tagged thought may repeat it."""
        self._watching = self._pending = False
        self._whole.clear()
        if self._mode == "start":
            self._mirror = ""
            self._fields = reasoning

    def feed(self, text: str, tokens: int) -> list[Event]:
        """Sort one piece of content; `tokens` is the number of events it was folded from."""
        if self._mode == "start":
            text = self._held + text
            head = text.lstrip()
            if len(head) < len(OPEN) and OPEN.startswith(head):
                self._held = text
                return []
            self._held = ""
            if head.startswith(OPEN):
                self._mode = "thought"
                self._watching = False
                text = head[len(OPEN) :]
            else:
                self._mode = "answer"
        if self._mode == "thought":
            return self._thought(text, tokens)
        return self._answer(text, tokens)

    def finish(self) -> list[Event]:
        """Give out what was held back, now that nothing follows."""
        held, self._held = self._held, ""
        if self._mode == "start":
            self._mode = "answer"
            return self._answer(held, 0) if held else []
        if self._mode == "thought":
            return self._think(held, 0, end=True)
        return self._resort(complete=True) if self._pending else []

    def _thought(self, text: str, tokens: int) -> list[Event]:
        text = self._held + text
        self._held = ""
        at = text.find(CLOSE)
        if at < 0:
            keep = partial_suffix(text, CLOSE)
            self._held = text[len(text) - keep :]
            return self._think(text[: len(text) - keep], tokens, end=False)
        self._mode = "answer"
        thought, answer = text[:at], text[at + len(CLOSE) :]
        share = tokens * len(thought) // max(1, len(text))
        return self._think(thought, share, end=True) + self._answer(answer, tokens - share)

    def _think(self, text: str, tokens: int, *, end: bool) -> list[Event]:
        if self._mirror is None:
            return [ReasoningDelta(text, tokens)] if text else []
        # The same thought may stand in a field and in the content: shown once.
        self._mirror += text
        if not end:
            return []
        text, self._mirror = self._mirror, None
        known = "".join(self._fields).strip()
        return [ReasoningDelta(text, tokens)] if text.strip() and not known.startswith(text.strip()) else []

    def _answer(self, text: str, tokens: int) -> list[Event]:
        if self._watching:
            self._whole.append(text)
            seen = self._tail + text
            self._tail = seen[-(len(CLOSE) - 1) :]
            if self._pending or CLOSE in seen:
                resorted = self._resort(complete=False)
                if resorted:
                    return resorted
        return self._content(text, tokens)

    def _content(self, text: str, tokens: int) -> list[Event]:
        if not self._answered:
            text = text.lstrip("\r\n")
            self._answered = bool(text)
        return [ContentDelta(text, tokens)] if text else []

    def _resort(self, *, complete: bool) -> list[Event]:
        """Judge the closing tags seen so far; the first that is not quoted ends the thought."""
        whole = "".join(self._whole)
        self._pending = False
        at = whole.find(CLOSE)
        while at >= 0:
            if OPEN in whole[:at]:
                self._watching = False
                return []
            quoted = is_quoted(whole, at, complete=complete)
            if quoted is None:
                self._pending = True
                return []
            if not quoted:
                self._watching = False
                answer = whole[at + len(CLOSE) :].lstrip("\r\n")
                self._answered = bool(answer)
                return [Resorted(whole[:at], answer)]
            at = whole.find(CLOSE, at + 1)
        return []
