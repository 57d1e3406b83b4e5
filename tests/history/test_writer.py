"""The thread that writes: what becomes of jobs that fail, and of jobs that another takes the place of."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from glmchat.history.problems import ArchiveProblem
from glmchat.history.writer import Job, Writer

LONGEST_S = 60


@pytest.fixture
def told() -> list[ArchiveProblem]:
    return []


@pytest.fixture
def writer(tmp_path: Path, told: list[ArchiveProblem], monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    monkeypatch.setattr("glmchat.history.writer.RETRY_S", 0.01)

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(tmp_path / "some.db", isolation_level=None, check_same_thread=False)
        connection.execute("CREATE TABLE IF NOT EXISTS words (word TEXT)")
        return connection

    made = Writer(connect, told.append, lambda connection: False, lambda: None)
    made.start()
    yield made
    made.stop(LONGEST_S)
    assert not made.is_alive()


def words(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT word FROM words")]


def saying(word: str) -> Job:
    return Job(lambda connection: connection.execute("INSERT INTO words VALUES (?)", (word,)).rowcount)


def test_what_a_job_wrote_before_it_failed_is_taken_back_and_the_others_stay(writer: Writer) -> None:
    go = threading.Event()

    def failing(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO words VALUES ('half')")
        raise ValueError("a mistake")

    writer.put(Job(lambda connection: go.wait(LONGEST_S)))
    jobs = [writer.put(job) for job in (saying("before"), Job(failing), saying("after"))]
    go.set()
    with pytest.raises(ValueError, match="a mistake"):
        jobs[1].result(LONGEST_S)
    assert writer.put(Job(words)).result(LONGEST_S) == ["before", "after"]


def test_who_waits_for_a_job_is_told_when_another_took_its_place(writer: Writer) -> None:
    go = threading.Event()
    writer.put(Job(lambda connection: go.wait(LONGEST_S)))
    first, second = (writer.put(saying(word), key="reply") for word in ("older", "newer"))
    go.set()
    assert (first.result(LONGEST_S), second.result(LONGEST_S)) == (1, 1)
    assert writer.put(Job(words)).result(LONGEST_S) == ["newer"]


def test_what_came_while_the_disk_failed_is_written_instead_of_what_failed(
    writer: Writer, told: list[ArchiveProblem]
) -> None:
    begun, newer_is_there = threading.Event(), threading.Event()
    fails = iter([True])

    def older(connection: sqlite3.Connection) -> None:
        begun.set()
        newer_is_there.wait(LONGEST_S)
        if next(fails, False):
            raise OSError(28, "No space left on device")
        connection.execute("INSERT INTO words VALUES ('older')")

    failed = writer.put(Job(older), key="reply")
    assert begun.wait(LONGEST_S)
    writer.put(saying("newer"), key="reply")
    newer_is_there.set()
    assert failed.result(LONGEST_S) is False
    last = writer.put(Job(words, keep=False))
    assert last.result(LONGEST_S) == ["newer"]
    assert len(told) == 2


@pytest.mark.parametrize(("synced", "level"), [(True, 2), (False, 1)])
def test_the_disk_is_waited_for_where_a_job_asks_for_it_only(
    writer: Writer, synced: bool, level: int
) -> None:
    def asked(connection: sqlite3.Connection) -> int:
        return int(connection.execute("PRAGMA synchronous").fetchone()[0])

    assert writer.put(Job(asked, synced=synced)).result(LONGEST_S) == level


def test_a_job_that_comes_while_a_failed_one_is_put_back_takes_over_who_waits_for_it(
    writer: Writer, told: list[ArchiveProblem], monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = iter([True])
    comes = iter([True])

    def older(connection: sqlite3.Connection) -> None:
        if next(fails, False):
            raise OSError(28, "No space left on device")

    class Meanwhile(Future[bool]):
        """The answer for the older job; just then the newer one comes."""

        def set_result(self, result: bool) -> None:
            if next(comes, False):
                writer.put(saying("newer"), key="reply")
            super().set_result(result)

    monkeypatch.setattr("glmchat.history.writer.Future", Meanwhile)
    failed = writer.put(Job(older), key="reply")
    assert failed.result(LONGEST_S) is False
    assert writer.put(Job(words, keep=False)).result(LONGEST_S) == ["newer"]
    assert writer.is_alive()


def test_one_who_hears_of_a_condition_cannot_end_the_thread_that_writes(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deaf(problem: ArchiveProblem) -> None:
        raise RuntimeError("nobody listens")

    monkeypatch.setattr(writer, "_report", deaf)
    fails = iter([True])

    def once(connection: sqlite3.Connection) -> None:
        if next(fails, False):
            raise OSError(28, "No space left on device")

    assert writer.put(Job(once)).result(LONGEST_S) is False
    assert writer.put(Job(words, keep=False)).result(LONGEST_S) == []
