"""Databases of other programs: opened for reading only, known by their tables and columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from glmchat.history.exchange.values import ImportRefused

HEAD = b"SQLite format 3\0"


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that reads and nothing else; raises ImportRefused when the file is damaged."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
            connection.execute("PRAGMA trusted_schema = OFF")
            yield connection
    except sqlite3.DatabaseError as error:
        raise ImportRefused(f"{path} cannot be read as a database: {error}.") from error


def columns(connection: sqlite3.Connection, table: str) -> frozenset[str]:
    """The names of a table's columns; empty where there is no such table."""
    return frozenset(row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,)))


def has(path: Path, head: bytes, table: str, *names: str) -> bool:
    """Whether a file is a database that has a table with these columns."""
    if not head.startswith(HEAD):
        return False
    try:
        with opened(path) as connection:
            return columns(connection, table) >= set(names)
    except ImportRefused:
        return False


def utc(value: object, otherwise: float) -> float:
    """Seconds since 1970 of a date in text that names no zone and means UTC."""
    try:
        when = datetime.fromisoformat(str(value))
    except ValueError:
        return otherwise
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
