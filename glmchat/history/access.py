"""How the archive and its parts ask the threads of the store, without blocking the event loop."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from glmchat.history.problems import ArchiveError, Mode, diagnose, is_problem
from glmchat.history.store import Store

T = TypeVar("T")


class Access:
    """Jobs for the threads of one store, awaited."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @property
    def path(self) -> Path | None:
        """The database file."""
        return self.store.path

    @property
    def mode(self) -> Mode:
        """What can be done at present."""
        return self.store.mode

    async def read(self, run: Callable[[sqlite3.Connection], T], slow: bool = False) -> T:
        """Read something; slow work does not hold up the rest. Raises ArchiveError where the file is damaged."""
        try:
            return await asyncio.wrap_future(self.store.read(run, slow))
        except sqlite3.Error as error:
            if is_problem(error):
                raise ArchiveError(diagnose(error, self.path)) from error
            raise

    async def glance(self, run: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Read something that the chat can do without: a damaged file is reported, and is no reason to stop."""
        try:
            return await self.read(run)
        except ArchiveError as error:
            self.store.tell(error.problem)
            return otherwise

    async def write(self, run: Callable[[sqlite3.Connection], T]) -> T:
        """Write something; returns when it is committed."""
        return await asyncio.wrap_future(self.store.write(run))

    async def change(self, run: Callable[[sqlite3.Connection], None]) -> bool:
        """Change something; False means that it is kept in memory for now."""

        def change(connection: sqlite3.Connection) -> bool:
            run(connection)
            return True

        return bool(await self.write(change))
