"""Other processes with the same history: which sessions they show, and whether they wrote."""

from __future__ import annotations

import asyncio

from glmchat.history import processes
from glmchat.history.access import Access
from glmchat.history.problems import Mode


class Presence:
    """This process among the others; where nothing is on disk there are none."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._version: int | None = None

    async def poll(self) -> bool:
        """Whether another process wrote since this was asked last."""
        if self._access.mode is not Mode.DISK:
            return False
        store = self._access.store
        version = await asyncio.wrap_future(store.write(store.look_around, alone=True))
        changed = self._version is not None and version != self._version
        self._version = version
        return changed

    async def enter(self, session_id: int) -> int:
        """Note that a session is shown here; returns how many other processes show it too."""
        if self._access.mode is not Mode.DISK:
            return 0
        process = self._access.store.process_id
        return int(
            await self._access.write(lambda connection: processes.enter(connection, process, session_id))
        )

    async def exit(self, session_id: int) -> bool:
        """Note that a session is not shown here any more."""
        if self._access.mode is not Mode.DISK:
            return True
        process = self._access.store.process_id
        return await self._access.change(lambda connection: processes.exit(connection, process, session_id))
