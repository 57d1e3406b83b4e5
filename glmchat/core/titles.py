"""The titles of sessions: one short line, whoever gives it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count

from glmchat.core.conversation import Message
from glmchat.support.text import safe_line, safe_title

# Characters of a title that somebody gave, and of one that is taken from the first message.
LONGEST = 200
LONGEST_TAKEN = 60
_NUMBERED = re.compile(r" \(\d+\)$")


def given(text: str, longest: int = LONGEST) -> str:
    """The title that a person, a model or a file gives: its words in one line; empty where there are none."""
    return safe_title(text, longest)


def of_question(message: Message) -> str:
    """The title from a session's first message; one without words is called after what is attached."""
    names = (each.name for each in message.attachments)
    return of_message(message.content) or of_message(next(names, ""))


def of_message(text: str) -> str:
    """The title from a session's first message: the first line that has words, cut at a word where there is one."""
    line = next((line for line in map(safe_line, text.splitlines()) if line.strip()), "")
    line = " ".join(line.split())
    if len(line) <= LONGEST_TAKEN:
        return line
    cut = line[: LONGEST_TAKEN - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[LONGEST_TAKEN // 2 :] else cut) + "…"


def of_fork(title: str, taken: Iterable[str] = ()) -> str:
    """The title of a session that forked off another: numbered on from 2, past the titles that are taken."""
    plain = _NUMBERED.sub("", title)
    if not plain:
        return ""
    known = set(taken) | {title, plain}
    number = next(each for each in count(2) if f"{plain} ({each})" not in known)
    return f"{plain} ({number})"
