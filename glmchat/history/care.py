"""What the archive does for its file by itself: checks after a crash, and the daily backup."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from glmchat.history import backups
from glmchat.history.store import Store
from glmchat.history.trouble import Kind, describe, diagnose

_log = logging.getLogger(__name__)

DAY_S = 86400.0


def check_after_crash(store: Store, connection: sqlite3.Connection, stopping: Callable[[], bool]) -> None:
    """Look through the file when a process that had it open ended without closing it."""
    if not store.unclean:
        return
    try:
        answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if stopping():
            return
        answer = str(error)
    store.unclean = False
    if answer != "ok":
        _log.error("quick_check: %s", answer)
        store.tell(describe(Kind.CORRUPT, store.path))


def daily_backup(store: Store, connection: sqlite3.Connection, stopping: Callable[[], bool]) -> Path | None:
    """Make a backup when the newest one is a day old, and keep three; returns the new one."""
    path = store.path
    if path is None or store.trouble is not None:
        return None
    kept = backups.found(path)
    if kept and time.time() - kept[0].stat().st_mtime < DAY_S:
        return None
    if connection.execute("SELECT NOT EXISTS (SELECT 1 FROM sessions)").fetchone()[0]:
        return None
    try:
        made = backups.copy(connection, backups.name_for(path), stopping)
    except backups.BackupStoppedError:
        return None
    except (sqlite3.Error, OSError) as error:
        # The history itself is well; a backup is tried again with the next start.
        _log.warning("no backup was made: %s", diagnose(error, path).sentence)
        return None
    backups.drop_old(path)
    return made
