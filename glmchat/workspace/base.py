"""The state that is open, who watches it, and the tasks that belong to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from glmchat import catalogue
from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint
from glmchat.api.learned import Learned, key_of
from glmchat.catalogue import Model
from glmchat.history import Archive
from glmchat.history.trouble import ArchiveError
from glmchat.preferences import Preferences
from glmchat.presets import Preset
from glmchat.tasks import Tasks
from glmchat.tokens import Estimator
from glmchat.workspace.changes import Change, Noticed, ValuesChanged
from glmchat.workspace.preferences import Defaults, Keeper
from glmchat.workspace.session import OpenSession, Variant

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

Listener = Callable[[Change], None]


def _nowhere(_name: str, _base_url: str) -> Endpoint | None:
    return None


@dataclass(slots=True)
class Means:
    """What a workspace is made of: plain values and the two rooms that it stands on.

    `demo` makes the transport of the built-in model; every other endpoint is reached over the network. `provider`
    and `model` are what a new session starts with. `models` are lists known without asking, by provider.
    `reach(provider, base_url)` gives the endpoint at an address where a session was held, None where nothing may be
    sent there unasked.
    """

    archive: Archive
    endpoints: dict[str, Endpoint]
    provider: str
    model: str
    demo: Callable[[], httpx.AsyncBaseTransport] | None = None
    models: dict[str, list[Model]] = field(default_factory=dict)
    defaults: Defaults = field(default_factory=Defaults)
    presets: list[Preset] = field(default_factory=list)
    keeper: Keeper = field(default_factory=Keeper)
    preferences: Preferences = field(default_factory=Preferences)
    reach: Callable[[str, str], Endpoint | None] = _nowhere


class Base:
    """The state of the workspace, and the announcements; the classes below it say what can be done."""

    current: OpenSession

    def __init__(self, means: Means) -> None:
        self.means = means
        self.archive = means.archive
        self.endpoints = means.endpoints
        self.presets = means.presets
        self.preferences = means.preferences
        self.keeper = means.keeper
        self.open_sessions: dict[int, OpenSession] = {}
        self.estimator = Estimator()
        # By base URL: two addresses under one name are two shops.
        self._models = {means.endpoints[name].base_url: list(models) for name, models in means.models.items()}
        self._learned: dict[str, Learned] = {}
        self.client = ChatClient(demo=means.demo)
        self._memory: Archive | None = None
        self._closed = False
        self._closing = asyncio.Lock()
        self._care: asyncio.Task[None] | None = None
        self._listeners: list[Listener] = []
        self._tasks = Tasks(self._failed)

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
        """Run work in a task that belongs to the workspace; what goes wrong in it is told, never lost."""
        return self._tasks.spawn(work)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, ArchiveError):
            self.notice(str(error), "error")
        else:
            log.error("a task of the workspace failed: %s", type(error).__name__, exc_info=error)
            self.notice(f"Something went wrong inside glmchat ({type(error).__name__}: {error}).", "error")

    def archive_of(self, session: OpenSession) -> Archive:
        """Where a session is kept: the history, or memory for one that leaves no trace."""
        return self._memory if session.incognito and self._memory is not None else self.archive

    def endpoint_named(self, provider: str) -> Endpoint:
        """The endpoint of a provider, that of the current session where it is asked at an address of its own."""
        here, found = self.current.endpoint, self.endpoints[provider]
        return here if here.name == provider and here.base_url != found.base_url else found

    def find_model(self, endpoint: Endpoint, id: str) -> Model:
        """What is known of a model at an endpoint; the endpoint's own list is asked first."""
        listed = self._models.get(endpoint.base_url, ())
        return next((m for m in listed if m.id == id), catalogue.known_at(id, endpoint.host, endpoint.name))

    def known_models(self, provider: str) -> list[Model]:
        """The models of a provider's list; until it was asked for, those that are known without asking."""
        endpoint = self.endpoint_named(provider)
        listed = self._models.get(endpoint.base_url)
        if not listed and not endpoint.demo:
            listed = [model for model in catalogue.MODELS if model.id]
        return list(listed or ())

    def learned_of(self, asker: OpenSession | Variant) -> Learned:
        """What is known by experience of the endpoint and the model that a session or a variant asks."""
        return self._learned.get(_learned_key(asker), Learned())

    async def load_learned(self, asker: OpenSession | Variant) -> None:
        """Read from disk what is known of the endpoint and the model."""
        key = _learned_key(asker)
        if key not in self._learned:
            stored = await self.archive.learned(key)
            self._learned.setdefault(key, Learned.from_json(stored))

    def remember(self, asker: OpenSession | Variant, learned: Learned) -> None:
        """Keep what was learned of the endpoint and the model."""
        key = _learned_key(asker)
        self._learned[key] = learned
        self.spawn(self.archive.save_learned(key, learned.to_json()))
        self.announce(ValuesChanged(self.current.id))

    async def settle(self) -> None:
        """Wait until every task of the workspace has ended."""
        await self._tasks.settle([self._care])  # looking after the file is nothing to wait for


def _learned_key(asker: OpenSession | Variant) -> str:
    return key_of(asker.endpoint.base_url, asker.model.wire_id)
