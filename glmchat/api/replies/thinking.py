"""Thought that comes inside the content: between marks at its start, or before a lone closing mark.

Open-weight models write their thought between marks; a server without a reasoning parser passes them on, and one
whose chat template already wrote the opening mark passes on only the closing one.
"""

from __future__ import annotations

import re

from glmchat.api.events import ContentDelta, Event, ReasoningDelta, Resorted
from glmchat.api.replies.marks import CLOSING, LONGEST_CLOSING, may_start, opening_of, start_of
from glmchat.api.replies.quoting import is_quoted


def partial_suffix(text: str, tag: str) -> int:
    """Length of the longest end of `text` that could be the start of `tag`, whatever its case."""
    for size in range(min(len(tag) - 1, len(text)), 0, -1):
        if tag.startswith(text[-size:].lower()):
            return size
    return 0


class ThoughtSorter:
    """Sorts content in pieces into thought and answer.

    `watch_lone` says whether a lone closing mark may mean that all before it was thought; it does so only
    while no reasoning came in a field of its own.
    """

    def __init__(self, *, watch_lone: bool = True) -> None:
        self._mode = "start"
        self._held = ""
        self._close = ""
        self._thought: list[str] = []  # the thought between marks
        self._joint = ""  # parts a second thought from the first
        self._fields: list[str] | None = None  # the thought that came in a field, where one did
        self._watch = _LoneMarks() if watch_lone else None

    def reasoning_came(self, reasoning: list[str]) -> None:
        """Reasoning came in a field of its own: a lone mark is text, and a marked thought may repeat it."""
        self._watch = None
        if self._mode == "start":
            self._fields = reasoning

    def feed(self, text: str, count: int) -> list[Event]:
        """Sort one piece of content; `count` is the number of events it was folded from."""
        text, self._held = self._held + text, ""
        out: list[Event] = []
        while text and self._mode != "answer":
            size = len(text)
            text = self._start(text) if self._mode == "start" else self._think(text, count, out)
            if self._held:
                return out
            count -= count * (size - len(text)) // size
        return out + self._answer(text, count) if text else out

    def finish(self) -> list[Event]:
        """Give out what was held back, now that nothing follows."""
        held, self._held = self._held, ""
        if self._mode == "start":
            self._mode = "answer"
            return self._answer(held, 0) if held else []
        if self._mode == "thought":
            return self._give(held, 0, end=True)
        return self._watch.finish() if self._watch is not None else []

    def _start(self, text: str) -> str:
        """Take a mark off the start, or hold what may become one; returns what is left to sort."""
        head = text.lstrip()
        mark = start_of(head)
        if mark is None:
            if not head or may_start(head):
                self._held = text
            else:
                self._mode = "answer"
            return text
        if mark.close:
            self._mode, self._close = "thought", mark.close
            self._joint = "\n\n" if "".join(self._thought).strip() else ""
        return head[mark.size :]

    def _think(self, text: str, count: int, out: list[Event]) -> str:
        """Take thought up to its end; returns what follows it."""
        end = re.search(re.escape(self._close), text, re.IGNORECASE)
        if end is None:
            keep = partial_suffix(text, self._close)
            self._held = text[len(text) - keep :]
            out += self._give(text[: len(text) - keep], count, end=False)
            return ""
        self._mode = "start"
        out += self._give(text[: end.start()], count * end.start() // len(text), end=True)
        return text[end.end() :]

    def _give(self, text: str, count: int, *, end: bool) -> list[Event]:
        if text and self._joint:
            text, self._joint = self._joint + text, ""
        self._thought.append(text)
        if self._fields is None:
            if end:
                self._expect_more()
            return [ReasoningDelta(text, count)] if text else []
        # The same thought may stand in a field and in the content: shown once.
        if not end:
            return []
        whole = "".join(self._thought)
        known = "".join(self._fields).strip()
        self._thought = []
        return [ReasoningDelta(whole, count)] if whole.strip() and not known.startswith(whole.strip()) else []

    def _expect_more(self) -> None:
        """A thought that opened another inside it may end only with a later closing mark."""
        whole = "".join(self._thought)
        opened = whole.lower().count(self._close.replace("/", "", 1)) if "/" in self._close else 0
        self._watch = _LoneMarks(whole + self._close, opened) if opened else None

    def _answer(self, text: str, count: int) -> list[Event]:
        if self._watch is not None:
            resorted = self._watch.feed(text)
            if resorted:
                return resorted
        return [ContentDelta(text, count)]


class _LoneMarks:
    """Watches an answer for a closing mark that makes all before it thought.

    `before` is thought that stands before the answer; `count` is how many such marks are waited for.
    """

    def __init__(self, before: str = "", count: int = 1) -> None:
        self._before = before
        self._count = count
        self._whole: list[str] = []
        self._tail = ""
        self._pending = False

    def feed(self, text: str) -> list[Event]:
        if not self._count:
            return []
        self._whole.append(text)
        seen = self._tail + text
        self._tail = seen[1 - LONGEST_CLOSING :]
        return self._judge(complete=False) if self._pending or CLOSING.search(seen) else []

    def finish(self) -> list[Event]:
        return self._judge(complete=True) if self._pending else []

    def _judge(self, *, complete: bool) -> list[Event]:
        """Judge the closing marks seen so far; the first that is not quoted ends the thought."""
        whole = "".join(self._whole)
        self._pending = False
        for mark in CLOSING.finditer(whole) if self._count else ():
            if opening_of(mark) in whole[: mark.start()].lower():
                self._count = 0
                return []
            quoted = is_quoted(whole, mark.start(), mark.end(), complete=complete)
            if quoted is None:
                self._pending = True
                return []
            if not quoted:
                resorted = self._resort(whole, mark.start(), mark.end())
                return self._judge(complete=complete) or [resorted]
        return []

    def _resort(self, whole: str, start: int, end: int) -> Resorted:
        thought, answer = self._before + whole[:start], whole[end:]
        self._count -= 1
        self._before, self._whole = thought + whole[start:end], [answer]
        self._tail = answer[1 - LONGEST_CLOSING :]
        return Resorted(thought, answer)
