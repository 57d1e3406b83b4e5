"""The archive's threads: one that writes, two that read, and what they do when the file cannot be used."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from glmchat.history import messages, processes, schema
from glmchat.history.connection import connect, inode, logs, prepare, set_up_for_writing, transaction
from glmchat.history.maintenance import kept_backups
from glmchat.history.maintenance.backups import copy
from glmchat.history.problems import ArchiveProblem, Kind, Mode, describe
from glmchat.history.readers import Reader
from glmchat.history.search import index
from glmchat.history.writer import Job, Writer

T = TypeVar("T")

# Problems with which the file is left alone: the session goes on in memory.
_HANDS_OFF = frozenset({Kind.NEWER, Kind.FOREIGN, Kind.CORRUPT, Kind.NOT_A_FILE, Kind.EMPTIED})


class Store:
    """The threads of one archive; `path` None keeps everything in memory."""

    def __init__(self, path: Path | None, report: Callable[[ArchiveProblem], None]) -> None:
        self.path = path
        self.process_id = 0
        self.unclean = False
        self.changes = 0
        # Replies that stream, as far as they are on disk; only jobs of the writer touch it.
        self.streams: dict[int, messages.Stream] = {}
        self._report = report
        self._busy = False
        self.condition: ArchiveProblem | None = None
        # What the writer's connection has open: the database and its logs.
        self._files: list[int | None] = [None]
        self._start(path)

    def _start(self, path: Path | None) -> None:
        self._place = path
        self._closed = False
        self._quick = None if path is None else Reader(path, "reader")
        self._slow = None if path is None else Reader(path, "search")
        self._maintenance = None if path is None else Reader(path, "maintenance")
        self._writer = Writer(
            self._open, self._report, self._idle, self.streams.clear, path, current=self._current
        )
        self._writer.start()

    @property
    def mode(self) -> Mode:
        """What can be done at present."""
        if self._place is None:
            return Mode.MEMORY
        return Mode.DISK if self._writer.problem is None else Mode.READ_ONLY

    @property
    def problem(self) -> ArchiveProblem | None:
        """The problem that there is at present."""
        return self._writer.problem or self.condition

    def open(self) -> None:
        """Wait until the file is open, or known to be out of order; blocks."""
        self.write(lambda connection: None).result()
        problem = self._writer.problem
        if problem is not None and problem.kind in _HANDS_OFF:
            self.close()
            self.condition = problem
            self._start(None)

    def close(self, timeout: float | None = 10.0) -> None:
        """Write what waits and end the threads; blocks, and does nothing the second time."""
        if self._closed:
            return
        self._closed = True
        # The writer last: the last connection that may write brings the log into the file and removes it.
        for reader in (self._quick, self._slow, self._maintenance):
            if reader is not None:
                reader.close()
        if self._writer.problem is None:
            self.write(self._leave, key="leave")
        self._writer.stop(timeout)

    def write(
        self,
        run: Callable[[sqlite3.Connection], T],
        key: Hashable | None = None,
        wait_s: float = 0.0,
        **how: Any,
    ) -> Future[T]:
        """Give the writer a job; see `glmchat.history.writer.Job` for `how`."""
        return self._writer.put(Job(run, **how), key, wait_s)

    def read(self, run: Callable[[sqlite3.Connection], T], slow: bool = False) -> Future[T]:
        """Read something; slow work does not hold up the rest."""
        reader = self._slow if slow else self._quick
        if reader is None:
            return self.write(run, keep=False, alone=True)
        return reader.submit(run)

    def interrupt(self) -> None:
        """Give up the slow reading that is under way."""
        if self._slow is not None:
            self._slow.interrupt()

    def look_around(self, connection: sqlite3.Connection) -> int:
        """The number that changes when another process writes; what a process left that died meanwhile is cut."""
        if processes.orphans(connection):
            with transaction(connection):
                recover(connection)
            self.changes += 1
        return self.changes + int(connection.execute("PRAGMA data_version").fetchone()[0])

    def subjects(self) -> list[Any]:
        """What is not written: it waits, or it was refused."""
        return self._writer.subjects()

    def refused(self) -> list[Any]:
        """What the database did not take although the disk is well."""
        return self._writer.refused()

    def _open(self) -> sqlite3.Connection:
        existed = self._place is not None and self._place.exists()
        if self._place is not None:
            kept_backups.refuse_emptied(self._place)
            prepare(self._place)
        connection = connect(self._place, write=True)
        try:
            schema.check(connection)
            if existed and self._place is not None and schema.is_empty(connection):
                kept_backups.refuse_beside(self._place)
            shared = set_up_for_writing(connection)
            schema.migrate(connection)
            self._begin(connection)
        except BaseException:
            connection.close()
            raise
        if self._place is not None:
            self._files = [inode(each) for each in (self._place, *logs(self._place))]
        if not shared:
            self.condition = describe(Kind.NO_WAL, self._place)
            self._report(self.condition)
        return connection

    def _current(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """The connection, or a new one where the file that it has open does not stand in its place any more.

        What it has open is still whole, and is written again: in its place where nothing is, else beside it.
        """
        place = self._place
        if place is None or (there := inode(place)) == self._files[0]:
            return connection
        opened = self._files
        # A log that belongs to what is open would be written into the file that stands there now.
        for beside, known in zip(logs(place), opened[1:], strict=True):
            if known is not None and inode(beside) == known:
                beside.unlink()
        if there is None:
            copy(connection, place, sound=False)
            fresh, problem = self._open(), describe(Kind.MOVED, place)
        else:
            fresh, aside = self._open(), kept_backups.name_aside(place)
            try:
                copy(connection, aside, sound=False)
            except BaseException:
                self._files = opened
                fresh.close()
                raise
            problem = describe(Kind.REPLACED, place, str(aside))
        self.streams.clear()
        connection.close()
        self._report(problem)
        return fresh

    def _begin(self, connection: sqlite3.Connection) -> None:
        """Mark as cut what dead processes were streaming, forget them, and write down this one."""
        with transaction(connection):
            recover(connection)
            gone = processes.dead(connection)
            for id in gone:
                processes.leave(connection, id)
            if not processes.known(connection, self.process_id):
                self.process_id = processes.register(connection)
        self.unclean = self.unclean or bool(gone)

    def _leave(self, connection: sqlite3.Connection) -> None:
        processes.leave(connection, self.process_id)

    @contextmanager
    def without_idle_work(self) -> Iterator[None]:
        """Leave the index alone while much is written; it catches up afterwards."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
            self.write(lambda connection: None)

    def _idle(self, connection: sqlite3.Connection) -> bool:
        if self._busy:
            return False
        with transaction(connection):
            return index.step(connection) or index.compact(connection)

    def maintain(self, run: Callable[[sqlite3.Connection, Callable[[], bool]], T]) -> Future[T] | None:
        """Run something that may take minutes; it is handed what says that it should stop. None in memory."""
        reader = self._maintenance
        if reader is None:
            return None

        def frugal(connection: sqlite3.Connection) -> T:
            # It reads the whole file once: pages that are kept would only take memory.
            connection.execute("PRAGMA cache_size = -1000")
            return run(connection, lambda: reader.closing)

        return reader.submit(frugal)

    def tell(self, problem: ArchiveProblem) -> None:
        """Report a problem that something other than a write found."""
        self.condition = problem
        self._report(problem)


def recover(connection: sqlite3.Connection) -> int:
    """Mark as cut what dead processes were streaming, in the caller's transaction; returns how many."""
    left = processes.orphans(connection)
    for seq in left:
        messages.fold_dead(connection, seq)
    return len(left)
