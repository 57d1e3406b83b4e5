"""``glmchat sessions``: backup, restore and verify."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from glmchat.commands.errors import CommandError, Exit, UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.terminal import say, show, table
from glmchat.history import schema
from glmchat.history.maintenance import backups, kept_backups
from glmchat.history.maintenance.verify import NOT_OURS
from glmchat.history.maintenance.verify import verify as problems_of
from glmchat.history.problems import Kind, describe, diagnose
from glmchat.support import paths
from glmchat.support.times import when


def named(name: str) -> Path:
    """The file that a word means."""
    return paths.expanded(name)


def existing(path: Path, hint: str = "") -> Path:
    """The path of a file that can be read; raises UsageError that says why it cannot."""
    try:
        return paths.regular(path)
    except FileNotFoundError:
        raise UsageError(f"There is no file {path}. {hint}".strip()) from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None


def back_up(call: Call) -> int:
    """Copy the whole history to a file, or to the directory of backups."""
    path = _history()
    try:
        target = _target(named(call.words[0]), path, force=call.has("force")) if call.words else None
    except OSError as error:
        raise UsageError(f"{call.words[0]} cannot be written: {error.strerror}.") from None
    try:
        made = backups.backup(path, target)
    except backups.DamagedError as error:
        advice = describe(Kind.DAMAGED, path).advice
        raise CommandError(
            f"No backup was made: a check of {path} failed. {error} The backups of before are as they were. {advice}"
        ) from None
    except (sqlite3.Error, schema.NewerSchemaError, schema.ForeignDatabaseError) as error:
        raise CommandError(f"No backup was made. {diagnose(error, path).bare()}") from None
    except OSError as error:
        place = target or kept_backups.directory(path)
        raise CommandError(f"No backup was made: {place} cannot be written. {error.strerror}.") from None
    say(f"Wrote {made}.")
    return Exit.OK


def _target(target: Path, history: Path, force: bool) -> Path:
    """The file to write; raises UsageError for one that holds something else than a history, and OSError."""
    if target.is_dir():
        target = target / kept_backups.name_for(history).name
    target = paths.followed(target)
    if not target.exists():
        return target
    if not target.is_file():
        raise UsageError(f"{target} is not a file; give the name of a file or of a directory.")
    if target.samefile(history):
        raise UsageError(f"{target} is the history itself; give another name for the copy.")
    if not (force or backups.is_history(target)):
        raise UsageError(f"{target} is there already and is not a backup; --force replaces it.")
    return target


def restore(call: Call) -> int:
    """Put a backup in the place of the history; without a file, list the backups."""
    path = paths.database_file()
    if not call.words:
        found = kept_backups.found(path)
        if not found:
            say(_without_backups(kept_backups.directory(path)))
        else:
            show(table([(when(each.stat().st_mtime), str(each)) for each in found], ("made", "file")))
        return Exit.OK
    source = existing(named(call.words[0]), "`glmchat sessions restore` alone lists the backups.")
    try:
        aside = backups.restore(path, source)
    except backups.RestoreRefused as error:
        raise CommandError(str(error)) from None
    say(f"The history is that of {source} now." + (f" The one before is kept as {aside}." if aside else ""))
    return Exit.OK


def _without_backups(place: Path) -> str:
    readable = paths.is_missing(place) or os.access(place, os.R_OK | os.X_OK)
    return f"There are no backups in {place}." if readable else f"{place} cannot be read."


def verify(call: Call) -> int:
    """Check a history for damage: the user's own, or the file that is named."""
    path = existing(named(call.words[0])) if call.words else _history()
    problems = problems_of(path)
    for problem in problems:
        say(problem)
    if problems:
        kind = NOT_OURS.get(problems[0], Kind.DAMAGED)
        if kind is Kind.DAMAGED or path == paths.database_file():
            say(describe(kind, paths.database_file()).advice)
        return Exit.FAILED
    show(f"{path} is in order.")
    return Exit.OK


def _history() -> Path:
    path = paths.database_file()
    if paths.is_missing(path):
        raise UsageError(f"There is no history yet; it will be {path}.")
    return existing(path)
