"""Copies of the database: making one while it is in use, checking one, going back to one."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from glmchat.history import processes, schema
from glmchat.history.connection import connect, prepare

KEPT = 3
# Pages copied between two looks at whether to stop: some 16 MB.
_PAGES = 4096


class BackupStoppedError(Exception):
    """A backup was given up because the program ends."""


class RestoreRefused(ValueError):
    """A backup that is not gone back to; the text says why and what to do."""


def directory(path: Path) -> Path:
    """Where the backups of a database lie."""
    return path.parent / "backups"


def name_for(path: Path) -> Path:
    """The name of a backup that is made now."""
    return directory(path) / f"{path.stem}-{time.strftime('%Y-%m-%d-%H%M%S')}{path.suffix}"


def found(path: Path) -> list[Path]:
    """The backups of a database, the newest first."""
    return sorted(directory(path).glob(f"{path.stem}-*{path.suffix}"), reverse=True)


def drop_old(path: Path) -> None:
    """Keep the three newest backups."""
    for old in found(path)[KEPT:]:
        old.unlink(missing_ok=True)


def copy(source: sqlite3.Connection, target: Path, stopping: Callable[[], bool] = lambda: False) -> Path:
    """Copy what a connection sees to a new file, whole or not at all; raises sqlite3.Error or OSError.

    With a transaction open on `source` the copy is of that moment, however much is written meanwhile.
    """
    pages = (
        source.execute("PRAGMA page_count").fetchone()[0] * source.execute("PRAGMA page_size").fetchone()[0]
    )
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    prepare(partial)
    if shutil.disk_usage(partial.parent).free < pages * 1.1:
        partial.unlink()
        raise OSError(28, "there is not enough room for a backup")

    def look(status: int, remaining: int, total: int) -> None:
        if stopping():
            raise BackupStoppedError

    try:
        into = sqlite3.connect(partial)
        try:
            source.backup(into, pages=_PAGES, progress=look, sleep=0.01)
            # A copy is one file: whoever carries it away takes all of it.
            into.execute("PRAGMA journal_mode = DELETE")
        finally:
            into.close()
        _sync(partial)
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return target


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def backup(path: Path, target: Path | None = None) -> Path:
    """Copy a database to `target`, or to its directory of backups; raises sqlite3.Error or OSError.

    Also while glmchat has it open. Returns where the copy is.
    """
    connection = connect(path, write=False)
    try:
        connection.execute("BEGIN")
        schema.check(connection)
        made = copy(connection, target or name_for(path))
    finally:
        connection.close()
    if target is None:
        drop_old(path)
    return made


def verify(path: Path, quick: bool = False) -> list[str]:
    """What is wrong with a database, in sentences, an empty list for nothing; raises OSError where there is none."""
    if not path.exists():
        raise FileNotFoundError(2, "There is no such file", str(path))
    try:
        connection = connect(path, write=False, immutable=not os.access(path.parent, os.W_OK))
    except sqlite3.DatabaseError as error:
        return [f"The file cannot be read as a database: {error}."]
    try:
        return list(_problems(connection, quick))
    except schema.NewerSchemaError:
        return ["The file was written by a newer glmchat."]
    except schema.ForeignDatabaseError:
        return ["The file is a database, but not a history of glmchat."]
    except sqlite3.DatabaseError as error:
        return [f"The file is damaged: {error}."]
    finally:
        connection.close()


def _problems(connection: sqlite3.Connection, quick: bool) -> list[str]:
    schema.check(connection)
    rows = connection.execute(f"PRAGMA {'quick_check' if quick else 'integrity_check'}(20)").fetchall()
    out = [f"The file is damaged: {answer}." for (answer,) in rows if answer != "ok"]
    if quick or out:
        return out
    out += [
        f"A row of {table} belongs to a row of {parent} that is not there."
        for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(20)
    ]
    lost = connection.execute(
        "SELECT count(*) FROM messages m LEFT JOIN texts t USING (seq) WHERE t.seq IS NULL"
    ).fetchone()[0]
    if lost:
        out.append(f"{lost} messages have lost their text.")
    return out


def restore(path: Path, source: Path) -> Path | None:
    """Put a backup in the place of a database; returns where the one before was moved to, None where was none.

    Raises RestoreRefused when the backup is damaged or the database is open elsewhere, OSError or sqlite3.Error
    when the disk does not take it; the database is then as it was.
    """
    problems = verify(source, quick=True)
    if problems:
        raise RestoreRefused(f"{source} was not restored. {problems[0]}")
    if path.exists() and _in_use(path):
        raise RestoreRefused("The history is open in another glmchat. Close it, then restore again.")
    fresh = path.with_name(path.name + ".restored")
    connection = connect(source, write=False, immutable=not os.access(source.parent, os.W_OK))
    try:
        connection.execute("BEGIN")
        copy(connection, fresh)
    finally:
        connection.close()
    aside = None
    if path.exists():
        aside = path.with_name(f"{path.stem}-replaced-{time.strftime('%Y-%m-%d-%H%M%S')}{path.suffix}")
        path.rename(aside)
        for ending in ("-wal", "-shm"):
            beside = path.with_name(path.name + ending)
            if beside.exists():
                beside.rename(aside.with_name(aside.name + ending))
    fresh.rename(path)
    return aside


def _in_use(path: Path) -> bool:
    try:
        connection = connect(path, write=False)
    except sqlite3.Error:
        return False
    try:
        everyone = connection.execute("SELECT count(*) FROM processes").fetchone()[0]
        return bool(everyone > len(processes.dead(connection)))
    except sqlite3.Error:
        # Too damaged to tell, which is why it is replaced.
        return False
    finally:
        connection.close()
