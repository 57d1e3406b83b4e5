"""Ctrl+C and SIGTERM, which mean the same: stop, keep what came, say so. One is enough, more change nothing.

All of it holds for a process of glmchat's own, from `arm` on; a program that calls `glmchat.cli.main` keeps its
handlers.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

_NUMBERS = (signal.SIGINT, signal.SIGTERM)
_armed = False


def arm() -> None:
    """Let the first of either raise KeyboardInterrupt, and ignore the others."""
    global _armed  # noqa: PLW0603  (there is one set of handlers in a process)
    try:
        signal.signal(signal.SIGINT, _raise)
        signal.signal(signal.SIGTERM, _raise)
        _armed = True
    except ValueError:  # only the main thread of a process may
        return


def usual() -> None:
    """Leave Ctrl+C to Python and its event loop, and let SIGTERM do the same as Ctrl+C."""
    if _armed:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


def cancel(task: asyncio.Task[object]) -> None:
    """Let the first of either cancel a task, and ignore the others."""
    loop = task.get_loop()

    def stop(*_: object) -> None:
        ignore()
        loop.call_soon_threadsafe(task.cancel)

    _handle(stop)


def ignore() -> None:
    """Ignore both from now on: what is left to do is short and has to be done whole."""
    _handle(signal.SIG_IGN)  # no function of ours: Python takes those away while it shuts down


def _raise(*_: object) -> None:
    ignore()
    raise KeyboardInterrupt


def _handle(handler: Callable[..., None] | signal.Handlers) -> None:
    if _armed:
        for number in _NUMBERS:
            signal.signal(number, handler)
