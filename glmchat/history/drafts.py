"""The small tables: drafts, earlier prompts, what was learned of endpoints, their lists of models."""

from __future__ import annotations

import json
import sqlite3
import time
from typing import Any

from glmchat.history.codec import dump, storable
from glmchat.history.records import LoadedModels

# The draft of a session that nothing was said in yet.
NEW_SESSION = 0
PROMPTS_KEPT = 1000


def draft(connection: sqlite3.Connection, session_id: int) -> str:
    """The text that was being typed, empty for none."""
    row = connection.execute("SELECT text FROM drafts WHERE session_id = ?", (session_id,)).fetchone()
    return str(row[0]) if row else ""


def save_draft(connection: sqlite3.Connection, session_id: int, text: str) -> None:
    """Keep the text that is being typed; an empty one is forgotten."""
    if text:
        connection.execute(
            "INSERT OR REPLACE INTO drafts VALUES (?, ?, ?)", (session_id, storable(text), time.time())
        )
    else:
        connection.execute("DELETE FROM drafts WHERE session_id = ?", (session_id,))


def prompts(connection: sqlite3.Connection, limit: int) -> list[str]:
    """Prompts sent before, in every session, newest first, each once."""
    rows = connection.execute("SELECT text FROM prompts ORDER BY used DESC, id DESC LIMIT ?", (limit,))
    return [row[0] for row in rows.fetchall()]


def add_prompt(connection: sqlite3.Connection, text: str) -> None:
    """Remember a prompt as the newest one."""
    connection.execute(
        # After all that were there, whatever the clock says.
        "INSERT INTO prompts (text, used) SELECT ?, max(?, coalesce(max(used) + 0.001, 0)) FROM prompts WHERE TRUE"
        " ON CONFLICT (text) DO UPDATE SET used = excluded.used",
        (storable(text), time.time()),
    )
    connection.execute(
        "DELETE FROM prompts WHERE used < (SELECT used FROM prompts ORDER BY used DESC LIMIT 1 OFFSET ?)",
        (PROMPTS_KEPT,),
    )


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


def save_models(connection: sqlite3.Connection, endpoint: str, models: list[dict[str, Any]]) -> None:
    """Keep the list of models that an endpoint sent."""
    connection.execute(
        "INSERT OR REPLACE INTO models VALUES (?, ?, ?)", (storable(endpoint), dump(models), time.time())
    )
