"""Threads that read: one connection each, opened when it is first needed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from glmchat.history.connection import connect
from glmchat.history.schema import check

T = TypeVar("T")


class Reader:
    """One thread with a connection that cannot write."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"glmchat-history-{name}")

    def submit(self, run: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Read; the future raises what `run` raises, and sqlite3.Error when the file cannot be opened."""
        return self._thread.submit(self._run, run)

    def interrupt(self) -> None:
        """Give up what is being read: its future raises sqlite3.OperationalError."""
        if self._connection is not None:
            self._connection.interrupt()

    def close(self) -> None:
        """End the thread and close its connection."""
        self._thread.submit(self._close)
        self._thread.shutdown(wait=True)

    def _run(self, run: Callable[[sqlite3.Connection], T]) -> T:
        if self._connection is None:
            connection = connect(self._path, write=False)
            check(connection)
            self._connection = connection
        # One transaction, so that a session and its messages are of one moment.
        self._connection.execute("BEGIN")
        try:
            return run(self._connection)
        finally:
            self._connection.execute("COMMIT")

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
