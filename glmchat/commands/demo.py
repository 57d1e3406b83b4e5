"""The built-in model's transport, at the pace that the environment asks for."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from glmchat.commands.errors import UsageError

if TYPE_CHECKING:
    import httpx

SPEED = "GLMCHAT_DEMO_SPEED"


def pace() -> float | None:
    """Tokens per second, by ``GLMCHAT_DEMO_SPEED``; None, for 0, is as fast as it can. Raises UsageError."""
    from glmchat import demo

    given = os.environ.get(SPEED, "").strip()
    if not given:
        return demo.TOKENS_PER_SECOND
    try:
        speed = float(given)
    except ValueError:
        speed = -1
    if not 0 <= speed < float("inf"):
        raise UsageError(
            f"{SPEED} cannot be {given!r}: it takes tokens per second, or 0 for no pause at all."
        )
    return speed or None


def maker() -> Callable[[], httpx.AsyncBaseTransport]:
    """What makes the built-in model, at the pace that the environment asks for; raises UsageError."""
    from glmchat import demo

    return partial(demo.transport, pace())
