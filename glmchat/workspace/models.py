"""Models and endpoints: what is known of them, what was learned of them, and whether a key is good."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from glmchat.api import dialects
from glmchat.api.endpoint import Endpoint, Secret
from glmchat.api.errors.tree import ApiError
from glmchat.api.learning.fitting import Fitted
from glmchat.api.learning.ladder import Ladder
from glmchat.api.learning.learned import Learned, Limit, key_of
from glmchat.api.models_dev import KEY
from glmchat.core import catalogue
from glmchat.core.catalogue import DEFAULT_MODEL
from glmchat.core.depth import EFFORT
from glmchat.core.model import Model
from glmchat.workspace.changes import ValuesChanged
from glmchat.workspace.session import OpenSession, Variant
from glmchat.workspace.shared import Shared

# An endpoint that answers so has taken the key, and has no such model, or wants the request otherwise: a single token
# is too few for models that think.
_KEY_TAKEN = ("not_found", "bad_request", "too_large", "cut")


class Models:
    """What is known of endpoints and their models: their lists, their refusals, their keys."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        # By base URL: the same name may stand for another address in the next run.
        known = shared.dependencies.models
        self._lists = {shared.endpoints[name].base_url: list(models) for name, models in known.items()}
        self._learned: dict[str, Learned] = {}
        self._imported: list[dict[str, Any]] = []
        self._recalled: set[str] = set()  # base URLs whose list was looked for on disk

    def endpoint_named(self, provider: str) -> Endpoint:
        """The endpoint of a provider, that of the current session where it is asked at an address of its own."""
        here, found = self._shared.current.endpoint, self._shared.endpoints[provider]
        return here if here.name == provider and here.base_url != found.base_url else found

    def find_model(self, endpoint: Endpoint, id: str) -> Model:
        """What is known of a model at an endpoint; the endpoint's own list is asked first."""
        listed = next((m for m in self._lists.get(endpoint.base_url, ()) if m.id == id), None)
        if listed is None and self._imported:
            from glmchat.api.models import known_of

            listed = known_of(id, endpoint, self._imported)
        return listed or catalogue.known_at(id, endpoint.base_url, endpoint.name)

    def known_models(self, provider: str) -> list[Model]:
        """The models of a provider's list; until it was asked for, those that are known without asking."""
        endpoint = self.endpoint_named(provider)
        listed = self._lists.get(endpoint.base_url)
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
            stored = await self._shared.archive.endpoints.learned(key)
            self._learned.setdefault(key, Learned.from_json(stored))
            if not self._imported and (snapshot := await self._snapshot()):
                self._imported = snapshot
                self._refresh()

    async def _snapshot(self) -> list[dict[str, Any]]:
        """The models of models.dev that were taken in, none where none were."""
        stored = await self._shared.archive.endpoints.models(KEY)
        return [] if stored is None else stored.list

    async def recall(self, session: OpenSession) -> None:
        """Know again what earlier runs learned of a session's endpoint: its refusals, and its models and prices."""
        await self.load_learned(session)
        endpoint = session.endpoint
        if not endpoint.demo and endpoint.base_url not in self._recalled:
            self._recalled.add(endpoint.base_url)
            stored = await self._shared.archive.endpoints.models(endpoint.base_url)
            if stored is not None:
                from glmchat.api.models import merge

                self._lists[endpoint.base_url] = merge(stored.list, endpoint, self._imported)
                self._refresh()
        self._shared.announce(ValuesChanged(session.id))

    def remember(self, asker: OpenSession | Variant, learned: Learned) -> None:
        """Keep what was learned of the endpoint and the model."""
        key = _learned_key(asker)
        self._learned[key] = learned
        self._shared.spawn(self._shared.archive.endpoints.save_learned(key, learned.to_json()))
        self._shared.announce(ValuesChanged(self._shared.current.id))

    def omitted(self) -> dict[str, str]:
        """Parameters that this endpoint does not take, by name, with the reason."""
        session = self._shared.current
        refused = {**dialects.of(session.endpoint).refuses, **self.learned_of(session).refused}
        return dict(refused)

    def adapted(self) -> dict[str, str]:
        """Values that are set and would be left out or changed, by name, with the reason."""
        return self._fitted().omitted

    def warned(self) -> dict[str, str]:
        """Values that are set and sent as they are though they may be refused, by name, with the reason."""
        return self._fitted().warned

    def _fitted(self) -> Fitted:
        session = self._shared.current
        model, learned = session.model, self.learned_of(session)
        return dialects.fitted_to(
            session.endpoint, session.values.plain(), learned, model.wire_id, model.thinking
        )

    def ladder(self, asker: OpenSession | Variant | None = None) -> Ladder:
        """How the model thinks that a session (the current one) or a variant asks: whether it can stop, its rungs."""
        asker = asker or self._shared.current
        model, learned = asker.model, self.learned_of(asker)
        known = dialects.ladder_at(asker.endpoint, model.wire_id, learned, model.thinking)
        if EFFORT not in dialects.of(asker.endpoint).refuses and EFFORT not in learned.refused:
            return known
        return replace(known, thinking=replace(known.thinking, rungs=()))

    def ranges(self) -> dict[str, tuple[float | None, float | None]]:
        """The range of a parameter that this endpoint takes, by name, by its dialect or its refusals."""
        session = self._shared.current
        known = {name: Limit(*ends) for name, ends in dialects.of(session.endpoint).ranges.items()}
        for name, limit in self.learned_of(session).limits.items():
            known[name] = known.get(name, Limit()).narrowed(limit)
        return {name: (limit.low, limit.high) for name, limit in known.items()}

    def forget(self) -> None:
        """Forget what was learned of the endpoint and the model of the current session."""
        self.remember(self._shared.current, Learned())

    async def listed(self, provider: str | None = None, refresh: bool = False) -> list[Model]:
        """The models of a provider: its own list merged with what is known; raises ApiError on `refresh`."""
        from glmchat.api.models import merge, read_models

        endpoint = self.endpoint_named(provider or self._shared.current.endpoint.name)
        stored = None if refresh else await self._shared.archive.endpoints.models(endpoint.base_url)
        if stored is not None:
            listed = stored.list
        else:
            try:
                listed = read_models(await self._shared.client.get_json(endpoint, "/models"))
            except ApiError:
                if refresh:
                    raise
                listed = []
            if listed:
                await self._shared.archive.endpoints.save_models(endpoint.base_url, listed)
        self._imported = await self._snapshot()
        self._lists[endpoint.base_url] = merge(listed, endpoint, self._imported)
        self._refresh()
        return self._lists[endpoint.base_url]

    async def nearest(self, asker: Variant) -> list[str]:
        """The ids that are most like one that the endpoint does not have, of its list; the list is asked for anew."""
        try:
            listed = await self.listed(asker.endpoint.name, refresh=True)
        except ApiError:
            return []
        ids = [each.id for each in listed if each.id is not None]
        return [] if asker.model.wire_id in ids else catalogue.nearest_ids(asker.model.wire_id, ids)

    def first_model(self, endpoint: Endpoint) -> str | None:
        """What a session at an endpoint starts with: what this run began with there, else the provider's own."""
        begun = self._shared.dependencies
        return begun.model if begun.provider == endpoint.name else endpoint.model

    async def try_key(self, provider: str, key: str) -> None:
        """Ask a provider for a single token with a key, which is kept nowhere; raises ApiError where it is refused."""
        session = self._shared.current
        endpoint = replace(self._shared.endpoints[provider], key=Secret(key))
        here = session.model.wire_id if session.endpoint.name == provider else None
        model = here or self.first_model(endpoint) or DEFAULT_MODEL
        built = dialects.build(endpoint, model, [{"role": "user", "content": "Hi"}], {"max_tokens": 1})
        try:
            async for _ in self._shared.client.stream(endpoint, built.body):
                pass
        except ApiError as error:
            if error.failure.kind not in _KEY_TAKEN:
                raise

    async def add_key(self, provider: str, key: str) -> Endpoint:
        """Keep a key for a provider and know its endpoint by it; raises what `ConfigStore.store_key` raises."""
        if self._shared.dependencies.config_store.store_key is None:
            raise ValueError("Keys cannot be stored here.")
        endpoint = await self._shared.dependencies.config_store.store_key(provider, key)
        self._shared.endpoints[provider] = endpoint
        return endpoint

    def warm(self, session: OpenSession) -> None:
        """Get ready what the first request will need, while the user types."""
        if not session.held:
            self._shared.spawn(self._shared.client.warm(session.endpoint))

    def _refresh(self) -> None:
        """Give the open sessions what a new list of models says."""
        for session in self._shared.open_sessions.values():
            if session.model.id is not None:
                found = self.find_model(session.endpoint, session.model.id)
                session.model = replace(found, recommended=found.recommended or session.model.recommended)
        self._shared.announce(ValuesChanged(self._shared.current.id))


def _learned_key(asker: OpenSession | Variant) -> str:
    return key_of(asker.endpoint.base_url, asker.model.wire_id)
