"""What a workspace tells, and what stands in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from glmchat.core.conversation import State
from glmchat.workspace import Workspace
from glmchat.workspace.changes import Change, ReplyFinished

Opener = Callable[[], Awaitable[Workspace]]


class Watch:
    """Every change, and a way to wait for one."""

    def __init__(self, workspace: Workspace) -> None:
        self.changes: list[Change] = []
        self._new = asyncio.Event()
        workspace.watch(self._take)

    def _take(self, change: Change) -> None:
        self.changes.append(change)
        self._new.set()

    async def until(self, found: Callable[[], bool]) -> None:
        """Wait until `found` says so; looked at after every change."""
        async with asyncio.timeout(60):
            while not found():
                self._new.clear()
                await self._new.wait()

    def of(self, kind: type[Any]) -> list[Any]:
        """The changes of one kind, in order."""
        return [change for change in self.changes if isinstance(change, kind)]

    async def replies(self, count: int) -> None:
        """Wait until so many replies have ended."""
        await self.until(lambda: len(self.of(ReplyFinished)) >= count)


def said(workspace: Workspace) -> list[tuple[str, str]]:
    """Role and text of the branch that is read."""
    conversation = workspace.current.conversation
    return [(node.role.value, conversation.loaded[node.id].content) for node in conversation.path()]


def states(workspace: Workspace) -> list[State]:
    """How the messages of the branch stand."""
    return [node.state for node in workspace.current.conversation.path()]
