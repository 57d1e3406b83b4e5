"""Oterm's store.db: tables `chat` and `message`; it writes no times, so the file's own time stands for them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

from glmchat.core.conversation import Role
from glmchat.history.formats.json_entries import made
from glmchat.history.formats.plain import ROLES, from_json, settings, text
from glmchat.history.formats.shapes import Source
from glmchat.history.formats.sqlite_files import Database, each, opened
from glmchat.history.formats.tree import Ids, Place, grow
from glmchat.history.formats.values import Entry
from glmchat.history.records import Session


def _places(database: Database, chat: sqlite3.Row, at: float) -> list[Place]:
    author = "author" if "author" in database.columns("message") else "role"
    sql = f"SELECT id, {author} AS who, text FROM message WHERE chat_id = ? ORDER BY id"
    places: list[Place] = []
    for number, row in enumerate(database.rows(sql, (chat["id"],)), 1):
        role = ROLES.get(text(row["who"]).lower(), Role.ASSISTANT)
        place = Place(row["id"], places[-1].key if places else None, role, text(row["text"]))
        # A second apart.
        place.created_at = at + number
        place.more["model"] = text(chat["model"]) or None if role is Role.ASSISTANT else None
        places.append(place)
    return places


def _read(path: Path) -> Iterator[Entry]:
    ids = Ids()
    with opened(path) as database:
        names = database.columns("chat")
        chats = database.rows("SELECT * FROM chat ORDER BY id")
        total = database.rows("SELECT count(*) FROM message")[0][0]
        # The last message has the time of the file.
        at = path.stat().st_mtime - total - len(chats)

        def one(chat: sqlite3.Row, fraction: float) -> Entry:
            nonlocal at
            started = at + 1
            places = _places(database, chat, started)
            at = started + len(places)
            messages = tuple(grow(places, ids).values())
            session = Session(
                id=ids.at(started),
                title=text(chat["name"]),
                title_source="import",
                created=started,
                updated=at,
                model=text(chat["model"]) or None,
                system=(text(chat["system"]) or None) if "system" in names else None,
                values=settings(from_json(chat["parameters"])) if "parameters" in names else {},
                leaf_id=messages[-1].id if messages else None,
                origin="oterm",
                # Two stores count their chats alike; what was said first tells them apart.
                origin_id=f"{chat['id']} {crc32(places[0].content.encode()) if places else 0:08x}",
            )
            return Entry(session, messages, fraction)

        yield from made(each(chats), one)


SOURCE = Source(
    "oterm's store.db",
    lambda look: (
        look.has_table("message", "chat_id", "text") and look.has_table("chat", "id", "name", "model")
    ),
    _read,
)
