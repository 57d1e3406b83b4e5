"""Ctrl+C, SIGTERM and a hang-up, which mean the same: stop, keep what came, say so. One is enough, more change nothing.

All of it holds for a process of glmchat's own, from `arm` on; a program that calls `glmchat.cli.main` keeps its
handlers.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

_INTERRUPT, _TERMINATE = signal.SIGINT, signal.SIGTERM
_HANG_UP: signal.Signals | None = getattr(signal, "SIGHUP", None)  # there is none on Windows
_armed: tuple[signal.Signals, ...] = ()


def arm() -> None:
    """Let the first of them raise KeyboardInterrupt, and ignore the others; under nohup a hang-up stays ignored."""
    global _armed  # noqa: PLW0603  (there is one set of handlers in a process)
    wanted = [_INTERRUPT, _TERMINATE]
    if _HANG_UP is not None and signal.getsignal(_HANG_UP) is not signal.SIG_IGN:
        wanted.append(_HANG_UP)
    try:
        for number in wanted:
            signal.signal(number, _raise)
    except ValueError:  # only the main thread of a process may
        return
    _armed = tuple(wanted)


def usual() -> None:
    """Leave Ctrl+C to Python and its event loop, and let the others do the same as Ctrl+C."""
    for number in _armed:
        signal.signal(number, signal.default_int_handler if number is _INTERRUPT else _as_ctrl_c)


def cancel(task: asyncio.Task[object]) -> None:
    """Let the first of them cancel a task, and ignore the others."""
    once(task.get_loop(), task.cancel)


def once(loop: asyncio.AbstractEventLoop, work: Callable[[], object]) -> None:
    """Let the first of them have something done on an event loop, and ignore the others."""

    def stop(*_: object) -> None:
        ignore()
        loop.call_soon_threadsafe(work)

    _handle(stop)


def once_of_a_screen(loop: asyncio.AbstractEventLoop, work: Callable[[], object]) -> None:
    """The same for what needs its terminal: a hang-up counts even where the process was told to ignore it."""
    global _armed  # noqa: PLW0603  (there is one set of handlers in a process)
    if _armed and _HANG_UP is not None and _HANG_UP not in _armed:
        _armed = (*_armed, _HANG_UP)
    once(loop, work)


def repeatedly(
    loop: asyncio.AbstractEventLoop, interrupt: Callable[[], object], end: Callable[[], object]
) -> None:
    """Let each Ctrl+C have something done on an event loop, and the first of the others have it ended."""

    def stop(*_: object) -> None:
        ignore()
        loop.call_soon_threadsafe(end)

    _handle(stop)
    if _armed:
        signal.signal(_INTERRUPT, lambda *_: loop.call_soon_threadsafe(interrupt))


def ignore() -> None:
    """Ignore them from now on: what is left to do is short and has to be done whole."""
    _handle(signal.SIG_IGN)  # no function of ours: Python takes those away while it shuts down


@contextmanager
def left_to_child() -> Iterator[None]:
    """Leave Ctrl+C to a program that has the terminal for a while; it reaches both."""
    if not _armed:
        yield
        return
    before = signal.signal(_INTERRUPT, lambda *_: None)  # a function is not inherited, SIG_IGN would be
    try:
        yield
    finally:
        signal.signal(_INTERRUPT, before)


def _raise(*_: object) -> None:
    ignore()
    raise KeyboardInterrupt


def _as_ctrl_c(*_: object) -> None:
    signal.raise_signal(_INTERRUPT)


def _handle(handler: Callable[..., None] | signal.Handlers) -> None:
    for number in _armed:
        signal.signal(number, handler)
