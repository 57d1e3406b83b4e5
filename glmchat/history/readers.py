"""Threads that read: one connection each, opened when it is first needed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from glmchat.history.connection import connect, inode, is_still, roll_back
from glmchat.history.schema import check, migrate

T = TypeVar("T")


class Reader:
    """One thread with a connection that cannot write.

    Where there is no file that could be read, it reads an empty history.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._file: int | None = None
        self._closing = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"glmchat-history-{name}")

    @property
    def closing(self) -> bool:
        """Whether what is under way should come to an end."""
        return self._closing

    def submit(self, run: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Read; the future raises what `run` raises."""
        return self._thread.submit(self._run, run)

    def interrupt(self) -> None:
        """Give up what is being read: its future raises sqlite3.OperationalError."""
        if self._connection is not None:
            self._connection.interrupt()

    def close(self) -> None:
        """Give up what is being read, end the thread and close its connection; blocks."""
        self._closing = True
        self.interrupt()
        self._thread.submit(self._close)
        self._thread.shutdown(wait=True)

    def _run(self, run: Callable[[sqlite3.Connection], T]) -> T:
        with suppress(OSError):  # where it cannot be looked at, what is open is read on
            if inode(self._path) not in (None, self._file):
                self._close()
        if self._connection is None:
            try:
                self._connection = self._open()
            except (sqlite3.Error, OSError):
                return _read_nothing(run)
        # One transaction, so that a session and its messages are of one moment.
        self._connection.execute("BEGIN")
        try:
            return run(self._connection)
        finally:
            if not roll_back(self._connection):
                self._close()

    def _open(self) -> sqlite3.Connection:
        connection = connect(self._path, write=False, immutable=is_still(self._path))
        try:
            if not check(connection):
                raise sqlite3.OperationalError("the history is of an earlier version")
        except BaseException:
            connection.close()
            raise
        self._file = inode(self._path)
        return connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _read_nothing(run: Callable[[sqlite3.Connection], T]) -> T:
    connection = connect(None, write=True)
    try:
        migrate(connection)
        return run(connection)
    finally:
        connection.close()
