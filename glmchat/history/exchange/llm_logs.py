"""The logs.db of simonw's ``llm``: tables `conversations` and `responses`, a prompt and a reply in each row.

A response without a conversation is a session of its own. Fragments of a prompt go before it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from glmchat.conversation import Message, Role, Timing
from glmchat.history.exchange.sqlite_files import columns, has, opened, utc
from glmchat.history.exchange.tree import Ids
from glmchat.history.exchange.values import Entry, Source, text
from glmchat.history.records import Session
from glmchat.parameters import BY_NAME


def _settings(options: Any) -> dict[str, Any] | None:
    try:
        given = json.loads(options or "{}")
    except ValueError:
        return None
    return (
        {name: value for name, value in given.items() if name in BY_NAME} if isinstance(given, dict) else None
    )


def _usage(row: sqlite3.Row, names: frozenset[str]) -> dict[str, Any] | None:
    if not {"input_tokens", "output_tokens"} <= names or row["input_tokens"] is None:
        return None
    return {"prompt_tokens": row["input_tokens"], "completion_tokens": row["output_tokens"]}


def _fragments(connection: sqlite3.Connection, id: str, table: str) -> str:
    if not columns(connection, table):
        return ""
    sql = f"SELECT f.content FROM {table} p JOIN fragments f ON f.id = p.fragment_id"
    rows = connection.execute(sql + ' WHERE p.response_id = ? ORDER BY p."order"', (id,))
    return "\n\n".join(text(row[0]) for row in rows)


def _turn(
    connection: sqlite3.Connection, row: sqlite3.Row, names: frozenset[str], parent: int | None, ids: Ids
) -> list[Message]:
    at = utc(row["datetime_utc"], 1.0)
    spent = (row["duration_ms"] or 0) / 1000
    prompt = "\n\n".join(
        filter(None, (_fragments(connection, row["id"], "prompt_fragments"), text(row["prompt"])))
    )
    question = Message(ids.at(at), parent, Role.USER, prompt, created_at=at)
    reply = Message(
        ids.at(at + 0.001),
        question.id,
        Role.ASSISTANT,
        text(row["response"]),
        text(row["reasoning"]) if "reasoning" in names else "",
        created_at=at + 0.001,
        model=text(row["model"]) or None,
        system=text(row["system"]) or None,
        settings=_settings(row["options_json"]),
        usage=_usage(row, names),
        timing=Timing(total_s=spent) if spent else None,
    )
    return [question, reply]


def _read(path: Path) -> Iterator[Entry]:
    ids = Ids()
    with opened(path) as connection:
        names = columns(connection, "responses")
        total = max(1, connection.execute("SELECT count(*) FROM responses").fetchone()[0])
        rows = connection.execute(
            "SELECT r.*, coalesce(r.conversation_id, r.id) AS talk, c.name AS talk_name FROM responses r"
            " LEFT JOIN conversations c ON c.id = r.conversation_id ORDER BY talk, r.datetime_utc, r.id"
        )
        done = 0
        for talk, group in groupby(rows, key=lambda row: row["talk"]):
            messages: list[Message] = []
            title = ""
            for row in group:
                done += 1
                title = text(row["talk_name"])
                messages += _turn(connection, row, names, messages[-1].id if messages else None, ids)
            first, last = messages[0], messages[-1]
            session = Session(
                id=ids.at(first.created_at),
                title=title,
                title_source="import",
                created=first.created_at,
                updated=last.created_at,
                model=last.model,
                system=last.system,
                leaf_id=last.id,
                origin="llm",
                origin_id=str(talk),
            )
            yield Entry(session, tuple(messages), done / total)


SOURCE = Source(
    "llm's logs.db",
    lambda path, head: has(
        path, head, "responses", "id", "prompt", "response", "conversation_id", "datetime_utc"
    ),
    _read,
)
