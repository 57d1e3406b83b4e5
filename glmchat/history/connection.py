"""Opening the database file: its directory and modes, and how a connection is set up."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote

from glmchat.support import paths

# Longer than any batch of ours holds the lock, shorter than a person's patience.
BUSY_TIMEOUT_MS = 5000
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL})


def logs(path: Path) -> list[Path]:
    """The files that SQLite keeps beside a database that is open."""
    return [path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal")]


def refuse_strange(path: Path) -> None:
    """Raise NotAFileError where a database or its log is something that opening would wait for, as for a pipe."""
    for beside in (path, *logs(path)):
        if beside.exists() and not beside.is_file():
            raise paths.NotAFileError(errno.EINVAL, "It is not a file", str(beside))


def inode(path: Path) -> int | None:
    """What tells a file from another of the same name; None where there is none."""
    try:
        return path.stat().st_ino
    except (FileNotFoundError, NotADirectoryError):
        return None


def takes_locks(directory: Path) -> bool:
    """Whether the file system of a directory takes locks, as some over a network do not.

    SQLite waits for a lock that it does not get, whatever the reason. A file of its own is asked: to close one that
    SQLite has open would give up its locks.
    """
    try:
        import fcntl
    except ImportError:  # where locks are the system's own
        return True
    try:
        with tempfile.TemporaryFile(dir=directory) as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _NO_LOCKS
    return True


def refuse_without_locks(directory: Path) -> None:
    """Raise OSError where nothing that SQLite writes in a directory could be locked."""
    if not takes_locks(directory):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK), str(directory))


def is_still(path: Path) -> bool:
    """Whether nobody can write a database where it lies, so that the file is all there is, without log or locks."""
    return not os.access(path.parent, os.W_OK) or not takes_locks(path.parent)


def prepare(path: Path) -> None:
    """Make the directory (0700) and the empty file (0600) whatever the umask; raises OSError, ENOLCK for no locks.

    SQLite gives the WAL and shared-memory files the mode of the database.
    """
    paths.private_dir(path.parent)
    refuse_without_locks(path.parent)
    refuse_strange(path)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, paths.PRIVATE_FILE))
        path.chmod(paths.PRIVATE_FILE)
    elif os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(paths.PRIVATE_FILE)


def connect(path: Path | None, *, write: bool, immutable: bool = False) -> sqlite3.Connection:
    """Open a connection for one thread of ours; None is a database in memory; raises sqlite3.Error and OSError.

    A connection for reading cannot write; `immutable` reads a file that nobody can write, without its log.
    Transactions are ours to begin.
    """
    if path is None:
        target = "file::memory:"
    else:
        refuse_strange(path)
        how = "rw" if write else "ro"
        target = f"file:{quote(os.fsencode(path.absolute()))}?mode={how}{'&immutable=1' if immutable else ''}"
    connection = sqlite3.connect(target, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cache_size = -16000")
        # Text from a file is data: no function with side effects may be called from a schema.
        connection.execute("PRAGMA trusted_schema = OFF")
        # Opening is lazy: this is where a file that is no database shows itself.
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write all of the block or nothing, whatever ends it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


@contextmanager
def savepoint(connection: sqlite3.Connection, name: str) -> Iterator[None]:
    """Take back what the block wrote where it raises; the transaction around it goes on, if there still is one."""
    connection.execute(f"SAVEPOINT {name}")
    try:
        yield
    except BaseException:
        # A disk that fails takes the transaction with it, and what ended the block matters more than this.
        with suppress(sqlite3.Error):
            connection.execute(f"ROLLBACK TO {name}")
            connection.execute(f"RELEASE {name}")
        raise
    connection.execute(f"RELEASE {name}")


def roll_back(connection: sqlite3.Connection) -> bool:
    """End a transaction that was left open; False where that fails and the connection is of no use any more."""
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    except sqlite3.Error:
        return False
    return not connection.in_transaction


def set_up_for_writing(connection: sqlite3.Connection) -> bool:
    """Prepare the writer's connection; returns whether the file system takes a write-ahead log."""
    empty = connection.execute("PRAGMA page_count").fetchone()[0] == 0
    if empty:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    try:
        mode = _to_write_ahead(connection)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_FULL,
        ):
            raise
        mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    # What is deleted is overwritten: a purged word must not be found in the file by other means.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA journal_size_limit = 67108864")
    return mode in ("wal", "memory")


def _to_write_ahead(connection: sqlite3.Connection) -> str:
    """Ask for the write-ahead log; where another process just begins the same file, wait for it.

    SQLite does not wait itself here: it refuses at once while another connection prepares to write.
    """
    end = monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > end:
                raise
            sleep(0.01)
