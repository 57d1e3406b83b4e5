"""A terminal that goes away, and one that is slow: nothing waits for it, and what was said and typed is kept.

Textual's write waits for ever where the thread that writes has died of the hang-up, and does not tell that it has; so
this file knows that thread and its queue. Where they are missing, Textual writes as it does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from queue import Empty, Full
from typing import Any

from textual.app import App
from textual.driver import Driver

from glmchat.tui.platform import private

# How long a write waits for a slow terminal before it looks whether that is still there.
_PATIENCE_S = 0.5


def driver_of(app: App[Any]) -> Driver | None:
    """What reads and writes an app's terminal; None before it runs, or where Textual does not let it be found."""
    return app._driver if private.has("terminal") else None


def _writer(driver: Driver) -> Any:
    """The thread that writes to the terminal; None where there is none."""
    return getattr(driver, "_writer_thread", None) if private.has("writer thread") else None


def gone(app: App[Any]) -> bool:
    """Tell whether the terminal does not exist any more."""
    driver = driver_of(app)
    if driver is None or driver.is_headless:
        return False
    thread = _writer(driver)
    return (thread is not None and not thread.is_alive()) or _hung_up(driver)


def behind(app: App[Any]) -> bool:
    """Tell whether more is waiting to be written than what the terminal is just being given."""
    driver = driver_of(app)
    thread = None if driver is None or driver.is_headless else _writer(driver)
    return thread is not None and not thread._queue.empty()


def _hung_up(driver: Driver) -> bool:
    try:
        import termios
    except ImportError:  # there are no hang-ups where there is no termios
        return False
    try:
        termios.tcgetattr(getattr(driver, "fileno", 0))
    except termios.error:
        return True
    return False


def write(driver: Driver, usual: Callable[[str], None], data: str) -> None:
    """Write to the terminal; Textual's own way waits for ever where the thread that writes has died of a hang-up."""
    thread = _writer(driver)
    if thread is None:
        usual(data)
        return
    while thread.is_alive():
        try:
            thread._queue.put(data, timeout=_PATIENCE_S)
        except Full:
            continue
        return
    # What ends the driver puts a last entry there, and must find room for it.
    with contextlib.suppress(Empty):
        while True:
            thread._queue.get_nowait()
