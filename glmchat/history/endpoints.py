"""What is known of endpoints: what their refusals taught, and the lists of models that they sent."""

from __future__ import annotations

import json
import sqlite3
import time
from typing import Any

from glmchat.history.access import Access
from glmchat.history.codec import dump, storable
from glmchat.history.records import LoadedModels


class Endpoints:
    """What is known of endpoints, each by its key."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def learned(self, endpoint: str) -> dict[str, Any] | None:
        """What was learned of an endpoint."""
        return await self._access.glance(lambda connection: learned(connection, endpoint), None)

    async def save_learned(self, endpoint: str, facts: dict[str, Any]) -> bool:
        """Keep what was learned of an endpoint."""
        return await self._access.change(lambda connection: save_learned(connection, endpoint, facts))

    async def models(self, endpoint: str) -> LoadedModels | None:
        """The list of models that an endpoint sent last."""
        return await self._access.glance(lambda connection: models(connection, endpoint), None)

    async def save_models(self, endpoint: str, listed: list[dict[str, Any]]) -> bool:
        """Keep the list of models that an endpoint sent."""
        return await self._access.change(lambda connection: save_models(connection, endpoint, listed))


def learned(connection: sqlite3.Connection, endpoint: str) -> dict[str, Any] | None:
    """What was learned of an endpoint."""
    row = connection.execute("SELECT facts FROM learned WHERE endpoint = ?", (storable(endpoint),)).fetchone()
    return dict(json.loads(row[0])) if row else None


def save_learned(connection: sqlite3.Connection, endpoint: str, facts: dict[str, Any]) -> None:
    """Keep what was learned of an endpoint; it replaces what was known."""
    connection.execute(
        "INSERT OR REPLACE INTO learned VALUES (?, ?, ?)", (storable(endpoint), dump(facts), time.time())
    )


def models(connection: sqlite3.Connection, endpoint: str) -> LoadedModels | None:
    """The list of models that an endpoint sent last."""
    row = connection.execute("SELECT list FROM models WHERE endpoint = ?", (storable(endpoint),)).fetchone()
    return LoadedModels(json.loads(row[0])) if row else None


def save_models(connection: sqlite3.Connection, endpoint: str, listed: list[dict[str, Any]]) -> None:
    """Keep the list of models that an endpoint sent."""
    connection.execute(
        "INSERT OR REPLACE INTO models VALUES (?, ?, ?)", (storable(endpoint), dump(listed), time.time())
    )
