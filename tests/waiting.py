"""Waiting for what must come: it comes, or the test fails and says what was there instead."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

# Longer than the slowest machine needs; nobody waits so long where all is well.
LONGEST_S = 60.0


async def a_moment() -> None:
    """Let the others run."""
    await asyncio.sleep(0.001)


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
