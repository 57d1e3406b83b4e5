"""Elia's database: tables `chat` and `message`, the parent of a message where it has one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from glmchat.conversation import Role
from glmchat.history.exchange.sqlite_files import has, opened, utc
from glmchat.history.exchange.tree import Ids, Place, grow
from glmchat.history.exchange.values import ROLES, Entry, Source, text
from glmchat.history.records import Session


def _places(rows: list[sqlite3.Row], started: float) -> Iterator[Place]:
    # Older versions wrote no parents: then each message follows the one before.
    chained = all(row["parent_id"] is None for row in rows)
    before = None
    for row in rows:
        role = ROLES.get(text(row["role"]).lower(), Role.USER)
        place = Place(row["id"], before if chained else row["parent_id"], role, text(row["content"]))
        place.created_at = utc(row["timestamp"], started)
        place.skip = role in (Role.SYSTEM, Role.TOOL)
        if role is Role.ASSISTANT:
            place.more["model"] = text(row["model"]) or None
        before = place.key
        yield place


def _read(path: Path) -> Iterator[Entry]:
    ids = Ids()
    with opened(path) as connection:
        chats = connection.execute("SELECT id, model, title, started_at FROM chat ORDER BY id").fetchall()
        for count, chat in enumerate(chats, 1):
            started = utc(chat["started_at"], 1.0)
            sql = "SELECT id, role, content, timestamp, parent_id, model FROM message WHERE chat_id = ? ORDER BY id"
            rows = connection.execute(sql, (chat["id"],)).fetchall()
            system = next((text(row["content"]) for row in rows if text(row["role"]).lower() == "system"), "")
            messages = tuple(grow(_places(rows, started), ids).values())
            session = Session(
                id=ids.at(started),
                title=text(chat["title"]),
                title_source="import",
                created=started,
                updated=max((message.created_at for message in messages), default=started),
                model=text(chat["model"]) or None,
                system=system or None,
                leaf_id=messages[-1].id if messages else None,
                origin="elia",
                origin_id=f"{chat['id']} {chat['started_at']}",
            )
            yield Entry(session, messages, count / len(chats))


SOURCE = Source(
    "elia's database",
    lambda path, head: has(path, head, "message", "chat_id", "role", "content", "timestamp"),
    _read,
)
