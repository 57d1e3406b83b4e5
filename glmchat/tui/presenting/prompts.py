"""The prompts of the library that the slash list offers: looked for beside the screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from glmchat.prompts import library
from glmchat.prompts.template import PromptRefused

if TYPE_CHECKING:
    from glmchat.tui.port import Host

FRESH_S = 5.0


class PromptOffers:
    """The prompts by name, each with what it is for, as they were read last."""

    def __init__(self, app: Host) -> None:
        self._app = app
        self._read_at: float | None = None
        self._reading = False
        self.known: Mapping[str, str] = {}

    def names(self) -> Mapping[str, str]:
        """What is known by now; it is read again where that was a while ago."""
        stale = self._read_at is None or time.monotonic() - self._read_at > FRESH_S
        if stale and not self._reading:
            self._reading = True
            self._app.spawn(self.read())
        return self.known

    async def read(self) -> None:
        """Look through the library."""
        try:
            self.known = await asyncio.to_thread(_all)
        finally:
            self._reading, self._read_at = False, time.monotonic()


def _all() -> dict[str, str]:
    out = {}
    for name, path in library.listed().items():
        if "/" in name:  # where a slash stands, a path is meant
            continue
        try:
            out[name] = library.open_file(name, path).about
        except PromptRefused as refused:
            out[name] = str(refused)
    return out
