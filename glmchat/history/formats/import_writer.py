"""An import on its way into the database: unseen until all of it is there, gone without a trace if it is not."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from glmchat.core import titles
from glmchat.core.conversation import Message, Role, State
from glmchat.history import contents, messages, sessions
from glmchat.history.codec import storable
from glmchat.history.connection import savepoint
from glmchat.history.formats.values import MOST_TEXT, Entry, ImportReport, listed
from glmchat.history.records import COMING, LIST, first_seq

# A report of a wholly broken file should still be readable.
PROBLEMS_KEPT = 100
# What a value leads to that no check foresaw; a fault of the disk is none of them.
_UNWRITABLE = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)


class Taken:
    """Where the messages of one import went in time, so that a thousand of one moment are not counted each time."""

    def __init__(self) -> None:
        self._next: dict[int, int] = {}

    def write(self, connection: sqlite3.Connection, session_id: int, message: Message) -> None:
        """Write a message after those of its moment."""
        first = first_seq(message.created_at)
        seq = messages.write(connection, session_id, message, earliest=self._next.get(first, 0))
        self._next[first] = seq + 1


def put(
    connection: sqlite3.Connection,
    entries: Iterable[Entry],
    import_id: int,
    report: ImportReport,
    taken: Taken,
    pictures: Path | None = None,
) -> None:
    """Write some entries where nobody sees them yet, in the caller's transaction, and count them."""
    for entry in entries:
        report.fraction = entry.fraction
        if entry.problem is not None:
            _complain(report, entry.problem)
        elif entry.session is None or not entry.messages:
            _nothing_in(entry, report)
        elif _known(connection, entry):
            report.known += 1
        elif _stands_elsewhere(connection, entry):
            _complain(
                report, f"“{entry.session.title}” was skipped, because another session has its messages."
            )
        else:
            _put_one(connection, entry, import_id, report, taken, pictures)


def _complain(report: ImportReport, problem: str) -> None:
    report.skipped += 1
    if len(report.problems) < PROBLEMS_KEPT:
        report.problems.append(problem)


def _nothing_in(entry: Entry, report: ImportReport) -> None:
    left = {kind: count for kind, count in entry.dropped.items() if count}
    if not left:
        report.empty += 1
        return
    title = entry.session.title if entry.session else ""
    named = f"“{title}”" if title else "A session without a title"
    _complain(report, f"{named} was skipped, because nothing in it can be taken in ({listed(left)}).")


def _known(connection: sqlite3.Connection, entry: Entry) -> bool:
    session = entry.session
    assert session is not None  # noqa: S101 - the caller knows
    return bool(
        connection.execute(
            "SELECT 1 FROM sessions WHERE id = ? UNION ALL SELECT 1 FROM sessions WHERE origin = ? AND origin_id = ?",
            (session.id, storable(session.origin or ""), storable(session.origin_id or "")),
        ).fetchone()
    )


def _stands_elsewhere(connection: sqlite3.Connection, entry: Entry) -> bool:
    """Whether an identifier is in use: writing it again would take the message from its session."""
    ids = [message.id for message in entry.messages]
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        sql = f"SELECT 1 FROM messages WHERE id IN ({', '.join('?' * len(some))}) LIMIT 1"
        if connection.execute(sql, some).fetchone():
            return True
    return False


def _fitting(message: Message, dropped: Counter[str]) -> Message:
    """A message whose texts are not longer than any text may be."""
    changes: dict[str, Any] = {}
    for name in ("content", "reasoning", "system"):
        words = getattr(message, name)
        if words and len(words) > MOST_TEXT:
            changes[name] = words[:MOST_TEXT]
    dropped["text that is too long"] += len(changes)
    if message.state is State.STREAMING:
        # Nobody streams it here.
        changes["state"] = State.CUT
    return replace(message, **changes) if changes else message


def _put_one(
    connection: sqlite3.Connection,
    entry: Entry,
    import_id: int,
    report: ImportReport,
    taken: Taken,
    pictures: Path | None,
) -> None:
    session = entry.session
    assert session is not None  # noqa: S101 - the caller knows
    dropped = Counter(entry.dropped)
    first = next((message for message in entry.messages if message.role is Role.USER), entry.messages[0])
    session = replace(session, title=titles.given(session.title) or titles.of_question(first))
    try:
        with savepoint(connection, "entry"):
            sessions.insert(connection, session, COMING)
            connection.execute("UPDATE sessions SET import_id = ? WHERE id = ?", (import_id, session.id))
            for message in entry.messages:
                for each in message.attachments:
                    if each.digest in entry.contents:
                        contents.put(connection, each, entry.contents[each.digest], pictures)
                taken.write(connection, session.id, _fitting(message, dropped))
    except _UNWRITABLE as error:
        _complain(report, f"“{session.title}” was skipped, it could not be written: {error}.")
    else:
        report.sessions += 1
        report.messages += len(entry.messages)
        report.dropped += dropped


def publish(connection: sqlite3.Connection, import_id: int) -> None:
    """Put all that came in into the list, at once."""
    connection.execute(
        "UPDATE sessions SET shelf = ?, import_id = NULL WHERE import_id = ?", (LIST, import_id)
    )


def discard(connection: sqlite3.Connection, import_id: int | None, limit: int = 50) -> bool:
    """Remove some of what came in (None: what imports that ended early left); returns whether more is there."""
    which = "import_id = ?" if import_id is not None else "import_id NOT IN (SELECT id FROM processes)"
    values = () if import_id is None else (import_id,)
    rows = connection.execute(
        f"SELECT id FROM sessions WHERE import_id IS NOT NULL AND {which} LIMIT ?",
        (*values, limit),
    ).fetchall()
    for (id,) in rows:
        sessions.purge(connection, id)
    return len(rows) == limit
