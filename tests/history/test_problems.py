"""Real faults: a full disk, a directory that cannot be written, damaged, foreign, newer and locked files."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from glmchat.core.conversation import State
from glmchat.history import Archive, ArchiveProblem, Mode
from glmchat.history.maintenance.backups import backup
from glmchat.history.maintenance.verify import verify
from glmchat.history.problems import Kind, describe
from tests.history.disks import mounted, read_only
from tests.history.talk import Talk, begin
from tests.waiting import until


@pytest.fixture(autouse=True)
def _quick_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glmchat.history.writer.RETRY_S", 0.05)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    if os.name != "posix" or os.getuid() != 0:
        pytest.skip("only root may mount a small file system")
    place = tmp_path / "small"
    place.mkdir()
    with mounted("-t", "tmpfs", "-o", "size=1m", "tmpfs", on=place):
        yield place


def kinds(problems: list[ArchiveProblem]) -> list[Kind]:
    return [problem.kind for problem in problems]


async def test_chat_goes_on_when_the_disk_fills_and_is_saved_when_there_is_room(
    small_disk: Path, problems: list[ArchiveProblem]
) -> None:
    archive = await Archive.open(small_disk / "history.db", problems.append)
    talk = begin(archive)
    await talk.say("before")
    ballast = small_disk / "ballast"
    with pytest.raises(OSError, match="No space"), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    lost = await talk.reply("x" * 300_000)
    assert kinds(problems) == [Kind.FULL]
    assert archive.mode.value == Mode.READ_ONLY.value
    assert archive.problem == problems[0]
    more = await talk.say("and another")
    archive.save_soon(talk.session.id, more)
    archive.drafts.save(talk.session.id, "draft")
    _, conversation = await archive.load(talk.session.id)
    assert [len(conversation.loaded[node.id].content) for node in conversation.path()] == [6, 300_000, 11]
    assert len(await archive.sessions()) == 1
    assert archive.unsaved == 2
    assert not await archive.presence.poll()

    ballast.unlink()
    await until(lambda: archive.problem is None)
    await until(lambda: Kind.SAVED_AGAIN in kinds(problems))
    assert kinds(problems) == [Kind.FULL, Kind.SAVED_AGAIN]
    assert archive.mode.value == Mode.DISK.value
    await archive.close()

    archive = await Archive.open(small_disk / "history.db")
    assert [message.content for message in await archive.messages([lost.id, more.id])] == [
        "x" * 300_000,
        "and another",
    ]
    assert await archive.drafts.get(talk.session.id) == "draft"
    await archive.close()


async def test_streaming_reply_survives_a_full_disk_whole(
    small_disk: Path, problems: list[ArchiveProblem]
) -> None:
    archive = await Archive.open(small_disk / "history.db", problems.append)
    talk = begin(archive)
    reply = await talk.reply("start ", state=State.STREAMING)
    ballast = small_disk / "ballast"
    with pytest.raises(OSError, match="No space"), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    for number in range(50):
        reply = replace(reply, content=reply.content + f"{number} " * 1500)
        archive.save_soon(talk.session.id, reply)
        await asyncio.sleep(0)
    await archive.flush()
    await until(lambda: bool(problems))
    ballast.unlink()
    reply = replace(reply, content=reply.content + "end")
    archive.save_soon(talk.session.id, reply)
    await until(lambda: archive.problem is None)
    await archive.flush()
    assert (await archive.messages([reply.id]))[0].content == reply.content
    await archive.close()


async def test_new_history_on_a_full_disk_keeps_the_chat_in_memory(
    small_disk: Path, problems: list[ArchiveProblem]
) -> None:
    with pytest.raises(OSError, match="No space"), (small_disk / "ballast").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    archive = await Archive.open(small_disk / "history.db", problems.append)
    talk = begin(archive)
    await talk.say("hello")
    assert kinds(problems) == [Kind.FULL]
    assert (await archive.load(talk.session.id))[1].nodes
    assert await archive.sessions() == []
    (small_disk / "ballast").unlink()
    await until(lambda: archive.problem is None)
    assert [row.title for row in await archive.sessions()] == ["hello"]
    await archive.close()


async def test_history_in_a_directory_that_cannot_be_written_is_readable(
    path: Path, problems: list[ArchiveProblem]
) -> None:
    archive = await Archive.open(path)
    old = begin(archive)
    await old.say("an old saying")
    await archive.close()
    with read_only(path.parent):
        archive = await Archive.open(path, problems.append)
        assert kinds(problems) == [Kind.READ_ONLY]
        assert archive.mode is Mode.READ_ONLY
        assert [row.title for row in await archive.sessions()] == ["an old saying"]
        assert [hit.field for hit in await archive.search.find("saying")] == ["title", "content"]
        new = begin(archive)
        said = await new.say("said now")
        assert (await archive.load(new.session.id))[1].loaded[said.id].content == "said now"
        assert await archive.purge() == 0
        await archive.close()


async def test_directory_that_cannot_be_made_keeps_the_chat_in_memory(
    tmp_path: Path, problems: list[ArchiveProblem]
) -> None:
    place = tmp_path / "closed"
    place.mkdir()
    with read_only(place):
        archive = await Archive.open(place / "glmchat" / "history.db", problems.append)
        talk = begin(archive)
        await talk.say("x")
        assert (await archive.load(talk.session.id))[1].nodes
        assert await archive.search.find("x") == []
        assert kinds(problems) == [Kind.READ_ONLY]
        await archive.close()


async def test_directory_that_is_a_file_keeps_the_chat_in_memory(
    tmp_path: Path, problems: list[ArchiveProblem]
) -> None:
    (tmp_path / "data").write_text("not a directory")
    archive = await Archive.open(tmp_path / "data" / "history.db", problems.append)
    await begin(archive).say("x")
    assert kinds(problems) == [Kind.UNREACHABLE]
    await archive.close()


async def hands_off(path: Path, problems: list[ArchiveProblem], kind: Kind) -> None:
    before = path.read_bytes()
    archive = await Archive.open(path, problems.append)
    assert kinds(problems) == [kind]
    assert archive.problem == problems[0]
    assert archive.mode is Mode.MEMORY
    assert await archive.presence.enter(1) == 0 and await archive.presence.exit(1)
    talk = begin(archive)
    await talk.say("words in memory")
    assert len(await archive.search.find("words")) == 2
    assert [row.title for row in await archive.sessions()] == ["words in memory"]
    await archive.close()
    assert path.read_bytes() == before
    assert [place.name for place in path.parent.iterdir()] == [path.name]


async def test_file_that_is_no_database_is_left_alone(path: Path, problems: list[ArchiveProblem]) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is not a database, it is a letter" * 200)
    await hands_off(path, problems, Kind.CORRUPT)


async def test_database_of_another_program_is_left_alone(path: Path, problems: list[ArchiveProblem]) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE sessions (x)")
    connection.commit()
    connection.close()
    await hands_off(path, problems, Kind.FOREIGN)


async def test_database_of_a_newer_version_is_left_alone(path: Path, problems: list[ArchiveProblem]) -> None:
    await (await Archive.open(path)).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.commit()
    connection.close()
    await hands_off(path, problems, Kind.NEWER)


async def test_database_damaged_inside_is_told_and_the_chat_goes_on(
    path: Path, problems: list[ArchiveProblem]
) -> None:
    archive = await Archive.open(path)
    for number in range(30):
        await begin(archive).say(f"words {number} " * 300)
    await archive.close()
    whole = bytearray(path.read_bytes())
    for page in range(4, len(whole) // 4096):
        whole[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(whole)
    archive = await Archive.open(path, problems.append)
    talk = begin(archive)
    said = await talk.say("still here")
    await archive.flush()
    assert Kind.CORRUPT in kinds(problems)
    _, conversation = await archive.load(talk.session.id)
    assert conversation.loaded[said.id].content == "still here"
    await archive.close()


async def test_history_held_by_another_program_is_waited_for(
    path: Path, problems: list[ArchiveProblem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glmchat.history.connection.BUSY_TIMEOUT_MS", 50)
    archive = await Archive.open(path, problems.append)
    talk = begin(archive)
    await talk.say("before")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    said = await talk.say("while it was held")
    assert kinds(problems) == [Kind.LOCKED]
    assert (await archive.load(talk.session.id))[1].loaded[said.id].content == "while it was held"
    holder.execute("COMMIT")
    holder.close()
    await until(lambda: archive.problem is None)
    assert [message.content for message in await archive.messages([said.id])] == ["while it was held"]
    await archive.close()


async def test_file_system_without_shared_memory_is_told_and_works(
    path: Path, problems: list[ArchiveProblem], monkeypatch: pytest.MonkeyPatch
) -> None:
    # SQLite's own file layer that locks by files beside the database has no shared memory, as on some networks.
    whole = sqlite3.connect

    def connect(target: str, **how: bool) -> sqlite3.Connection:
        return whole(target + ("&vfs=unix-dotfile" if "?" in target else ""), **how)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sqlite3, "connect", connect)
    archive = await Archive.open(path, problems.append)
    talk = begin(archive)
    said = await talk.say("slowly")
    assert kinds(problems) == [Kind.NO_WAL]
    assert archive.mode is Mode.DISK
    assert [message.content for message in await archive.messages([said.id])] == ["slowly"]
    await archive.close()


async def test_mistake_in_one_job_does_not_take_the_others_with_it(archive: Archive, talk: Talk) -> None:
    await talk.say("first")
    wrong = archive.update_session(talk.session.id, title=object())
    results = await asyncio.gather(wrong, talk.say("second"), return_exceptions=True)
    assert isinstance(results[0], Exception)
    assert archive.problem is None
    assert (await archive.sessions())[0].messages == 2


@pytest.mark.parametrize("kind", list(Kind))
def test_every_condition_has_a_sentence_and_names_no_exception(kind: Kind) -> None:
    problem = describe(kind, Path("/data/history.db"), "disk I/O error")
    assert problem.sentence.endswith(".")
    assert "Error" not in problem.sentence
    assert "{" not in problem.sentence + problem.advice
    assert problem.advice or kind is Kind.SAVED_AGAIN


async def test_a_file_system_without_locks_is_told_at_once_and_old_sessions_are_read(
    path: Path, problems: list[ArchiveProblem], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = await Archive.open(path)
    said = await begin(archive).say("where there were locks")
    await archive.close()

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.lockf", refuse)
    # SQLite would wait for a lock, each time for seconds: nothing may open the file so that it wants one.
    whole = sqlite3.connect

    def connect(target: str, **how: bool) -> sqlite3.Connection:
        assert "immutable=1" in target or "memory" in target
        return whole(target, **how)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sqlite3, "connect", connect)
    archive = await Archive.open(path, problems.append)
    assert kinds(problems) == [Kind.NO_LOCKS] and "takes no locks" in problems[0].message()
    assert archive.mode is Mode.READ_ONLY
    assert [message.content for message in await archive.messages([said.id])] == ["where there were locks"]
    new = begin(archive)
    spoken = await new.say("said now")
    assert (await archive.load(new.session.id))[1].loaded[spoken.id].content == "said now"
    assert verify(path) == []
    with pytest.raises(OSError, match="No locks"):
        backup(path)
    await archive.close()
