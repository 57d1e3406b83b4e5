"""Work beside the event loop's own: what must be done whole whoever is cancelled, and modules that take their time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from importlib import import_module
from typing import Any


async def load(module: str) -> None:
    """Import a module in a thread, so that keys that are typed meanwhile need not wait for it."""
    await asyncio.to_thread(import_module, module)


async def to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do work whole, however often it is cancelled meanwhile; the cancellation goes on afterwards."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled is not None:
        raise cancelled
