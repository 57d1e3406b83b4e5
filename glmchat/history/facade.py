"""What the archive offers beside sessions: drafts, prompts, endpoints, other processes; and how it asks its threads."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from glmchat.history import drafts, processes
from glmchat.history.problems import ArchiveError, ArchiveTrouble, Mode, diagnose, is_trouble
from glmchat.history.records import LoadedModels
from glmchat.history.store import Store
from glmchat.history.writer import SOON_S

T = TypeVar("T")


class Facade:
    """The part of the archive that knows no sessions."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._version: int | None = None

    async def close(self) -> None:
        """Write what waits and close the file."""
        await asyncio.to_thread(self._store.close)

    @property
    def path(self) -> Path | None:
        """The database file."""
        return self._store.path

    @property
    def mode(self) -> Mode:
        """What the archive can do at present."""
        return self._store.mode

    @property
    def trouble(self) -> ArchiveTrouble | None:
        """The condition that holds at present, None when all is well."""
        return self._store.trouble

    @property
    def unsaved(self) -> int:
        """How many messages are in memory only because the disk does not take them."""
        left = self._store.subjects() if self.trouble is not None else self._store.refused()
        return len({message.id for _, message in left})

    async def flush(self) -> bool:
        """Write all that waits; False when the disk does not take it."""
        return bool(await self._write(lambda connection: True))

    # Small things

    async def draft(self, session_id: int | None) -> str:
        """The text that was being typed in a session; None asks for that of a session not begun."""
        id = session_id or drafts.NEW_SESSION
        return await self._glance(lambda connection: drafts.draft(connection, id), "")

    def save_draft(self, session_id: int | None, text: str) -> None:
        """Keep the text that is being typed within half a second; never blocks."""
        id = session_id or drafts.NEW_SESSION
        self._store.write(lambda connection: drafts.save_draft(connection, id, text), ("draft", id), SOON_S)

    async def prompts(self, limit: int = 200) -> list[str]:
        """Prompts sent before, newest first, each once."""
        return await self._glance(lambda connection: drafts.prompts(connection, limit), [])

    def add_prompt(self, text: str) -> None:
        """Remember a prompt that was sent; never blocks."""
        self._store.write(lambda connection: drafts.add_prompt(connection, text), wait_s=SOON_S)

    async def learned(self, endpoint: str) -> dict[str, Any] | None:
        """What was learned of an endpoint."""
        return await self._glance(lambda connection: drafts.learned(connection, endpoint), None)

    async def save_learned(self, endpoint: str, facts: dict[str, Any]) -> bool:
        """Keep what was learned of an endpoint."""
        return await self._change(lambda connection: drafts.save_learned(connection, endpoint, facts))

    async def models(self, endpoint: str) -> LoadedModels | None:
        """The list of models that an endpoint sent last."""
        return await self._glance(lambda connection: drafts.models(connection, endpoint), None)

    async def save_models(self, endpoint: str, models: list[dict[str, Any]]) -> bool:
        """Keep the list of models that an endpoint sent."""
        return await self._change(lambda connection: drafts.save_models(connection, endpoint, models))

    # Other processes

    async def poll(self) -> bool:
        """Whether another process wrote since this was asked last."""
        if self.mode is not Mode.DISK:
            return False
        version = await asyncio.wrap_future(self._store.write(self._store.look_around, alone=True))
        changed = self._version is not None and version != self._version
        self._version = version
        return changed

    async def enter(self, session_id: int) -> int:
        """Note that a session is shown here; returns how many other processes show it too."""
        if self.mode is not Mode.DISK:  # nobody else can
            return 0
        process = self._store.process_id
        return int(await self._write(lambda connection: processes.enter(connection, process, session_id)))

    async def exit(self, session_id: int) -> bool:
        """Note that a session is not shown here any more."""
        if self.mode is not Mode.DISK:
            return True
        process = self._store.process_id
        return await self._change(lambda connection: processes.exit(connection, process, session_id))

    async def _read(self, run: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await asyncio.wrap_future(self._store.read(run))
        except sqlite3.Error as error:
            if is_trouble(error):
                raise ArchiveError(diagnose(error, self.path)) from error
            raise

    async def _glance(self, run: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Read something that the chat can do without: a damaged file is told, and is no reason to stop."""
        try:
            return await self._read(run)
        except ArchiveError as error:
            self._store.tell(error.trouble)
            return otherwise

    async def _write(self, run: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.wrap_future(self._store.write(run))

    async def _change(self, run: Callable[[sqlite3.Connection], None]) -> bool:
        def change(connection: sqlite3.Connection) -> bool:
            run(connection)
            return True

        return bool(await self._write(change))
