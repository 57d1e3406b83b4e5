"""The values that the archive hands out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from glmchat.core.conversation import Role, new_id

# Where a session stands: in the list, in the bin, or coming in with an import that is not finished.
LIST, BIN, COMING = 0, 1, 2
# Deleted sessions stay this long in the bin.
BIN_DAYS = 30
DAY_S = 86400.0
# The order of messages is kept in these steps of time, or in the next one that is free.
_SEQS_A_SECOND = 4

# Whose title it is, where nobody gave one.
FIRST_MESSAGE = "first_message"


# How the origin of a lesson's session begins; the lesson's name follows.
LESSON = "lesson:"


@dataclass(frozen=True, slots=True)
class Session:
    """All that is kept of a session beside its messages.

    `title_source` is ``first_message``, ``user``, ``model`` or ``import``. `base_url` is where the session was held,
    None where nobody knows. `values` are the session's own parameter values by name, and `unset` names those that it
    does not send whatever the config says; `system` is the system prompt for the next request. `scroll` is the
    reader's place as the screen wrote it. `forked` says that it began as a branch of another one. `costs` is the sum
    per currency, read only. `origin` and `origin_id` name
    where an import came from, or which lesson it is (`LESSON` and its name). Times are seconds since 1970.
    """

    id: int = field(default_factory=new_id)
    title: str = ""
    title_source: str = FIRST_MESSAGE
    created: float = field(default_factory=time.time)
    updated: float = field(default_factory=time.time)
    model: str | None = None
    provider: str | None = None
    base_url: str | None = None
    system: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    leaf_id: int | None = None
    scroll: Any = None
    pinned: bool = False
    unread: bool = False
    tags: tuple[str, ...] = ()
    deleted_at: float | None = None
    origin: str | None = None
    origin_id: str | None = None
    forked: bool = False
    costs: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One line of the list of sessions; `running` says that a reply is being written, here or elsewhere."""

    id: int
    title: str
    created: float
    updated: float
    model: str | None = None
    provider: str | None = None
    pinned: bool = False
    unread: bool = False
    tags: tuple[str, ...] = ()
    deleted_at: float | None = None
    messages: int = 0
    running: bool = False
    forked: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One place found.

    `message_id` and `role` are None where the title was hit. `field` is ``title``, ``content``, ``reasoning``
    or ``file``; `highlights` are (start, end) character ranges in `snippet`.
    """

    session_id: int
    title: str
    message_id: int | None
    role: Role | None
    field: str
    snippet: str
    highlights: tuple[tuple[int, int], ...]
    created: float


@dataclass(frozen=True, slots=True)
class LoadedModels:
    """An endpoint's own list of models as it was sent."""

    list: list[dict[str, Any]]


def first_seq(moment: float) -> int:
    """The lowest `seq` that a message of a moment can have."""
    return int(min(max(moment, 0), 1e11) * _SEQS_A_SECOND)
