"""An import on its way into the database: unseen until all of it is there, gone without a trace if it is not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace

from glmchat.conversation import Role, State
from glmchat.history import messages, sessions
from glmchat.history.connection import savepoint
from glmchat.history.exchange.values import Entry, ImportReport
from glmchat.history.records import COMING, LIST

# A report of a wholly broken file should still be readable.
PROBLEMS_KEPT = 100


def put(
    connection: sqlite3.Connection, entries: Iterable[Entry], import_id: int, report: ImportReport
) -> None:
    """Write some entries where nobody sees them yet, in the caller's transaction, and count them."""
    for entry in entries:
        report.fraction = entry.fraction
        if entry.problem is not None:
            _complain(report, entry.problem)
        elif entry.session is None or not entry.messages:
            continue
        elif _known(connection, entry):
            report.known += 1
        else:
            _put_one(connection, entry, import_id, report)


def _complain(report: ImportReport, problem: str) -> None:
    if len(report.problems) < PROBLEMS_KEPT:
        report.problems.append(problem)


def _known(connection: sqlite3.Connection, entry: Entry) -> bool:
    session = entry.session
    assert session is not None  # noqa: S101 - told by the caller
    return bool(
        connection.execute(
            "SELECT 1 FROM sessions WHERE id = ? UNION ALL SELECT 1 FROM sessions WHERE origin = ? AND origin_id = ?",
            (session.id, session.origin, session.origin_id),
        ).fetchone()
    )


def _put_one(connection: sqlite3.Connection, entry: Entry, import_id: int, report: ImportReport) -> None:
    session = entry.session
    assert session is not None  # noqa: S101 - told by the caller
    if not session.title:
        first = next((message for message in entry.messages if message.role is Role.USER), entry.messages[0])
        session = replace(session, title=sessions.title_from(first.content))
    try:
        with savepoint(connection, "entry"):
            sessions.insert(connection, session, COMING)
            connection.execute("UPDATE sessions SET import_id = ? WHERE id = ?", (import_id, session.id))
            for message in entry.messages:
                # Nobody streams it here.
                whole = replace(message, state=State.CUT) if message.state is State.STREAMING else message
                messages.write(connection, session.id, whole)
    except (sqlite3.IntegrityError, ValueError, TypeError, OverflowError) as error:
        _complain(report, f"“{session.title}” was skipped, it could not be written: {error}.")
    else:
        report.sessions += 1
        report.messages += len(entry.messages)


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
