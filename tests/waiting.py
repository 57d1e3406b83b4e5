"""Waiting for what must come: it comes, or the test fails and says what was there instead."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

# Longer than the slowest machine needs; nobody waits so long where all is well.
LONGEST_S = 60.0
# A timer that is due within this time belongs to what is under way: a frame, a pause in typing.
MOMENT_S = 0.02
# Between two looks, so that threads come to their turn.
BREATH_S = 0.001


async def a_moment() -> None:
    """Let the others run."""
    await asyncio.sleep(0.001)


async def idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until the event loop has nothing to run and no timer that is due in a moment.

    It stands for Textual's own wait, which sleeps 20 ms at least for each key and looks at the process's time on
    the processor, of which a machine that is busy with something else gives little.
    """
    loop: Any = asyncio.get_running_loop()
    began = loop.time()
    moment = began + max(min_sleep, MOMENT_S)
    calm = 0
    while calm < 2 and loop.time() < began + max_sleep:
        await asyncio.sleep(BREATH_S)
        due = any(each.when() <= moment for each in loop._scheduled if not each.cancelled())
        calm = 0 if loop._ready or due else calm + 1


async def until(
    found: Callable[[], object],
    told: Callable[[], object] = str,
    pause: Callable[[], Awaitable[object]] = a_moment,
    longest_s: float = LONGEST_S,
) -> None:
    """Wait until something holds, and fail with what `told` says where it never does."""
    try:
        async with asyncio.timeout(longest_s) as limit:
            while not found():
                await pause()
    except TimeoutError:
        if not limit.expired():
            raise
        raise AssertionError(f"It never came. {told()}") from None
