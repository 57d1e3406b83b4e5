"""Sessions in the database: the list, one session, and the bin."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping
from typing import Any

from glmchat.core.conversation import Conversation
from glmchat.history import contents, messages, spending
from glmchat.history.codec import dump, storable
from glmchat.history.records import BIN, LESSON, LIST, Session, SessionRow
from glmchat.history.search import index
from glmchat.history.search.query import session_condition

# Field of Session -> column, and how the value is written.
_COLUMNS: dict[str, str] = {
    name: name
    for name in [
        "title",
        "title_source",
        "created",
        "updated",
        "model",
        "provider",
        "base_url",
        "unset",
        "system",
        "leaf_id",
        "scroll",
        "pinned",
        "unread",
        "tags",
        "deleted_at",
        "origin",
        "origin_id",
        "forked",
    ]
} | {"values": "choices"}
_JSON = frozenset({"values", "scroll", "tags", "unset"})
_LISTS = ("tags", "unset")
_ROW = """
  SELECT s.id, s.title, s.created, s.updated, s.model, s.provider, s.pinned, s.unread, s.tags, s.deleted_at,
         (SELECT count(*) FROM messages m WHERE m.session_id = s.id AND m.deleted_at IS NULL),
         EXISTS (SELECT 1 FROM messages m WHERE m.state = 'streaming' AND m.session_id = s.id), s.forked
  FROM sessions s
"""


def _stored(name: str, value: Any) -> Any:
    if name in _JSON:
        return None if value is None else dump(list(value) if name in _LISTS else value)
    return storable(value) if isinstance(value, str) else value


def insert(connection: sqlite3.Connection, session: Session, shelf: int = LIST) -> None:
    """Write a new session; one that is there already stays as it is."""
    row = {column: _stored(name, getattr(session, name)) for name, column in _COLUMNS.items()}
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(
        f"INSERT INTO sessions (id, shelf, title_folded, {names}) VALUES (?, ?, ?, {marks}) ON CONFLICT DO NOTHING",
        (session.id, shelf, storable(session.title.casefold()), *row.values()),
    )


def update(connection: sqlite3.Connection, id: int, changes: Mapping[str, Any]) -> None:
    """Change fields of a session by name; raises KeyError for a name that no session has."""
    row = {_COLUMNS[name]: _stored(name, value) for name, value in changes.items()}
    if "title" in changes:
        row["title_folded"] = storable(str(changes["title"]).casefold())
    if row:
        sets = ", ".join(f"{column} = ?" for column in row)
        connection.execute(f"UPDATE sessions SET {sets} WHERE id = ?", (*row.values(), id))


def touch(connection: sqlite3.Connection, id: int, leaf_id: int | None) -> None:
    """Note that something was said; a leaf that is given becomes the end of the branch that is read."""
    connection.execute(
        "UPDATE sessions SET updated = ?, leaf_id = coalesce(?, leaf_id),"
        " said = (SELECT 1 + max(said) FROM sessions) WHERE id = ?",
        (time.time(), leaf_id, id),
    )


def read(connection: sqlite3.Connection, id: int) -> Session:
    """One session; raises KeyError when there is none."""
    columns = ", ".join(_COLUMNS.values())
    row = connection.execute(f"SELECT {columns} FROM sessions WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise KeyError(id)
    values = dict(zip(_COLUMNS, row, strict=True))
    for name in _JSON:
        values[name] = None if values[name] is None else json.loads(values[name])
    for name in _LISTS:
        values[name] = tuple(values[name] or ())
    values["values"] = values["values"] or {}
    for name in ("pinned", "unread", "forked"):
        values[name] = bool(values[name])
    return Session(id=id, costs=spending.of_session(connection, id), **values)


def load(connection: sqlite3.Connection, id: int, recent: int) -> tuple[Session, Conversation]:
    """A session with its whole tree, and the texts of the last `recent` messages of the branch that is read."""
    session = read(connection, id)
    conversation = Conversation(id, session.title)
    for node in messages.nodes(connection, id):
        conversation.add_node(node)
    leaf = (
        session.leaf_id if session.leaf_id in conversation.nodes else next(reversed(conversation.nodes), None)
    )
    conversation.leaf_id = leaf
    branch = [node.id for node in conversation.path()]
    for message in messages.read(connection, branch[-recent:] if recent else ()):
        conversation.put(message)
    return session, conversation


def page(connection: sqlite3.Connection, query: str, offset: int, limit: int, shelf: int) -> list[SessionRow]:
    """Some lines of the list: pinned first, then newest first; raises QueryRefused."""
    where, values = session_condition(query)
    rows = connection.execute(
        f"{_ROW} WHERE s.shelf = ?{where} ORDER BY s.pinned DESC, s.updated DESC, s.id DESC LIMIT ? OFFSET ?",
        (shelf, *values, limit, offset),
    ).fetchall()
    return [
        SessionRow(
            id=row[0],
            title=row[1],
            created=row[2],
            updated=row[3],
            model=row[4],
            provider=row[5],
            pinned=bool(row[6]),
            unread=bool(row[7]),
            tags=tuple(json.loads(row[8])),
            deleted_at=row[9],
            messages=row[10],
            running=bool(row[11]),
            forked=bool(row[12]),
        )
        for row in rows
    ]


def newest(connection: sqlite3.Connection) -> int | None:
    """The session in which something was said last, by the order of writing: a clock may have been put back.

    One of a lesson is none that a person goes on with, unless there is no other.
    """
    row = connection.execute(
        "SELECT id FROM sessions WHERE shelf = ? ORDER BY origin IS NOT NULL AND origin GLOB ?, said DESC, updated DESC"
        " LIMIT 1",
        (LIST, f"{LESSON}*"),
    ).fetchone()
    return int(row[0]) if row else None


def of_lesson(connection: sqlite3.Connection, name: str) -> int | None:
    """The session in which a lesson was begun last."""
    row = connection.execute(
        "SELECT id FROM sessions WHERE origin = ? AND shelf = ? ORDER BY id DESC LIMIT 1",
        (LESSON + name, LIST),
    ).fetchone()
    return int(row[0]) if row else None


def count(connection: sqlite3.Connection, query: str, shelf: int) -> int:
    """How many lines the list has; raises QueryRefused."""
    where, values = session_condition(query)
    row = connection.execute(f"SELECT count(*) FROM sessions s WHERE s.shelf = ?{where}", (shelf, *values))
    return int(row.fetchone()[0])


def to_bin(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Move sessions to the bin."""
    now = time.time()
    connection.executemany(
        "UPDATE sessions SET shelf = ?, deleted_at = ? WHERE id = ? AND shelf = ?",
        [(BIN, now, id, LIST) for id in ids],
    )


def from_bin(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Bring sessions back from the bin."""
    connection.executemany(
        "UPDATE sessions SET shelf = ?, deleted_at = NULL WHERE id = ? AND shelf = ?",
        [(LIST, id, BIN) for id in ids],
    )


def in_bin_since(connection: sqlite3.Connection, before: float) -> list[int]:
    """The sessions that were deleted before a time."""
    rows = connection.execute("SELECT id FROM sessions WHERE shelf = ? AND deleted_at <= ?", (BIN, before))
    return [row[0] for row in rows.fetchall()]


def purge(connection: sqlite3.Connection, id: int) -> None:
    """Remove one session for good; the connection overwrites what it held in the file."""
    spending.keep_sums(connection, id)
    seqs = connection.execute("SELECT seq, indexed FROM messages WHERE session_id = ?", (id,)).fetchall()
    # Up and Down must not bring back what was to be forgotten.
    connection.execute(
        "DELETE FROM prompts WHERE text IN (SELECT t.content FROM messages m JOIN texts t USING (seq)"
        " WHERE m.session_id = ? AND m.role = 'user')",
        (id,),
    )
    _purge_messages(connection, seqs)
    connection.execute("DELETE FROM drafts WHERE session_id = ?", (id,))
    contents.forget_unused(connection)
    connection.execute("DELETE FROM costs_apart WHERE session_id = ?", (id,))
    connection.execute("DELETE FROM sessions WHERE id = ?", (id,))


def give_back(connection: sqlite3.Connection) -> None:
    """Empty the log of what was purged, and give free pages back to the disk; outside of a transaction."""
    connection.execute("PRAGMA incremental_vacuum(4000)").fetchall()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _purge_messages(connection: sqlite3.Connection, rows: list[tuple[int, int]]) -> None:
    shared: set[int] = set()
    for seq, indexed in rows:
        if indexed == index.DONE:
            index.remove(connection, seq)
        found = connection.execute("SELECT system_id, sent_id FROM details WHERE seq = ?", (seq,)).fetchone()
        shared.update(id for id in found or () if id is not None)
    connection.executemany("DELETE FROM messages WHERE seq = ?", [(seq,) for seq, _ in rows])
    connection.executemany(
        "DELETE FROM shared WHERE id = ? AND NOT EXISTS (SELECT 1 FROM details WHERE system_id = shared.id)"
        " AND NOT EXISTS (SELECT 1 FROM details WHERE sent_id = shared.id)",
        [(id,) for id in shared],
    )


def delete_messages(connection: sqlite3.Connection, ids: Iterable[int], deleted: bool) -> None:
    """Take messages out of their tree, or bring them back; their text stays until the session is purged."""
    when = time.time() if deleted else None
    connection.executemany("UPDATE messages SET deleted_at = ? WHERE id = ?", [(when, id) for id in ids])
