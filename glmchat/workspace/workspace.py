"""The workspace: it opens, closes and holds the parts that know what is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint
from glmchat.core.budget import Limits
from glmchat.core.preferences import Preferences
from glmchat.core.presets import Preset
from glmchat.history import Archive
from glmchat.history.problems import Mode
from glmchat.workspace.asides import Asides
from glmchat.workspace.attaching import Attaching
from glmchat.workspace.comparisons import Comparisons
from glmchat.workspace.dependencies import Dependencies
from glmchat.workspace.depths import Depths
from glmchat.workspace.journal import Journal
from glmchat.workspace.models import Models
from glmchat.workspace.other_processes import OtherProcesses
from glmchat.workspace.probabilities import Probabilities
from glmchat.workspace.replies import Replies
from glmchat.workspace.requests import Requests
from glmchat.workspace.session import OpenSession
from glmchat.workspace.sessions import Sessions
from glmchat.workspace.shared import Listener, Shared
from glmchat.workspace.spending import Spending
from glmchat.workspace.tree import Tree
from glmchat.workspace.tuning import Tuning

TIDY_S = 2.0
# What is waited for at the end and may never come: the end of a connection, of a task that was cancelled.
MOMENT_S = 0.25


class Workspace:
    """All that is open, by parts: each does what its name says, and all of them share one state."""

    def __init__(self, dependencies: Dependencies) -> None:
        self.shared = shared = Shared(dependencies)
        self.journal = Journal(shared)
        self.models = Models(shared)
        self.requests = Requests(shared, self.journal, self.models)
        self.probabilities = Probabilities(shared, self.requests)
        self.attaching = Attaching(shared, self.journal)
        spending = Spending(shared)
        self.replies = Replies(shared, self.journal, self.models, self.requests, self.attaching, spending)
        self.asides = Asides(shared, self.models, self.requests, self.replies, spending)
        self.tuning = Tuning(shared, self.journal, self.models)
        self.depths = Depths(shared, self.models, self.tuning)
        self.sessions = Sessions(shared, self.journal, self.models, self.replies, self.tuning, self.attaching)
        self.tree = Tree(shared, self.journal, self.replies, self.sessions.entered)
        self.comparisons = Comparisons(
            shared, self.journal, self.replies, self.tuning, self.attaching, self.models
        )
        self.other_processes = OtherProcesses(shared)
        self._closed = False
        self._closing = asyncio.Lock()
        self._upkeep: asyncio.Task[None] | None = None

    @property
    def current(self) -> OpenSession:
        """The session that is on the screen."""
        return self.shared.current

    @property
    def open_sessions(self) -> dict[int, OpenSession]:
        """The sessions that are open, by their ids."""
        return self.shared.open_sessions

    @property
    def archive(self) -> Archive:
        """The history."""
        return self.shared.archive

    @property
    def client(self) -> ChatClient:
        """The client that sends requests."""
        return self.shared.client

    @property
    def endpoints(self) -> dict[str, Endpoint]:
        """The endpoints that are configured, by their names."""
        return self.shared.endpoints

    @property
    def preferences(self) -> Preferences:
        """The person's preferences."""
        return self.shared.preferences

    def prefer(self, preferences: Preferences) -> None:
        """Behave by other preferences from now on."""
        self.shared.preferences = preferences

    def limit(self, limits: Limits) -> None:
        """Keep to another budget from now on."""
        self.shared.dependencies.budget = limits

    @property
    def dependencies(self) -> Dependencies:
        """What the workspace was made of."""
        return self.shared.dependencies

    @property
    def presets(self) -> list[Preset]:
        """The presets that there are."""
        return self.tuning.presets

    @property
    def saving(self) -> bool:
        """Whether what is said in the current session reaches the disk at present."""
        return not self.shared.current.incognito and self.shared.archive.mode is Mode.DISK

    @property
    def unsaved(self) -> bool:
        """Whether something that was said is in memory only because the disk did not take it."""
        if self.shared.archive.mode is Mode.MEMORY:
            return any(each.stored and not each.incognito for each in self.shared.open_sessions.values())
        return self.shared.archive.unsaved > 0

    def watch(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of every change, on the event loop and in order; call what it returns to stop."""
        return self.shared.watch(listener)

    def notice(self, sentence: str, severity: str = "information") -> None:
        """Tell the person a sentence."""
        self.shared.notice(sentence, severity)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run work in a task that belongs to the workspace; what goes wrong in it is reported, never lost."""
        return self.shared.spawn(work)

    def archive_of(self, session: OpenSession) -> Archive:
        """Where a session is kept: the history, or memory for one that leaves no trace."""
        return self.shared.archive_of(session)

    async def start(self, resume: int | None = None, newest: bool = False, incognito: bool = False) -> None:
        """Open what was asked for on the command line; raises KeyError for a session that is not there."""
        await self.sessions.start(resume, newest, incognito)
        self._upkeep = self.spawn(self._tidy())

    async def _tidy(self) -> None:
        await asyncio.sleep(TIDY_S)  # nobody waits for it, and whoever starts the program waits for the rest
        await self.shared.archive.maintenance.tidy()

    async def aclose(self) -> None:
        """Stop every reply, keep what came, and close connections and files; a second call waits for the first."""
        async with self._closing:
            if not self._closed:
                await self._close()
                self._closed = True

    async def _close(self) -> None:
        """Wait for the disk as long as it takes, and for anything else a moment: a server may say nothing for hours."""
        self.shared.closing = True
        sessions = list(self.shared.open_sessions.values())
        stopped = [task for session in sessions for task in self.replies.stop_for_good(session)]
        if stopped:
            await asyncio.wait(stopped, timeout=MOMENT_S)
        await self.shared.tasks.end(MOMENT_S)
        for session in sessions:
            if session.saving:
                await self.journal.write_session(session)
        with suppress(TimeoutError):
            await asyncio.wait_for(self.shared.client.aclose(), MOMENT_S)
        if self.shared.memory is not None:
            await self.shared.memory.close()
        await self.shared.archive.close()

    async def settle(self) -> None:
        """Wait until every task of the workspace has ended; maintenance of the file is not waited for."""
        await self.shared.tasks.settle([self._upkeep])
