"""Whether a database is whole and ours: its pages, its tables, and what belongs together in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from glmchat.history import contents, schema
from glmchat.history.connection import connect, is_still
from glmchat.history.problems import Kind, kind_of
from glmchat.support.paths import regular

# What is whole and yet not for us to read; restoring or recovering it would mend nothing.
_NEWER = "The file was written by a newer glmchat."
_FOREIGN = "The file is a database, but not a history of glmchat."
NOT_OURS = {_NEWER: Kind.NEWER, _FOREIGN: Kind.FOREIGN}
# More of the same would not help.
_MOST = 20


def verify(path: Path, quick: bool = False) -> list[str]:
    """What is wrong with a database, in sentences, an empty list for nothing; `quick` looks at pages and tables alone.

    Raises OSError where there is no file that can be read, and sqlite3.Error where another program holds it.
    """
    regular(path)
    try:
        connection = connect(path, write=False, immutable=is_still(path))
    except sqlite3.DatabaseError as error:
        if kind_of(error) is not Kind.CORRUPT:
            raise
        return [f"The file cannot be read as a database: {error}."]
    try:
        return problems(connection, quick)
    finally:
        connection.close()


def problems(connection: sqlite3.Connection, quick: bool = False) -> list[str]:
    """What is wrong with an open database; see `verify`."""
    try:
        return list(_problems(connection, quick))
    except schema.NewerSchemaError:
        return [_NEWER]
    except schema.ForeignDatabaseError:
        return [_FOREIGN]
    except sqlite3.DatabaseError as error:
        if kind_of(error) is not Kind.CORRUPT:
            raise
        return [f"The file is damaged: {error}."]


def _problems(connection: sqlite3.Connection, quick: bool) -> Iterator[str]:
    schema.check(connection)
    if schema.is_empty(connection):
        yield "The file is empty."
        return
    strange = schema.differences(connection)
    yield from strange[:_MOST]
    answers = connection.execute(
        f"PRAGMA {'quick_check' if quick else 'integrity_check'}({_MOST})"
    ).fetchall()
    damage = [f"The file is damaged: {_in_one_line(answer)}." for (answer,) in answers if answer != "ok"]
    yield from damage
    if quick or strange or damage:
        return
    for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST):
        yield f"A row of {table} belongs to a row of {parent} that is not there."
    lost = connection.execute(
        "SELECT count(*) FROM messages m LEFT JOIN texts t USING (seq) WHERE t.seq IS NULL"
    ).fetchone()[0]
    yield from contents.problems(connection, contents.directory_beside(connection))
    if lost:
        yield f"{lost} {'message has' if lost == 1 else 'messages have'} lost {'its' if lost == 1 else 'their'} text."


def _in_one_line(answer: str) -> str:
    """An answer of SQLite's check, some versions of which put the database's name on a line of its own before it."""
    return next((line for line in answer.splitlines() if not line.startswith("***")), answer).strip()
