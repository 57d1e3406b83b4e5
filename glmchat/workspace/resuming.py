"""Which endpoint, model and values a session of the history goes on with; nothing is decided without asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glmchat.api.endpoint import Endpoint
from glmchat.history import Session
from glmchat.workspace.session import OpenSession, Own
from glmchat.workspace.values import Setting, Source, Values

if TYPE_CHECKING:
    from glmchat.workspace.dependencies import Dependencies


@dataclass(frozen=True, slots=True)
class Place:
    """Whom a session asks from here on; `held` is where it was held until now, empty where that is the same."""

    endpoint: Endpoint
    model_id: str
    held: str = ""


def place_of(record: Session, dependencies: Dependencies) -> Place:
    """What was said for this run comes first, then where the session was held, then what a new one starts with."""
    stated = dependencies.defaults
    if stated.provider is not None:
        endpoint, held = dependencies.endpoints[stated.provider], ""
    else:
        endpoint, held = _place(record, dependencies)
    # Another provider has models of its own; of an address that somebody gives, nothing better is known.
    same = endpoint.name == record.provider or endpoint.base_url == record.base_url or endpoint.elsewhere
    return Place(endpoint, stated.model or (record.model if same else None) or dependencies.model, held)


def _place(record: Session, dependencies: Dependencies) -> tuple[Endpoint, str]:
    """Where the session was held; else where it would go now, and where it was held."""
    named = dependencies.endpoints.get(record.provider or "")
    otherwise = named or dependencies.endpoints[dependencies.provider]
    if record.base_url is None:
        return otherwise, "" if named is not None or record.provider is None else record.provider
    if named is not None and named.base_url == record.base_url:
        return named, ""
    found = next((each for each in dependencies.endpoints.values() if each.base_url == record.base_url), None)
    if found is None and record.origin is None:  # nobody here chose the address of what was imported
        found = dependencies.reach(record.provider or "", record.base_url)
    return (otherwise, record.base_url) if found is None else (found, "")


def own_values(record: Session) -> Values:
    """The session's own values alone."""
    return Values({name: Setting(value, Source.SESSION) for name, value in record.values.items()})


def values_of(record: Session, starting: Values) -> Values:
    """The session's own values over those that a new one starts with; this run's flags stand over both."""
    flags = {name: s for name, s in starting.settings.items() if s.source is Source.FLAG}
    under = {name: s for name, s in starting.settings.items() if name not in record.unset}
    return Values({**under, **own_values(record).settings, **flags}, frozenset(record.unset) - flags.keys())


def own_of(record: Session, flags: Mapping[str, Any]) -> Own:
    """What a session has of its own and this run's flags may hide."""
    hidden = {name: value for name, value in record.values.items() if name in flags}
    return Own(record.provider, record.base_url, record.model, hidden)


def held_sentence(session: OpenSession) -> str:
    """A sentence on where a session was held, and where it would go on."""
    endpoint = session.endpoint
    return (
        f"This conversation was held at {session.held}. "
        f"With your next message all of it would go to {endpoint.title} ({endpoint.base_url})."
    )
