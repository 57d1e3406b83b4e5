"""Finding words in everything that was said."""

from __future__ import annotations

import sqlite3

from glmchat.history.records import Hit


def find(connection: sqlite3.Connection, query: str, limit: int) -> list[Hit]:
    """The hits of a query; raises QueryRefused."""
    return []
