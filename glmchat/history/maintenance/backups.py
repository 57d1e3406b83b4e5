"""Copies of the database: making one while it is in use, and going back to one."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from glmchat.history import contents, processes, schema
from glmchat.history.connection import connect, is_still, refuse_without_locks
from glmchat.history.maintenance import kept_backups
from glmchat.history.maintenance.verify import problems, verify
from glmchat.support import paths

# Pages copied between two looks at whether to stop: some 16 MB.
_PAGES = 4096
# Steps of SQLite's between two looks while a copy is checked.
_STEPS = 100_000


class BackupStoppedError(Exception):
    """A backup was given up because the program ends."""


class DamagedError(Exception):
    """What was to be copied is damaged; the text says how."""


class RestoreRefused(ValueError):
    """A backup that is not gone back to; the text says why and what to do."""


def copy(
    source: sqlite3.Connection,
    target: Path,
    stopping: Callable[[], bool] = lambda: False,
    sound: bool = True,
) -> Path:
    """Copy what a connection sees to a new file, whole, on the disk, and where asked for sound, or not at all.

    With a transaction open on `source` the copy is of that moment, however much is written meanwhile. Raises
    DamagedError, BackupStoppedError, sqlite3.Error or OSError.
    """
    paths.private_dir(target.parent)
    refuse_without_locks(target.parent)
    _refuse_full_disk(source, target.parent)
    partial = paths.beside(target, ".partial")

    def look(status: int, remaining: int, total: int) -> None:
        if stopping():
            raise BackupStoppedError

    try:
        into = sqlite3.connect(partial, isolation_level=None)
        try:
            source.backup(into, pages=_PAGES, progress=look, sleep=0.01)
            # A copy is one file: whoever carries it away takes all of it.
            into.execute("PRAGMA journal_mode = DELETE")
            if sound:
                _check(into, stopping)
            pictures = contents.digests_in_files(into)
        finally:
            into.close()
        contents.link(pictures, contents.directory_beside(source), contents.directory_of(target))
        paths.put_in_place(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def _refuse_full_disk(source: sqlite3.Connection, directory: Path) -> None:
    pages, size = (source.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    if shutil.disk_usage(directory).free < pages * size * 1.1:
        raise OSError(28, "There is not enough room for a backup")


def _check(into: sqlite3.Connection, stopping: Callable[[], bool]) -> None:
    """Raise DamagedError where a copy is not worth keeping."""
    into.execute("PRAGMA trusted_schema = OFF")
    into.set_progress_handler(stopping, _STEPS)
    try:
        found = problems(into, quick=True)
    except sqlite3.OperationalError as error:
        if stopping():
            raise BackupStoppedError from error
        raise
    if found:
        raise DamagedError(found[0])


def backup(path: Path, target: Path | None = None) -> Path:
    """Copy a database to `target`, or to its directory of backups, also while glmchat has it open.

    Returns where the copy is. Raises DamagedError where it is damaged, and what `schema.check` and `copy` raise.
    """
    connection = connect(paths.regular(path), write=False, immutable=is_still(path))
    try:
        connection.execute("BEGIN")
        schema.check(connection)
        made = copy(connection, target or kept_backups.name_for(path))
    finally:
        connection.close()
    if target is None:
        kept_backups.drop_old(path)
    return made


def is_history(path: Path) -> bool:
    """Whether a file is empty or begins as our databases do, whole or damaged."""
    with path.open("rb") as file:
        head = file.read(72)
    return not head or (head[:16] == b"SQLite format 3\0" and head[68:] == schema.APPLICATION_ID.to_bytes(4))


def restore(path: Path, source: Path) -> Path | None:
    """Put a backup in the place of a database; returns where the one before was moved to, None where was none.

    Raises RestoreRefused when the backup is damaged or the database is open elsewhere, OSError or sqlite3.Error
    when the disk does not take it; the database is then as it was.
    """
    found = verify(source, quick=True)
    if found:
        raise RestoreRefused(f"{source} was not restored. {found[0]}")
    if path.exists() and _in_use(path):
        raise RestoreRefused("The history is open in another glmchat. Close it, then restore again.")
    fresh = path.with_name(path.name + ".restored")
    connection = connect(source, write=False, immutable=is_still(source))
    try:
        connection.execute("BEGIN")
        copy(connection, fresh)
    except DamagedError as error:
        raise RestoreRefused(f"{source} was not restored. {error}") from None
    finally:
        connection.close()
    aside = kept_backups.name_aside(path)
    moved = _move(path, aside)
    try:
        fresh.rename(path)
    except OSError:
        _move(aside, path)
        raise
    return aside if moved else None


def _move(path: Path, target: Path) -> bool:
    """Move a database with what SQLite keeps beside it; returns whether there was one."""
    moved = path.exists()
    for ending in ("", "-wal", "-shm"):
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.rename(target.with_name(target.name + ending))
    return moved


def _in_use(path: Path) -> bool:
    try:
        connection = connect(path, write=False)
    except (sqlite3.Error, OSError):
        return False
    try:
        everyone = connection.execute("SELECT count(*) FROM processes").fetchone()[0]
        return bool(everyone > len(processes.dead(connection)))
    except sqlite3.Error:
        # Too damaged to tell, which is why it is replaced.
        return False
    finally:
        connection.close()
