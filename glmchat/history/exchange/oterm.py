"""Oterm's store.db: tables `chat` and `message`; it writes no times, so the file's own time stands for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

from glmchat.conversation import Message, Role
from glmchat.history.exchange.sqlite_files import columns, has, opened
from glmchat.history.exchange.tree import Ids, Place, grow
from glmchat.history.exchange.values import ROLES, Entry, Source, text
from glmchat.history.records import Session
from glmchat.parameters import BY_NAME


def _values(parameters: Any) -> dict[str, Any]:
    try:
        given = json.loads(parameters or "{}")
    except ValueError:
        return {}
    return (
        {name: value for name, value in given.items() if name in BY_NAME} if isinstance(given, dict) else {}
    )


def _read(path: Path) -> Iterator[Entry]:
    ids = Ids()
    with opened(path) as connection:
        author = "author" if "author" in columns(connection, "message") else "role"
        system = "system" in columns(connection, "chat")
        parameters = "parameters" in columns(connection, "chat")
        chats = connection.execute("SELECT * FROM chat ORDER BY id").fetchall()
        total = connection.execute("SELECT count(*) FROM message").fetchone()[0]
        # A second apart, the last one at the time of the file.
        at = path.stat().st_mtime - total - len(chats)
        for count, chat in enumerate(chats, 1):
            sql = f"SELECT id, {author}, text FROM message WHERE chat_id = ? ORDER BY id"
            places: list[Place] = []
            started = at = at + 1
            for id, who, words in connection.execute(sql, (chat["id"],)):
                at += 1
                role = ROLES.get(text(who).lower(), Role.ASSISTANT)
                place = Place(id, places[-1].key if places else None, role, text(words), created_at=at)
                place.more["model"] = text(chat["model"]) or None if role is Role.ASSISTANT else None
                places.append(place)
            messages: tuple[Message, ...] = tuple(grow(places, ids).values())
            session = Session(
                id=ids.at(started),
                title=text(chat["name"]),
                title_source="import",
                created=started,
                updated=at,
                model=text(chat["model"]) or None,
                system=(text(chat["system"]) or None) if system else None,
                values=_values(chat["parameters"]) if parameters else {},
                leaf_id=messages[-1].id if messages else None,
                origin="oterm",
                # Two stores count their chats alike; what was said first tells them apart.
                origin_id=f"{chat['id']} {crc32(places[0].content.encode()) if places else 0:08x}",
            )
            yield Entry(session, messages, count / len(chats))


SOURCE = Source("oterm's store.db", lambda path, head: has(path, head, "message", "chat_id", "text"), _read)
