from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

import pytest

from glmchat.history import Archive, ArchiveProblem, processes, schema
from glmchat.history.maintenance import backups, kept_backups
from glmchat.history.maintenance.verify import verify
from glmchat.history.problems import Kind
from tests.history.talk import Talk, begin
from tests.waiting import until

STORED = Path(__file__).parent / "stored"


async def test_backup_holds_what_was_said_while_the_archive_is_open(
    archive: Archive, talk: Talk, path: Path, tmp_path: Path
) -> None:
    said = await talk.say("keep me")
    copy = backups.backup(path, tmp_path / "copy.db")
    await talk.say("said afterwards")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert verify(copy) == []
    with closing(sqlite3.connect(copy)) as connection:  # one file, with no log that must go along
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    other = await Archive.open(copy)
    _, conversation = await other.load(talk.session.id)
    assert list(conversation.nodes) == [said.id]
    await other.close()


async def test_three_backups_are_kept_and_the_newest_is_first(
    archive: Archive, talk: Talk, path: Path
) -> None:
    await talk.say("x")
    for day in range(1, 6):
        (kept_backups.directory(path)).mkdir(exist_ok=True)
        (kept_backups.directory(path) / f"history-2020-01-0{day}-000000.db").write_bytes(b"")
    made = backups.backup(path)
    names = [place.name for place in kept_backups.found(path)]
    assert names == [made.name, "history-2020-01-05-000000.db", "history-2020-01-04-000000.db"]


async def test_a_backup_is_the_newest_whatever_the_clock_said_before(
    archive: Archive, talk: Talk, path: Path
) -> None:
    await talk.say("x")
    kept_backups.directory(path).mkdir(exist_ok=True)
    for year in (2035, 2036, 2037):  # of an earlier version, and of a clock that was ahead
        (kept_backups.directory(path) / f"history-{year}-01-01-000000.db").write_bytes(b"")
    made = [backups.backup(path) for _ in range(3)]
    assert kept_backups.found(path) == [made[2], made[1], made[0]]
    assert len(set(made)) == 3


@pytest.mark.parametrize("when", ["name", "time"])
async def test_a_backup_of_the_future_does_not_stop_the_daily_ones(
    archive: Archive, talk: Talk, path: Path, when: str
) -> None:
    await talk.say("x")
    made = backups.backup(path)
    if when == "name":
        made = made.rename(made.with_name("history-2999-01-01-000000-7.db"))
    else:
        ahead = time.time() + 10 * 365 * kept_backups.DAY_S
        os.utime(made, (ahead, ahead))
    await archive.maintenance.tidy()
    newest, other = kept_backups.found(path)
    assert other == made
    await archive.maintenance.tidy()
    assert kept_backups.found(path) == [newest, other]


async def test_what_was_never_finished_is_removed_after_a_day(
    archive: Archive, talk: Talk, path: Path
) -> None:
    await talk.say("x")
    kept_backups.directory(path).mkdir(exist_ok=True)
    left, fresh = (kept_backups.directory(path) / f".history-{n}.partial" for n in (1, 2))
    left.write_bytes(b"half")
    fresh.write_bytes(b"another process writes it now")
    os.utime(left, (1, 1))
    backups.backup(path)
    assert (left.exists(), fresh.exists()) == (False, True)


def spoil(path: Path, table: str) -> None:
    """Overwrite some bytes at the beginning of a table, as a failing disk does."""
    connection = sqlite3.connect(path)
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    data = bytearray(path.read_bytes())
    data[(root - 1) * 4096 + 2 : (root - 1) * 4096 + 32] = b"\x77" * 30
    path.write_bytes(data)


async def filled(path: Path, problems: list[ArchiveProblem] | None = None) -> Archive:
    archive = await Archive.open(path, (problems if problems is not None else []).append)
    for number in range(40):
        await begin(archive).say(f"some words {number} " * 200)
    return archive


async def test_damage_is_not_copied_and_no_sound_backup_goes_for_it(
    path: Path, problems: list[ArchiveProblem]
) -> None:
    await (await filled(path)).close()
    sound = [backups.backup(path) for _ in range(3)]
    old = time.time() - 2 * kept_backups.DAY_S
    for each in sound:
        os.utime(each, (old, old))
    spoil(path, "texts")
    for _ in range(3):
        with pytest.raises(backups.DamagedError):
            backups.backup(path)
        with pytest.raises(backups.DamagedError):
            backups.backup(path, path.with_name("elsewhere.db"))
    assert not path.with_name("elsewhere.db").exists()
    archive = await Archive.open(path, problems.append)
    await archive.maintenance.tidy()
    await until(lambda: bool(problems))
    assert [problem.kind for problem in problems] == [Kind.DAMAGED]
    assert "sessions restore" in problems[0].advice
    await archive.close()
    assert kept_backups.found(path) == sound[::-1]
    assert [verify(each) for each in sound] == [[], [], []]
    assert [each.name for each in kept_backups.directory(path).iterdir() if each not in sound] == []


async def test_a_backup_that_cannot_be_written_is_told(
    path: Path, problems: list[ArchiveProblem], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = await filled(path, problems)
    kept_backups.directory(path).write_text("a file where the directory should be")
    await archive.maintenance.tidy()
    await until(lambda: bool(problems))
    assert [problem.kind for problem in problems] == [Kind.NO_BACKUP]
    assert await archive.flush()
    await archive.close()


async def test_daily_backup_is_made_once_a_day(archive: Archive, talk: Talk, path: Path) -> None:
    await archive.maintenance.tidy()
    assert kept_backups.found(path) == []
    await talk.say("x")
    await archive.maintenance.tidy()
    (first,) = kept_backups.found(path)
    assert verify(first) == []
    made = first.stat()
    await archive.maintenance.tidy()
    assert kept_backups.found(path) == [first]
    assert (first.stat().st_ino, first.stat().st_mtime_ns) == (made.st_ino, made.st_mtime_ns)
    yesterday = time.time() - kept_backups.DAY_S - 1
    os.utime(first, (yesterday, yesterday))
    older = [first.with_name(f"history-2020-01-0{day}-000000.db") for day in (1, 2, 3)]
    for place in older:
        shutil.copy2(first, place)
    first.unlink()
    await archive.maintenance.tidy()
    newest, *rest = kept_backups.found(path)
    assert newest not in older
    assert rest == [older[2], older[1]]


async def test_restored_history_is_the_one_of_the_backup(archive: Archive, talk: Talk, path: Path) -> None:
    await talk.say("in the backup")
    copy = backups.backup(path)
    await talk.say("after the backup")
    with pytest.raises(backups.RestoreRefused, match="open in another glmchat"):
        backups.restore(path, copy)
    await archive.close()
    aside = backups.restore(path, copy)
    assert aside is not None
    restored, replaced = await Archive.open(path), await Archive.open(aside)
    assert (await restored.sessions())[0].messages == 1
    assert (await replaced.sessions())[0].messages == 2
    await restored.close()
    await replaced.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_restore_mends_a_damaged_history(archive: Archive, talk: Talk, path: Path) -> None:
    await talk.say("safe")
    copy = backups.backup(path)
    await archive.close()
    path.write_bytes(b"rubbish" * 1000)
    assert backups.restore(path, copy) is not None
    again = await Archive.open(path)
    assert [row.title for row in await again.sessions()] == ["safe"]
    await again.close()


async def test_damaged_backup_is_not_restored(
    archive: Archive, talk: Talk, path: Path, tmp_path: Path
) -> None:
    await talk.say("safe")
    await archive.close()
    before = path.read_bytes()
    bad = tmp_path / "bad.db"
    bad.write_bytes(before[:4096] + b"\xff" * 8192)
    with pytest.raises(backups.RestoreRefused, match="damaged"):
        backups.restore(path, bad)
    assert path.read_bytes() == before
    with pytest.raises(FileNotFoundError):
        backups.restore(path, tmp_path / "none.db")


FOREIGN = {
    "trigger": "CREATE TRIGGER x AFTER INSERT ON messages BEGIN DELETE FROM sessions; END",
    "view": "CREATE VIEW x AS SELECT 1",
    "table": "CREATE TABLE x (y)",
    "index": "CREATE INDEX x ON prompts (text)",
    "missing": "DROP TABLE learned",
    "changed": "ALTER TABLE sessions ADD COLUMN x",
    "replaced": "DROP TABLE models; CREATE VIEW models AS SELECT 1 AS endpoint, 2 AS list, 3 AS fetched",
    "shadow": "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE search_content_data"
    "(id INTEGER PRIMARY KEY, block BLOB DEFAULT 1)' WHERE name = 'search_content_data'",
}


@pytest.mark.parametrize("how", FOREIGN)
async def test_a_backup_with_tables_that_are_not_ours_is_not_restored(
    archive: Archive, talk: Talk, path: Path, how: str
) -> None:
    await talk.say("safe")
    copy = backups.backup(path)
    await archive.close()
    connection = sqlite3.connect(copy)
    connection.executescript(FOREIGN[how])
    connection.close()
    before = path.read_bytes()
    with pytest.raises(
        backups.RestoreRefused, match=r"glmchat did not make|not as glmchat makes it|is missing"
    ):
        backups.restore(path, copy)
    assert path.read_bytes() == before
    assert verify(copy)


@pytest.mark.parametrize("version", range(1, len(schema.MIGRATIONS) + 1))
async def test_a_backup_of_each_version_and_one_with_statistics_is_restored(path: Path, version: int) -> None:
    path.parent.mkdir()
    source = path.with_name("source.db")
    source.write_bytes(gzip.decompress((STORED / f"v{version}.db.gz").read_bytes()))
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("ANALYZE")
    assert backups.restore(path, source) is None
    archive = await Archive.open(path)
    assert len(await archive.sessions()) == 1
    await archive.close()


async def test_a_history_that_gives_way_twice_in_a_second_is_kept_twice(path: Path) -> None:
    await (await filled(path)).close()
    copy = backups.backup(path)
    assert len({backups.restore(path, copy) for _ in range(3)}) == 3
    assert len(list(path.parent.glob("history-replaced-*.db"))) == 3


async def test_verify_tells_what_is_wrong(archive: Archive, talk: Talk, path: Path, tmp_path: Path) -> None:
    said = await talk.say("x" * 20_000)
    assert verify(path) == []
    await archive.close()
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM texts")
    connection.commit()
    connection.close()
    assert verify(path) == ["1 message has lost its text."]
    assert said
    (tmp_path / "letter").write_text("dear reader, " * 400)
    assert "damaged" in verify(tmp_path / "letter")[0] or "cannot be read" in verify(tmp_path / "letter")[0]


async def test_damage_is_found_in_the_background_after_an_unclean_end(
    path: Path, problems: list[ArchiveProblem]
) -> None:
    archive = await Archive.open(path)
    for number in range(40):
        await begin(archive).say(f"some words {number} " * 200)
    await archive.close()
    connection = sqlite3.connect(path)
    # A process that is gone, as after kill -9; and a page of texts that a failing disk has spoilt.
    connection.execute("INSERT INTO processes VALUES (1, ?, 999999999, '', 0)", (processes.machine(),))
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'logprobs'").fetchone()[0]
    connection.commit()
    connection.close()
    data = bytearray(path.read_bytes())
    data[(root - 1) * 4096 : root * 4096] = b"\x77" * 4096
    path.write_bytes(data)
    archive = await Archive.open(path, problems.append)
    await archive.maintenance.tidy()
    await archive.flush()
    assert Kind.DAMAGED in [problem.kind for problem in problems]
    await archive.close()
