"""The built-in model's transport, at the pace that the environment asks for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from glmchat.commands.errors import UsageError

if TYPE_CHECKING:
    import httpx

SPEED = "GLMCHAT_DEMO_SPEED"


def transport() -> httpx.AsyncBaseTransport:
    """The built-in model; ``GLMCHAT_DEMO_SPEED`` is its pace in tokens per second, 0 as fast as it can.

    Raises UsageError for a pace that is none.
    """
    from glmchat import demo

    given = os.environ.get(SPEED, "").strip()
    if not given:
        return demo.transport()
    try:
        speed = float(given)
    except ValueError:
        speed = -1
    if not 0 <= speed < float("inf"):
        raise UsageError(
            f"{SPEED} cannot be {given!r}: it takes tokens per second, or 0 for no pause at all."
        )
    return demo.transport(speed or None)
