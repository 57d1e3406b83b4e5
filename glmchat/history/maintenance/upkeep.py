"""What the archive does for its file by itself: checks after a crash, and the daily backup."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from glmchat.history.maintenance import backups, kept_backups
from glmchat.history.problems import Kind, Mode, describe
from glmchat.history.records import BIN_DAYS, DAY_S
from glmchat.history.store import Store

_log = logging.getLogger(__name__)


class Maintenance:
    """Maintenance as a part of the archive; `purge` removes what has been in the bin for so many seconds."""

    def __init__(self, store: Store, purge: Callable[[float], Awaitable[int]]) -> None:
        self._store, self._purge = store, purge

    async def tidy(self) -> None:
        """Look after the file, once the first screen stands: empty the bin of what is `BIN_DAYS` old, check the file
        after an unclean end, make the daily backup. What is found wrong goes to the archive's `on_problem`.
        """
        if self._store.mode is not Mode.DISK:
            return
        await self._purge(BIN_DAYS * DAY_S)
        for task in (check_after_crash, daily_backup):
            running = self._store.maintain(partial(task, self._store))
            if running is not None:
                await asyncio.wrap_future(running)


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
        store.tell(describe(Kind.DAMAGED, store.path, answer))


def daily_backup(store: Store, connection: sqlite3.Connection, stopping: Callable[[], bool]) -> Path | None:
    """Make a backup when none was made in the last day, and keep three; returns the new one.

    What stands in the way is reported: without a sound copy the earlier ones are all there is, and stay.
    """
    path = store.path
    if (
        path is None
        or store.mode is not Mode.DISK
        or _is_damaged(store)
        or not kept_backups.due(path, time.time())
    ):
        return None
    try:
        if connection.execute("SELECT NOT EXISTS (SELECT 1 FROM sessions)").fetchone()[0]:
            return None
        made = backups.copy(connection, kept_backups.name_for(path), stopping)
        kept_backups.drop_old(path)
    except backups.BackupStoppedError:
        return None
    except backups.DamagedError as error:
        store.tell(describe(Kind.DAMAGED, path, str(error).rstrip(".")))
        return None
    except (sqlite3.Error, OSError) as error:
        if stopping():
            return None
        # The history itself is well.
        store.tell(describe(Kind.NO_BACKUP, path, getattr(error, "strerror", None) or str(error)))
        return None
    return made


def _is_damaged(store: Store) -> bool:
    """Whether damage was reported already; what is damaged is not copied."""
    return store.condition is not None and store.condition.kind is Kind.DAMAGED
