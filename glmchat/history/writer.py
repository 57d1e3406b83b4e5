"""The one thread that writes: jobs in order, many to a transaction, kept and tried again when the disk says no."""

from __future__ import annotations

import atexit
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from glmchat.history.connection import roll_back, transaction
from glmchat.history.problems import (
    ArchiveError,
    ArchiveProblem,
    Kind,
    describe,
    diagnose,
    is_problem,
    is_refusal,
)

_log = logging.getLogger(__name__)

# A save that may wait does so this long, so that the pieces of a reply share a commit: half of what may be lost.
SOON_S = 0.2
RETRY_S = 2.0
BATCH = 200


@dataclass(slots=True)
class Job:
    """One piece of writing.

    `keep` jobs belong to the chat: when the disk fails they are kept and tried again, and their futures answer
    False; so they do where the database refuses this one job, whose `subject` stays in memory. Others fail with
    ArchiveError. `synced` waits until the disk itself has it, as a question must before
    it is sent; a commit without that survives the end of the process but not of the power, enough for the pieces
    of a reply, and spares the disk a flush for each. `subject` is what the job would write, for readers that ask
    before it is written. `alone` runs outside of a transaction.
    """

    run: Callable[[sqlite3.Connection], Any]
    keep: bool = True
    synced: bool = False
    alone: bool = False
    subject: Any = None
    due: float = 0.0
    futures: list[Future[Any]] = field(default_factory=list)


class Writer(threading.Thread):
    """Runs jobs against one connection; a job with the key of one that still waits takes its place."""

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        report: Callable[[ArchiveProblem], None],
        idle: Callable[[sqlite3.Connection], bool],
        undone: Callable[[], None],
        path: Path | None = None,
        current: Callable[[sqlite3.Connection], sqlite3.Connection] = lambda connection: connection,
    ) -> None:
        super().__init__(name="glmchat-history-writer", daemon=True)
        self.problem: ArchiveProblem | None = None
        self._connect, self._report, self._idle, self._undone = connect, report, idle, undone
        self._path, self._current = path, current
        self._connection: sqlite3.Connection | None = None
        self._jobs: dict[Hashable, Job] = {}
        self._running: dict[Hashable, Job] = {}
        # What the database refused, while the disk is well; a later job of the same key takes its place.
        self._refused: dict[Hashable, Job] = {}
        self._refusal = ""
        self._wake = threading.Condition()
        self._retry_at = 0.0
        self._work = True
        self._stopping = False
        # A program that ends without closing still writes what waits.
        atexit.register(self.stop, 5.0)

    def put(self, job: Job, key: Hashable | None = None, wait_s: float = 0.0) -> Future[Any]:
        """Add a job; never blocks. `wait_s` lets it wait for company; a waiting job of the same key is replaced."""
        future: Future[Any] = Future()
        # Whoever waits may be cancelled; the job is done all the same.
        future.set_running_or_notify_cancel()
        job.futures.append(future)
        job.due = time.monotonic() + wait_s
        name = object() if key is None else key
        with self._wake:
            if self._stopping:
                future.set_result(False)
                return future
            if self.problem is not None and job.keep:
                # The chat does not wait for a disk that is known to be out of order.
                future.set_result(False)
                job.futures.clear()
            old = self._jobs.get(name)
            if old is not None:
                job.futures[:0] = old.futures
                job.due = min(job.due, old.due)
                job.synced = job.synced or old.synced
            self._jobs[name] = job
            self._wake.notify()
        return future

    def subjects(self) -> list[Any]:
        """What is not written, oldest first: it waits, or it was refused."""
        with self._wake:
            waiting = self._refused | self._running | self._jobs
            return [job.subject for job in waiting.values() if job.subject is not None]

    def refused(self) -> list[Any]:
        """What the database did not take although the disk is well."""
        with self._wake:
            return [job.subject for job in self._refused.values()]

    def stop(self, timeout: float | None = None) -> None:
        """Write what waits, then end; what the disk does not take by then is lost."""
        atexit.unregister(self.stop)
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self.is_alive():
            self.join(timeout)

    def run(self) -> None:
        """The thread: open, then write until stopped."""
        try:
            while self._step():
                pass
        finally:
            if self._connection is not None:
                with suppress(sqlite3.Error):
                    self._connection.close()

    def _step(self) -> bool:
        with self._wake:
            batch = self._next()
            while (
                not batch and not self._stopping and not (self._work and self._connection and not self._jobs)
            ):
                self._wake.wait(self._pause())
                batch = self._next()
            self._running = batch
            stopping = self._stopping
        try:
            if batch:
                self._write(batch)
            elif not stopping:
                self._use_idle_time()
        finally:
            self._free_connection()
            with self._wake:
                self._running = {}
        return not stopping or bool(self._jobs and self.problem is None)

    def _free_connection(self) -> None:
        """Leave no transaction open whatever failed; a connection that keeps one is opened anew."""
        connection = self._connection
        if connection is not None and not roll_back(connection):
            self._connection = None
            self._undone()
            with suppress(sqlite3.Error):
                connection.close()

    def _next(self) -> dict[Hashable, Job]:
        now = time.monotonic()
        waits = self._retry_at > now or min((job.due for job in self._jobs.values()), default=now + 1) > now
        if not self._jobs or (waits and not self._stopping):
            return {}
        names: list[Hashable] = []
        for name, job in self._jobs.items():
            if len(names) == BATCH or (names and job.alone):
                break
            names.append(name)
            if job.alone:
                break
        return {name: self._jobs.pop(name) for name in names}

    def _pause(self) -> float | None:
        if not self._jobs:
            return None
        due = max(self._retry_at, min(job.due for job in self._jobs.values()))
        return max(0.0, due - time.monotonic())

    def _write(self, batch: dict[Hashable, Job]) -> None:
        try:
            connection = self._connection
            self._connection = self._connect() if connection is None else self._current(connection)
            results = self._transact(self._connection, list(batch.values()))
        except BaseException as error:
            self._put_back(batch, error)
            return
        self._recovered()
        self._work = True
        for (name, job), (value, fault) in zip(batch.items(), results, strict=True):
            self._end(name, job, value, fault)

    def _end(self, name: Hashable, job: Job, value: Any, fault: Exception | None) -> None:
        """Answer whoever waits for a job; what the database refused of the chat is reported and stays in memory."""
        with self._wake:
            self._refused.pop(name, None)
        waiting, job.futures = job.futures, []
        if fault is not None and job.keep:
            _log.error("a change could not be written", exc_info=fault)
            if job.subject is not None or is_refusal(fault):
                self._refuse(name, job, str(fault))
                value, fault = False, None
        for future in waiting:
            if fault is None:
                future.set_result(value)
            else:
                future.set_exception(fault)

    def _refuse(self, name: Hashable, job: Job, words: str) -> None:
        if job.subject is not None:
            with self._wake:
                self._refused[name] = job
        if words != self._refusal:  # each of many messages would say the same
            self._refusal = words
            self._tell(describe(Kind.REFUSED, self._path, words))

    def _transact(
        self, connection: sqlite3.Connection, jobs: list[Job]
    ) -> list[tuple[Any, Exception | None]]:
        if len(jobs) == 1 and jobs[0].alone:
            return [_attempt(connection, jobs[0])]
        connection.execute(f"PRAGMA synchronous = {'FULL' if any(job.synced for job in jobs) else 'NORMAL'}")
        with transaction(connection):
            return [self._attempt_within(connection, job) for job in jobs]

    def _attempt_within(self, connection: sqlite3.Connection, job: Job) -> tuple[Any, Exception | None]:
        connection.execute("SAVEPOINT job")
        value, fault = _attempt(connection, job)
        if fault is not None:
            connection.execute("ROLLBACK TO job")
            self._undone()
        connection.execute("RELEASE job")
        return value, fault

    def _put_back(self, batch: dict[Hashable, Job], error: BaseException) -> None:
        self._undone()
        problem = diagnose(error, self._path)
        # Reported first: whoever hears that a save failed may ask why.
        self._announce(problem)
        kept = {name: job for name, job in batch.items() if job.keep}
        # Taken off first: a job that comes under the same name takes over who waits for the one that is put back.
        waiting = [(job.keep, job.futures) for job in batch.values()]
        for job in batch.values():
            job.futures = []
        with self._wake:
            # What came meanwhile under the same name is newer, but keeps the older one's place.
            self._jobs = {name: self._jobs.get(name, job) for name, job in kept.items()} | self._jobs
            self._retry_at = time.monotonic() + RETRY_S
        for keep, futures in waiting:
            for future in futures:
                if keep:
                    future.set_result(False)
                else:
                    future.set_exception(ArchiveError(problem))

    def _announce(self, problem: ArchiveProblem) -> None:
        if self.problem is None or self.problem.kind != problem.kind:
            self.problem = problem
            self._tell(problem)

    def _recovered(self) -> None:
        if self.problem is not None:
            self.problem = None
            self._tell(describe(Kind.SAVED_AGAIN))

    def _tell(self, problem: ArchiveProblem) -> None:
        try:
            self._report(problem)
        except Exception:
            # Whoever listens must not end the one thread that writes.
            _log.exception("a problem could not be reported: %s", problem.kind)

    def _use_idle_time(self) -> None:
        connection = self._connection
        if connection is None:
            return
        try:
            connection.execute("PRAGMA synchronous = NORMAL")
            self._work = self._idle(connection)
        except BaseException as error:
            # Nothing of the chat is at stake here; the next write tries again.
            self._work = False
            _log.warning("work in idle time failed: %s", error)


def _attempt(connection: sqlite3.Connection, job: Job) -> tuple[Any, Exception | None]:
    """A mistake in one job must not take the others with it; a failing disk must."""
    try:
        return job.run(connection), None
    except Exception as error:
        if is_problem(error):
            raise
        return None, error
    except BaseException as error:
        # One that ends a thread or a loop must end neither this one nor that of whoever waits.
        return None, ArchiveError(diagnose(error))
