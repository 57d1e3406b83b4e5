"""Databases of other programs: opened for reading only, known by their tables and columns, and read within bounds.

Only plain tables are read. A view, a virtual table or a computed column can run for ever, or make gigabytes of a few
bytes; so can a damaged file, which is why each query has an end as well.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from glmchat.history.formats.values import MOST_TEXT, ImportRefused

# A conversation takes milliseconds.
SECONDS_A_QUERY = 20.0
# What pragma_table_xinfo says of a column that is there, and not computed or hidden.
_PLAIN = 0
_STEPS = 20_000


class QueryFailed(ValueError):
    """Rows that could not be read; the text says why."""


class Database:
    """A database of another program, and what may be read of it."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._until = 0.0
        connection.row_factory = sqlite3.Row
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        # A character has up to four bytes.
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 4 * MOST_TEXT)
        connection.set_progress_handler(lambda: time.monotonic() > self._until, _STEPS)
        self._run("PRAGMA trusted_schema = OFF")

    @cached_property
    def tables(self) -> Mapping[str, frozenset[str]]:
        """The plain tables with their columns; others are as if they were not there."""
        # A virtual table has no page of its own.
        names = self._run("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")
        found: dict[str, frozenset[str]] = {}
        for (name,) in names:
            columns = self._run("SELECT name, hidden FROM pragma_table_xinfo(?)", (name,))
            if all(hidden == _PLAIN for _, hidden in columns):
                found[name] = frozenset(column for column, _ in columns)
        return found

    def columns(self, table: str) -> frozenset[str]:
        """The columns of a plain table; empty where there is no such table."""
        return self.tables.get(table, frozenset())

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        """The rows of a query; raises QueryFailed where they take too long, are too large or are damaged."""
        try:
            return self._run(sql, values)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise QueryFailed(f"reading it took longer than {SECONDS_A_QUERY:.0f} s") from None
            raise QueryFailed(str(error)) from None
        except sqlite3.Error as error:
            raise QueryFailed(str(error)) from None

    def _run(self, sql: str, values: tuple[Any, ...] = ()) -> list[Any]:
        self._until = time.monotonic() + SECONDS_A_QUERY
        return self._connection.execute(sql, values).fetchall()


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """A database to read; raises ImportRefused where the file is damaged."""
    try:
        name = f"file:{quote(str(path.absolute()))}?mode=ro"
        with closing(sqlite3.connect(name, uri=True)) as connection:
            yield Database(connection, path)
    except (sqlite3.Error, QueryFailed) as error:
        raise ImportRefused(f"{path} is a database that cannot be read: {error}.") from error


def each(rows: list[sqlite3.Row]) -> Iterator[tuple[sqlite3.Row, float]]:
    """Each row, and the part of them that has been read with it."""
    return ((row, number / len(rows)) for number, row in enumerate(rows, 1))
