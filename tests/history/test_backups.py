from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

import pytest

from glmchat.history import Archive, ArchiveTrouble, backups, care, processes
from glmchat.history.trouble import Kind
from tests.history.talk import Talk, begin


async def test_backup_holds_what_was_said_while_the_archive_is_open(
    archive: Archive, talk: Talk, path: Path, tmp_path: Path
) -> None:
    said = await talk.say("keep me")
    copy = backups.backup(path, tmp_path / "copy.db")
    await talk.say("said afterwards")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert backups.verify(copy) == []
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
        (backups.directory(path)).mkdir(exist_ok=True)
        (backups.directory(path) / f"history-2020-01-0{day}-000000.db").write_bytes(b"")
    made = backups.backup(path)
    names = [place.name for place in backups.found(path)]
    assert names == [made.name, "history-2020-01-05-000000.db", "history-2020-01-04-000000.db"]


async def test_daily_backup_is_made_once_a_day(archive: Archive, talk: Talk, path: Path) -> None:
    await archive.tidy()
    assert backups.found(path) == []
    await talk.say("x")
    await archive.tidy()
    (first,) = backups.found(path)
    assert backups.verify(first) == []
    made = first.stat()
    await archive.tidy()
    assert backups.found(path) == [first]
    assert (first.stat().st_ino, first.stat().st_mtime_ns) == (made.st_ino, made.st_mtime_ns)
    yesterday = time.time() - care.DAY_S - 1
    os.utime(first, (yesterday, yesterday))
    older = [first.with_name(f"history-2020-01-0{day}-000000.db") for day in (1, 2, 3)]
    for place in older:
        shutil.copy2(first, place)
    first.unlink()
    await archive.tidy()
    newest, *rest = backups.found(path)
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


async def test_verify_tells_what_is_wrong(archive: Archive, talk: Talk, path: Path, tmp_path: Path) -> None:
    said = await talk.say("x" * 20_000)
    assert backups.verify(path) == []
    await archive.close()
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM texts")
    connection.commit()
    connection.close()
    assert backups.verify(path) == ["1 messages have lost their text."]
    assert said
    (tmp_path / "letter").write_text("dear reader, " * 400)
    assert (
        "damaged" in backups.verify(tmp_path / "letter")[0]
        or "cannot be read" in backups.verify(tmp_path / "letter")[0]
    )


async def test_damage_is_found_in_the_background_after_an_unclean_end(
    path: Path, troubles: list[ArchiveTrouble]
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
    archive = await Archive.open(path, troubles.append)
    await archive.tidy()
    await archive.flush()
    assert Kind.CORRUPT in [trouble.kind for trouble in troubles]
    await archive.close()
