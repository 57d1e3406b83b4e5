"""What can go wrong with the disk, in sentences for the person, and what still works then."""

from __future__ import annotations

import errno
import os
import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from glmchat.history.maintenance import kept_backups
from glmchat.history.schema import ForeignDatabaseError, NewerSchemaError
from glmchat.support.paths import NoPlaceError, NotAFileError, is_missing


class Mode(StrEnum):
    """What the archive can do at present."""

    DISK = "disk"  # reads and writes
    READ_ONLY = "read_only"  # old sessions can be read, new text stays in memory
    MEMORY = "memory"  # nothing on disk is touched


class Kind(StrEnum):
    """The kinds of problems."""

    FULL = "full"
    READ_ONLY = "read_only"
    NEWER = "newer"
    NOT_A_FILE = "not_a_file"
    FOREIGN = "foreign"
    CORRUPT = "corrupt"  # as a whole: it cannot be opened or written
    DAMAGED = "damaged"  # in a place that was looked at; writing works
    EMPTIED = "emptied"
    MOVED = "moved"
    REPLACED = "replaced"
    NO_BACKUP = "no_backup"
    LOCKED = "locked"
    NO_WAL = "no_wal"
    NO_LOCKS = "no_locks"
    UNREACHABLE = "unreachable"
    NO_PLACE = "no_place"
    REFUSED = "refused"
    OTHER = "other"
    SAVED_AGAIN = "saved_again"


@dataclass(frozen=True, slots=True)
class ArchiveProblem:
    """A problem with the disk: the plain `fact`, its `effect` on what is said now, and `advice` on what to do."""

    kind: Kind
    fact: str
    effect: str = ""
    advice: str = ""

    @property
    def sentence(self) -> str:
        """What it is and what it means."""
        return f"{self.fact}, so {self.effect}." if self.effect else f"{self.fact}."

    def message(self) -> str:
        """What it means and what to do, in one line."""
        return f"{self.sentence} {self.advice}".strip()

    def bare(self) -> str:
        """What it is and what to do, for one who says nothing just now."""
        return f"{self.fact}. {self.advice}".strip()


class ArchiveError(Exception):
    """A request to the archive that cannot be carried out now; `problem` says why."""

    def __init__(self, problem: ArchiveProblem) -> None:
        super().__init__(problem.message())
        self.problem = problem


_IN_MEMORY = "what is said now is kept in memory only"
_SESSION = "this session is kept in memory only"

# Fact, effect and advice of each problem.
_WORDS: dict[Kind, tuple[str, str, str]] = {
    Kind.FULL: (
        "The disk is full",
        _IN_MEMORY,
        "Free some space; everything is saved by itself as soon as there is room.",
    ),
    Kind.READ_ONLY: (
        "The history in {place} cannot be written",
        _IN_MEMORY,
        "Make the directory and the file writable for you, or export the session before you leave.",
    ),
    Kind.NEWER: (
        "The history was written by a newer glmchat",
        "this one leaves it alone and keeps this session in memory",
        "Update glmchat, or give it another data directory.",
    ),
    Kind.FOREIGN: (
        "The file {place} is not a history of glmchat",
        _SESSION,
        "Move that file away, or give glmchat another data directory.",
    ),
    Kind.NOT_A_FILE: (
        "What stands at {place} is not a file",
        _SESSION,
        "Move it away, or give glmchat another data directory.",
    ),
    Kind.CORRUPT: ("The history in {place} is damaged", _IN_MEMORY, "{mend}"),
    Kind.DAMAGED: (
        "A check of the history in {place} failed ({words})",
        "no backup is made of it; what is said now is still saved",
        "{mend}",
    ),
    Kind.EMPTIED: (
        "The history in {place} is empty, and there are backups of one that was not",
        _SESSION,
        "Run `glmchat sessions restore` with one of the backups, or remove the empty file to begin a new history.",
    ),
    Kind.MOVED: (
        "The history was taken away from {place} while glmchat had it open",
        "all of it was written there again",
        "To remove it, close glmchat first.",
    ),
    Kind.REPLACED: (
        "Another file was put in the place of the history in {place}",
        "what glmchat had open is kept as {words}, and what is said now goes into the other file",
        "To go back to it, close glmchat and run `glmchat sessions restore` with it.",
    ),
    Kind.NO_BACKUP: (
        "No backup of the history could be made ({words})",
        "",
        "It is tried again with the next start.",
    ),
    Kind.LOCKED: (
        "Another program holds the history in {place}",
        "what is said now is kept in memory until it lets go",
        "Close the other program if this lasts.",
    ),
    Kind.NO_WAL: (
        "The history lies on a file system that cannot share it well; saving works, but more slowly",
        "",
        "Keep the data directory on a local disk, and run one glmchat at a time until then.",
    ),
    Kind.NO_LOCKS: (
        "The file system of the history in {place} takes no locks",
        _IN_MEMORY,
        "Set XDG_DATA_HOME to a directory on a local disk, or mount this one with locks.",
    ),
    Kind.UNREACHABLE: (
        "The history in {place} cannot be opened",
        _SESSION,
        "Check that the directory exists and is yours; what was made with sudo is not.",
    ),
    Kind.NO_PLACE: (
        "There is no place for the history: HOME is not set, and this user has no home directory",
        _SESSION,
        "Set HOME or XDG_DATA_HOME to keep it.",
    ),
    Kind.REFUSED: (
        "The history did not take a part of what was said ({words})",
        "that part is kept in memory only",
        "Export the session before you leave, and run `glmchat sessions verify`.",
    ),
    Kind.OTHER: (
        "The history could not be saved ({words})",
        _IN_MEMORY,
        "It is tried again by itself; export the session before you leave if this lasts.",
    ),
    Kind.SAVED_AGAIN: ("The history is saved again, and nothing was lost", "", ""),
}
_RESTORE = "Run `glmchat sessions restore` with one of the backups beside it; the damaged file is kept."
_NO_BACKUP = "There is no backup of it. Keep the file: `sqlite3 FILE .recover` saves what can be read of it."

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
    errno.ENOLCK: Kind.NO_LOCKS,
}


def describe(kind: Kind, path: Path | None = None, words: str = "") -> ArchiveProblem:
    """The problem in words; `path` is the database, `words` the system's own message."""
    mend = _RESTORE if path is not None and kept_backups.found(path) else _NO_BACKUP
    texts = (text.format(place=path or "memory", words=words, mend=mend) for text in _WORDS[kind])
    return ArchiveProblem(kind, *texts)


def kind_of(error: BaseException) -> Kind:
    """The kind of problem that an exception means."""
    if isinstance(error, NewerSchemaError):
        return Kind.NEWER
    if isinstance(error, ForeignDatabaseError):
        return Kind.FOREIGN
    if isinstance(error, kept_backups.EmptiedError):
        return Kind.EMPTIED
    if isinstance(error, NoPlaceError):
        return Kind.NO_PLACE
    if isinstance(error, NotAFileError):
        return Kind.NOT_A_FILE
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno or 0, Kind.UNREACHABLE)
    code = getattr(error, "sqlite_errorcode", None)
    return _BY_CODE.get(code & 0xFF, Kind.OTHER) if isinstance(code, int) else Kind.OTHER


def diagnose(error: BaseException, path: Path | None = None) -> ArchiveProblem:
    """Put an exception into words for the person."""
    kind = kind_of(error)
    if path is not None and kind is Kind.UNREACHABLE and os.access(path, os.F_OK):
        # SQLite cannot make its log beside the file, and calls that "unable to open".
        kind = Kind.UNREACHABLE if os.access(path.parent, os.W_OK) else Kind.READ_ONLY
    elif path is not None and kind is Kind.READ_ONLY and not (is_missing(path) or os.access(path, os.F_OK)):
        # It cannot even be looked for.
        kind = Kind.UNREACHABLE
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


def is_problem(error: BaseException) -> bool:
    """Whether an exception comes from the disk or the database file, and not from what was asked of it."""
    if isinstance(error, OSError | NewerSchemaError | ForeignDatabaseError | kept_backups.EmptiedError):
        return True
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, sqlite3.Error) and isinstance(code, int) and code & 0xFF not in _MISTAKES
