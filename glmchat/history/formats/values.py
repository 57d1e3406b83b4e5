"""What the formats share: a session to write, an entry that was read, and a format to write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from glmchat.core.attached import Contents
from glmchat.core.conversation import Conversation, Message
from glmchat.history.formats.folder import Folder
from glmchat.history.records import Session

# Characters of one text; no model reads or writes as much.
MOST_TEXT = 32 << 20


class ImportRefused(ValueError):
    """A file that cannot be imported at all; the text says why."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A session to write: its whole tree with every message loaded, what is attached, and the branch that is meant."""

    session: Session
    conversation: Conversation
    contents: Contents = field(default_factory=dict)
    folder: Folder | None = None  # beside the file, for a format that does not hold its pictures itself

    def branch(self) -> list[Message]:
        """The messages of the branch, the first one first."""
        return [
            self.conversation.loaded[node.id]
            for node in self.conversation.path()
            if node.id in self.conversation.loaded
        ]


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format to write: `begin`, then `one` for each session with its number from 0, then `end`."""

    name: str
    suffix: str
    one: Callable[[Exported, int], str]
    begin: Callable[[], str] = lambda: ""
    end: Callable[[], str] = lambda: ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A session that was read from a file, and how much of the file has been read by then (0 to 1).

    `problem` is a sentence instead of a session where an entry was broken. `dropped` counts what an entry has and
    glmchat cannot take in, by the words of `DROPPED`.
    """

    session: Session | None
    messages: tuple[Message, ...] = ()
    fraction: float = 0.0
    problem: str | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)
    contents: Contents = field(default_factory=dict)


@dataclass(slots=True)
class ImportReport:
    """What became of an import.

    New sessions and messages; sessions that were there before; entries that were skipped, with the first of the
    problems; entries in which nothing was ever said; and what was left out of those taken in, by kind.
    """

    source: str = ""
    sessions: int = 0
    messages: int = 0
    known: int = 0
    skipped: int = 0
    empty: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    fraction: float = 0.0

    @property
    def in_vain(self) -> bool:
        """Whether there was something in the file, and nothing of it is here now."""
        return not self.sessions and not self.known and bool(self.skipped)

    def left_out(self) -> str:
        """A sentence on what was left out of the sessions that were taken in; empty for nothing."""
        return f"Left out: {listed(self.dropped)}." if self.dropped else ""


# What glmchat cannot keep, one and many.
DROPPED: Mapping[str, str] = {
    "picture": "pictures",
    "file": "files",
    "recording": "recordings",
    "video": "videos",
    "message without text": "messages without text",
    "message in another form": "messages in another form",
    "text that is too long": "texts that are too long, of which the beginning is here",
    "note": "notes",
}


def listed(counts: Mapping[str, int]) -> str:
    """Counts in words, such as "1 picture, 3 files"."""
    return ", ".join(f"{count:,} {kind if count == 1 else DROPPED[kind]}" for kind, count in counts.items())
