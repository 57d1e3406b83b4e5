"""What the formats share: a session to write, an entry that was read, and the shape of a format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from glmchat.conversation import Conversation, Message, Role
from glmchat.history.records import Session


class ImportRefused(ValueError):
    """A file that cannot be imported at all; the text says why."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A session to write: its whole tree with every message loaded, and the branch that is meant."""

    session: Session
    conversation: Conversation

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

    `problem` is a sentence instead of a session where an entry was broken.
    """

    session: Session | None
    messages: tuple[Message, ...] = ()
    fraction: float = 0.0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of file to read: `knows` looks at its path and first bytes, `read` yields its entries."""

    name: str
    knows: Callable[[Path, bytes], bool]
    read: Callable[[Path], Iterator[Entry]]


@dataclass(slots=True)
class ImportReport:
    """What became of an import: new sessions and messages, sessions that were there before, and problems."""

    source: str = ""
    sessions: int = 0
    messages: int = 0
    known: int = 0
    problems: list[str] = field(default_factory=list)
    fraction: float = 0.0


ROLES: Mapping[str, Role] = {
    "user": Role.USER,
    "human": Role.USER,
    "me": Role.USER,
    "assistant": Role.ASSISTANT,
    "ai": Role.ASSISTANT,
    "ollama": Role.ASSISTANT,
    "model": Role.ASSISTANT,
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
    "tool": Role.TOOL,
    "function": Role.TOOL,
}


def number(value: Any, otherwise: float) -> float:
    """A time in seconds since 1970, or another where there is none."""
    fine = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e14
    if not fine:
        return otherwise
    # Some write milliseconds.
    return float(value) / 1000 if value > 1e11 else float(value)


def text(value: Any) -> str:
    """A text, or an empty one where something else stands."""
    return value if isinstance(value, str) else ""


def mapping(value: Any) -> dict[str, Any]:
    """An object, or an empty one where something else stands."""
    return value if isinstance(value, dict) else {}


def skipped(count: int, data: Any, fraction: float) -> Entry:
    """An entry that is not in the form its program writes; `count` is its place in the file, from 1."""
    title = text(mapping(data).get("title"))
    named = f"Entry {count} (“{title}”)" if title else f"Entry {count}"
    return Entry(
        None, (), fraction, f"{named} was skipped, because it is not in the form that this kind of file has."
    )
