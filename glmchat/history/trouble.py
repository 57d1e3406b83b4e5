"""What can go wrong with the disk, in sentences for the person, and what still works then."""

from __future__ import annotations

import errno
import os
import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from glmchat.history.schema import ForeignDatabaseError, NewerSchemaError


class Mode(StrEnum):
    """What the archive can do at present."""

    DISK = "disk"  # reads and writes
    READ_ONLY = "read_only"  # old sessions can be read, new text stays in memory
    MEMORY = "memory"  # nothing on disk is touched


class Kind(StrEnum):
    """The conditions that are told apart."""

    FULL = "full"
    READ_ONLY = "read_only"
    NEWER = "newer"
    FOREIGN = "foreign"
    CORRUPT = "corrupt"
    LOCKED = "locked"
    NO_WAL = "no_wal"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    OTHER = "other"
    SAVED_AGAIN = "saved_again"


@dataclass(frozen=True, slots=True)
class ArchiveTrouble:
    """A condition: `kind` (a `Kind`), a plain `sentence` on what it means, and `advice` on what to do."""

    kind: Kind
    sentence: str
    advice: str = ""

    def told(self) -> str:
        """What it means and what to do, in one line."""
        return f"{self.sentence} {self.advice}".strip()


class ArchiveError(Exception):
    """A request to the archive that cannot be carried out now; `trouble` says why."""

    def __init__(self, trouble: ArchiveTrouble) -> None:
        super().__init__(trouble.told())
        self.trouble = trouble


_WORDS: dict[Kind, tuple[str, str]] = {
    Kind.FULL: (
        "The disk is full, so what is said now is kept in memory only.",
        "Free some space; everything is saved by itself as soon as there is room.",
    ),
    Kind.READ_ONLY: (
        "The history in {place} cannot be written, so what is said now is kept in memory only.",
        "Make the directory and the file writable for you, or export the session before you leave.",
    ),
    Kind.NEWER: (
        "The history was written by a newer glmchat, so this one leaves it alone and keeps this session in memory.",
        "Update glmchat, or give it another data directory.",
    ),
    Kind.FOREIGN: (
        "The file {place} is not a history of glmchat, so this session is kept in memory only.",
        "Move that file away, or give glmchat another data directory.",
    ),
    Kind.CORRUPT: (
        "The history in {place} is damaged, so what is said now is kept in memory only.",
        "Run `glmchat sessions restore` with one of the backups beside it; the damaged file is kept.",
    ),
    Kind.LOCKED: (
        "Another program holds the history in {place}, so what is said now is kept in memory until it lets go.",
        "Close the other program if this lasts.",
    ),
    Kind.NO_WAL: (
        "The history lies on a file system that cannot share it well; saving works, but more slowly.",
        "Keep the data directory on a local disk, and run one glmchat at a time until then.",
    ),
    Kind.UNREACHABLE: (
        "The history in {place} cannot be opened, so this session is kept in memory only.",
        "Check that the directory exists and is yours.",
    ),
    Kind.REFUSED: (
        "The history did not take a part of what was said ({words}), so that part is kept in memory only.",
        "Export the session before you leave, and run `glmchat sessions verify`.",
    ),
    Kind.OTHER: (
        "The history could not be saved ({words}), so what is said now is kept in memory only.",
        "It is tried again by itself; export the session before you leave if this lasts.",
    ),
    Kind.SAVED_AGAIN: ("The history is saved again, and nothing was lost.", ""),
}

_BY_CODE: dict[int, Kind] = {
    sqlite3.SQLITE_FULL: Kind.FULL,
    sqlite3.SQLITE_READONLY: Kind.READ_ONLY,
    sqlite3.SQLITE_PERM: Kind.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: Kind.CORRUPT,
    sqlite3.SQLITE_NOTADB: Kind.CORRUPT,
    sqlite3.SQLITE_BUSY: Kind.LOCKED,
    sqlite3.SQLITE_LOCKED: Kind.LOCKED,
    sqlite3.SQLITE_PROTOCOL: Kind.LOCKED,
    sqlite3.SQLITE_CANTOPEN: Kind.UNREACHABLE,
}

_BY_ERRNO: dict[int, Kind] = {
    errno.ENOSPC: Kind.FULL,
    errno.EDQUOT: Kind.FULL,
    errno.EROFS: Kind.READ_ONLY,
    errno.EACCES: Kind.READ_ONLY,
    errno.EPERM: Kind.READ_ONLY,
}


def describe(kind: Kind, path: Path | None = None, words: str = "") -> ArchiveTrouble:
    """The condition in words; `path` is the database, `words` the system's own message."""
    sentence, advice = _WORDS[kind]
    return ArchiveTrouble(kind, sentence.format(place=path or "memory", words=words), advice)


def kind_of(error: BaseException) -> Kind:
    """Tell which condition an exception means."""
    if isinstance(error, NewerSchemaError):
        return Kind.NEWER
    if isinstance(error, ForeignDatabaseError):
        return Kind.FOREIGN
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno or 0, Kind.UNREACHABLE)
    code = getattr(error, "sqlite_errorcode", None)
    return _BY_CODE.get(code & 0xFF, Kind.OTHER) if isinstance(code, int) else Kind.OTHER


def diagnose(error: BaseException, path: Path | None = None) -> ArchiveTrouble:
    """Put an exception into words for the person."""
    kind = kind_of(error)
    if (
        kind is Kind.UNREACHABLE
        and path is not None
        and path.exists()
        and not os.access(path.parent, os.W_OK)
    ):
        # SQLite cannot make its log beside the file, and calls that "unable to open".
        kind = Kind.READ_ONLY
    return describe(kind, path, str(error))


# These say that a statement was wrong, not that the disk is.
_MISTAKES = frozenset(
    (
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_MISUSE,
        sqlite3.SQLITE_RANGE,
        sqlite3.SQLITE_TOOBIG,
    )
)


def is_refusal(error: BaseException) -> bool:
    """Whether SQLite itself refused one statement, as a constraint or a trigger does, and not our own code."""
    return isinstance(error, sqlite3.Error) and isinstance(getattr(error, "sqlite_errorcode", None), int)


def is_trouble(error: BaseException) -> bool:
    """Whether an exception comes from the disk or the database file, and not from what was asked of it."""
    if isinstance(error, OSError | NewerSchemaError | ForeignDatabaseError):
        return True
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, sqlite3.Error) and isinstance(code, int) and code & 0xFF not in _MISTAKES
