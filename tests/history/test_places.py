"""What else may stand where the history should: nothing, an empty file, another file, a pipe, a directory."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from glmchat.core.conversation import State
from glmchat.history import Archive, ArchiveProblem, Mode
from glmchat.history.maintenance import backups, kept_backups
from glmchat.history.maintenance.verify import verify
from glmchat.history.problems import Kind
from glmchat.support.paths import NotAFileError
from tests.history.talk import begin
from tests.places import SHAPES, barred
from tests.waiting import until


@pytest.fixture(autouse=True)
def _quick_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glmchat.history.writer.RETRY_S", 0.02)


async def kept(path: Path) -> None:
    """A history with a backup beside it."""
    archive = await Archive.open(path)
    await begin(archive).say("said before")
    await archive.close()
    backups.backup(path)


def kinds(problems: list[ArchiveProblem]) -> list[Kind]:
    return [problem.kind for problem in problems]


async def test_an_empty_file_beside_backups_is_not_taken_for_a_new_history(
    path: Path, problems: list[ArchiveProblem]
) -> None:
    await kept(path)
    path.write_bytes(b"")
    log = path.with_name("history.db-wal")
    log.write_bytes(b"what was said last")
    archive = await Archive.open(path, problems.append)
    assert kinds(problems) == [Kind.EMPTIED]
    assert "sessions restore" in problems[0].advice
    assert archive.mode is Mode.MEMORY
    await begin(archive).say("kept in memory")
    await archive.maintenance.tidy()
    await archive.close()
    assert (path.read_bytes(), log.read_bytes()) == (b"", b"what was said last")
    (copy,) = kept_backups.found(path)
    backups.restore(path, copy)
    archive = await Archive.open(path)
    assert [row.title for row in await archive.sessions()] == ["said before"]
    await archive.close()


async def test_a_database_without_tables_beside_backups_is_not_taken_for_a_new_history(
    path: Path, problems: list[ArchiveProblem]
) -> None:
    await kept(path)
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("VACUUM")
    connection.close()
    assert path.stat().st_size
    archive = await Archive.open(path, problems.append)
    assert kinds(problems) == [Kind.EMPTIED]
    await archive.close()
    assert verify(path) == ["The file is empty."]


@pytest.mark.parametrize("beside", ["nothing", "an empty backup"])
async def test_an_empty_file_without_a_backup_becomes_a_history(
    path: Path, problems: list[ArchiveProblem], beside: str
) -> None:
    path.parent.mkdir()
    path.touch()
    if beside != "nothing":
        kept_backups.directory(path).mkdir()
        (kept_backups.directory(path) / "history-2026-01-01-000000.db").touch()
    archive = await Archive.open(path, problems.append)
    await begin(archive).say("x")
    assert (problems, len(await archive.sessions())) == ([], 1)
    await archive.close()


@pytest.mark.parametrize("removed", ["database", "database and logs", "directory", "directory above"])
async def test_a_history_that_is_taken_away_is_written_again_with_all_that_was_in_it(
    tmp_path: Path, problems: list[ArchiveProblem], removed: str
) -> None:
    path = tmp_path / "data" / "glmchat" / "history.db"
    archive = await Archive.open(path, problems.append)
    old = begin(archive)
    await old.say("said before")
    talk = begin(archive)
    await talk.say("a question")
    await talk.reply("half a ", state=State.STREAMING)
    await archive.sessions()
    if removed == "database":
        path.unlink()
    elif removed == "database and logs":
        for place in path.parent.glob("history.db*"):
            place.unlink()
    else:
        shutil.rmtree(path.parent if removed == "directory" else path.parent.parent)
    said = await talk.say("and on")
    assert archive.problem is None
    await until(lambda: bool(problems))
    assert kinds(problems) == [Kind.MOVED]
    assert len(await archive.sessions()) == 2
    await talk.say("and on and on")
    await archive.close()
    assert kinds(problems) == [Kind.MOVED]
    assert verify(path) == []
    archive = await Archive.open(path)
    assert {row.title for row in await archive.sessions()} == {"said before", "a question"}
    assert [each.content for each in await archive.messages([said.id])] == ["and on"]
    await archive.close()


async def test_a_history_that_is_taken_away_is_noticed_without_a_word_being_said(
    path: Path, problems: list[ArchiveProblem]
) -> None:
    archive = await Archive.open(path, problems.append)
    await begin(archive).say("x")
    shutil.rmtree(path.parent)
    await archive.presence.poll()
    await until(lambda: bool(problems))
    assert path.exists()
    await archive.close()


async def test_what_cannot_be_written_again_is_kept_in_memory_until_it_can(
    tmp_path: Path, problems: list[ArchiveProblem]
) -> None:
    path = tmp_path / "data" / "history.db"
    archive = await Archive.open(path, problems.append)
    talk = begin(archive)
    await talk.say("x")
    shutil.rmtree(path.parent)
    path.parent.write_text("a file where the directory was")
    said = await talk.say("in memory")
    assert archive.unsaved == 1
    assert (await archive.load(talk.session.id))[1].loaded[said.id].content == "in memory"
    path.parent.unlink()
    await until(lambda: archive.problem is None)
    assert (await archive.sessions())[0].messages == 2
    await archive.close()
    assert verify(path) == []


async def test_another_file_in_the_place_of_the_history_is_used_and_what_was_open_is_kept_beside(
    path: Path, tmp_path: Path, problems: list[ArchiveProblem]
) -> None:
    other = await Archive.open(tmp_path / "other.db")
    await begin(other).say("of the other")
    await other.close()
    archive = await Archive.open(path, problems.append)
    talk = begin(archive)
    await talk.say("of the first")
    await archive.sessions()
    (tmp_path / "other.db").replace(path)
    said = await talk.say("goes on")
    await until(lambda: bool(problems))
    assert kinds(problems) == [Kind.REPLACED]
    (aside,) = path.parent.glob("history-replaced-*.db")
    assert str(aside) in problems[0].sentence
    assert len(await archive.sessions()) == 2
    assert (await archive.load(talk.session.id))[1].loaded[said.id].content == "goes on"
    await archive.close()
    assert (verify(path), verify(aside)) == ([], [])
    first = await Archive.open(aside)
    assert [row.title for row in await first.sessions()] == ["of the first"]
    await first.close()


async def test_a_foreign_file_in_the_place_of_the_history_is_left_alone_and_nothing_is_lost(
    path: Path, problems: list[ArchiveProblem]
) -> None:
    archive = await Archive.open(path, problems.append)
    talk = begin(archive)
    await talk.say("before")
    for place in path.parent.glob("history.db*"):
        place.unlink()
    path.write_bytes(b"no database at all" * 300)
    said = await talk.say("in memory")
    assert kinds(problems) == [Kind.CORRUPT]
    assert archive.unsaved == 1
    path.unlink()
    await until(lambda: archive.problem is None)
    assert [each.content for each in await archive.messages([said.id])] == ["in memory"]
    await archive.close()
    assert not list(path.parent.glob("history-replaced-*.db"))


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_place_that_cannot_be_looked_at_is_told_and_the_chat_goes_on_in_memory(
    tmp_path: Path, problems: list[ArchiveProblem], shape: str
) -> None:
    archive = await Archive.open(barred(tmp_path / "barred", shape) / "data" / "history.db", problems.append)
    assert (archive.mode, kinds(problems)) == (Mode.READ_ONLY, [Kind.UNREACHABLE])
    talk = begin(archive)
    said = await talk.say("in memory")
    assert (await archive.load(talk.session.id))[1].loaded[said.id].content == "in memory"
    assert await archive.search.find("memory") == [] and await archive.sessions() == []
    await archive.close()


@pytest.mark.parametrize("ending", ["", "-wal", "-shm"])
@pytest.mark.parametrize("kind", ["pipe", "directory", "device"])
async def test_what_is_no_file_is_not_waited_for(
    path: Path, problems: list[ArchiveProblem], kind: str, ending: str
) -> None:
    await kept(path)
    place = path.with_name(path.name + ending)
    place.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "directory":
        place.mkdir()
    else:
        place.symlink_to("/dev/zero")
    archive = await Archive.open(path, problems.append)
    assert kinds(problems) == [Kind.NOT_A_FILE]
    await begin(archive).say("kept in memory")
    await archive.close()
    with pytest.raises(NotAFileError):
        verify(path)
    with pytest.raises(NotAFileError):
        backups.backup(path)
