"""Elia's database: tables `chat` and `message`, the parent of a message where it has one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from glmchat.core.conversation import Role
from glmchat.history.formats.json_entries import made
from glmchat.history.formats.plain import ROLES, moment, text
from glmchat.history.formats.shapes import Source
from glmchat.history.formats.sqlite_files import Database, each, opened
from glmchat.history.formats.tree import Ids, Place, grow
from glmchat.history.formats.values import Entry
from glmchat.history.records import Session


def _places(rows: list[sqlite3.Row], started: float) -> Iterator[Place]:
    # Older versions wrote no parents: then each message follows the one before.
    chained = all(row["parent_id"] is None for row in rows)
    before = None
    for row in rows:
        role = ROLES.get(text(row["role"]).lower(), Role.USER)
        place = Place(row["id"], before if chained else row["parent_id"], role, text(row["content"]))
        place.created_at = moment(row["timestamp"], started)
        place.skip = role in (Role.SYSTEM, Role.TOOL) or not place.content.strip()
        if role is Role.TOOL:
            place.content, place.reasoning = "", place.content
        elif place.skip:
            place.content = ""
        if role is Role.ASSISTANT:
            place.more["model"] = text(row["model"]) or None
        before = place.key
        yield place


def _entry(database: Database, chat: sqlite3.Row, fraction: float, ids: Ids) -> Entry:
    started = moment(chat["started_at"], 1.0)
    sql = "SELECT id, role, content, timestamp, parent_id, model FROM message WHERE chat_id = ? ORDER BY id"
    rows = database.rows(sql, (chat["id"],))
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
    silent = len(rows) - len(messages) - sum(text(row["role"]).lower() in ("system", "tool") for row in rows)
    return Entry(session, messages, fraction, dropped={"message without text": silent} if silent > 0 else {})


def _read(path: Path) -> Iterator[Entry]:
    ids = Ids()
    with opened(path) as database:
        chats = database.rows("SELECT id, model, title, started_at FROM chat ORDER BY id")
        yield from made(each(chats), lambda chat, fraction: _entry(database, chat, fraction, ids))


SOURCE = Source(
    "elia's database",
    lambda look: (
        look.has_table("message", "chat_id", "role", "content", "timestamp", "parent_id", "model")
        and look.has_table("chat", "id", "model", "title", "started_at")
    ),
    _read,
)
