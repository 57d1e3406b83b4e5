"""The files that the prompt offers: looked through beside the screen, and again where the picker is opened later."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from glmchat.files.tree import Tree

if TYPE_CHECKING:
    from glmchat.tui.port import Host

# A list older than this is made anew where the picker is opened.
FRESH_S = 10.0
SHOWN = 50


class FileOffers:
    """The files below the working directory, as far as they are known."""

    def __init__(self, app: Host) -> None:
        self._app = app
        self._tree = Tree(Path())
        self._walked: float | None = None
        self._walking = False

    def find(self, typed: str) -> list[str]:
        """The files that may be meant; lines that were named stay behind each."""
        if not self._walking and (
            self._walked is None or (not typed and time.monotonic() - self._walked > FRESH_S)
        ):
            self._walking = True
            self._app.spawn(self._walk())
        name, colon, lines = typed.partition(":")
        return [f"{path}{colon}{lines}" for path in self._tree.find(name, SHOWN)]

    async def _walk(self) -> None:
        loop = asyncio.get_running_loop()
        tree = Tree(Path())
        first = self._walked is None
        if first:
            self._tree = tree

        def told() -> None:
            if first:
                with suppress(RuntimeError):  # the loop may be gone before the thread is
                    loop.call_soon_threadsafe(self._app.chat.slash.renew)

        try:
            await asyncio.to_thread(tree.walk, told)
        finally:
            self._walking = False
        self._tree, self._walked = tree, time.monotonic()
        self._app.chat.slash.renew()
