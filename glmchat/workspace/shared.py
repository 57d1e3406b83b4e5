"""What the parts of a workspace share: the open sessions, who watches them, and the tasks that belong to them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from glmchat.api.client import ChatClient
from glmchat.core.quotas import Quota
from glmchat.history import Archive
from glmchat.history.problems import ArchiveError
from glmchat.support.tasks import Tasks
from glmchat.workspace.changes import Change, Noticed
from glmchat.workspace.dependencies import Dependencies
from glmchat.workspace.session import OpenSession

if TYPE_CHECKING:
    import asyncio

log = logging.getLogger(__name__)

Listener = Callable[[Change], None]


class Shared:
    """The state of a workspace that more than one of its parts needs, and the way to announce what changed in it."""

    current: OpenSession

    def __init__(self, dependencies: Dependencies) -> None:
        self.dependencies = dependencies
        self.archive = dependencies.archive
        self.endpoints = dependencies.endpoints
        self.preferences = dependencies.preferences
        self.client = ChatClient(demo=dependencies.demo)
        self.open_sessions: dict[int, OpenSession] = {}
        self.quotas: dict[str, tuple[Quota, ...]] = {}  # by base URL, as the last answer told them
        self.memory: Archive | None = None
        self.closing = False  # from here on nothing new is asked
        self._listeners: list[Listener] = []
        self.tasks = Tasks(self._failed)

    def watch(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of every change, on the event loop and in order; call what it returns to stop."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def announce(self, change: Change) -> None:
        """Tell everyone who watches."""
        for listener in list(self._listeners):
            listener(change)

    def notice(self, sentence: str, severity: str = "information") -> None:
        """Tell the person a sentence."""
        self.announce(Noticed(sentence, severity))

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run work in a task that belongs to the workspace; what goes wrong in it is reported, never lost."""
        return self.tasks.spawn(work)

    def archive_of(self, session: OpenSession) -> Archive:
        """Where a session is kept: the history, or memory for one that leaves no trace."""
        return self.memory if session.incognito and self.memory is not None else self.archive

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, ArchiveError):
            self.notice(str(error), "error")
        else:
            log.error("a task of the workspace failed: %s", type(error).__name__, exc_info=error)
            self.notice(f"Something went wrong inside glmchat ({type(error).__name__}: {error}).", "error")
