"""What a row of the line mode's table of commands holds, and what its function is called with."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from glmchat.lessons import Course
    from glmchat.plain.console import Console
    from glmchat.plain.scribe import Scribe
    from glmchat.workspace import OpenSession, Workspace


class Chat(Protocol):
    """The line mode as its commands use it.

    `listed` are the sessions of the last list that was printed, `deleted` those that were deleted in this run,
    `course` is the lesson that is given.
    """

    workspace: Workspace
    console: Console
    scribe: Scribe
    commands: Sequence[Command]
    ended: bool
    listed: list[int]
    deleted: list[int]
    course: Course | None

    @property
    def session(self) -> OpenSession:
        """The session that is open."""

    def opened(self) -> None:
        """Say which session is open, and who answers."""

    async def follow(self) -> None:
        """Wait until nothing runs in this session any more."""


# What a command has to say, None for nothing.
Said = Coroutine[Any, Any, str | None] | str | None


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command: `run` is called with the chat and what follows it, `offers` lists what may follow."""

    name: str
    arguments: str
    help: str
    run: Callable[[Chat, str], Said]
    offers: Callable[[Chat], Sequence[str]] | None = None
