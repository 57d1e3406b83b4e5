"""Keys, pastes and mouse events, one queue: each acts after all that came before it, whatever packet it came in.

Textual runs a priority binding as soon as its key arrives, when the widget that has the focus may not have seen the
keys before it, and a screen that is being opened gets none of the keys that were meant for it. Here an event waits
until the one before has had its effect: messages between widgets, focus, screens, commands that are under way.
Whether a widget has work to do no public name tells; where the private ones are missing, only commands are waited for.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any, cast

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widgets import Input, TextArea

from glmchat.tui.platform import private

# A command that takes longer than this does not hold up what is typed after it.
PATIENCE_S = 10.0
# Turns of the event loop before the waiting is done in steps.
_TURNS = 200
_STEP_S = 0.004
_LIGHT = (events.MouseMove, events.MouseScrollUp, events.MouseScrollDown)

Release = Callable[[], None]


class Inputs:
    """The queue of an app's input; `deliver` is the app's own way to handle an event.

    Text that goes into a field needs no waiting between its characters, and is written as fast as it comes.
    """

    def __init__(self, app: App[Any], deliver: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._deliver = deliver
        self._events: deque[events.Event] = deque()
        self._came = asyncio.Event()
        self._holds: set[object] = set()

    def put(self, event: events.Event) -> None:
        """Add an event; it is handled when its turn has come."""
        self._events.append(event)
        self._came.set()

    # -- what input waits for

    def hold(self, longest_s: float | None = None) -> Release:
        """Let input wait until the returned function is called, but for text that is being typed already."""
        held = object()
        self._holds.add(held)
        if longest_s is not None:
            asyncio.get_running_loop().call_later(longest_s, self._holds.discard, held)
        return lambda: self._holds.discard(held)

    def wait_for(self, task: asyncio.Task[Any]) -> None:
        """Let input wait until a task has ended, or lets go."""
        if not task.done():
            self._holds.add(task)
            task.add_done_callback(self._holds.discard)

    def let_go(self) -> Release:
        """Let input go on though the task that asks has not ended; the returned function makes it wait again."""
        task = asyncio.current_task()
        if task is None or task not in self._holds:
            return lambda: None
        self._holds.discard(task)
        return lambda: self.wait_for(task)

    # -- how it is handled

    async def run(self) -> None:
        """Handle events in their order, for as long as the app runs."""
        await self._wait(lambda: not self._busy())
        settled = True
        while True:
            while not self._events:
                self._came.clear()
                await self._came.wait()
            if not settled or not self._is_light(self._events[0]):
                await self._wait(self._is_free)
            event = self._events[0]
            settled = self._is_light(event)
            await self._deliver(event)
            self._events.popleft()

    @property
    def at_rest(self) -> bool:
        """Whether everything that came has had its effect."""
        return not self._events and self._is_free()

    @property
    def waits(self) -> bool:
        """Whether something came that has yet to be handled."""
        return bool(self._events)

    async def rest(self, longest_s: float) -> None:
        """Wait until everything that came has had its effect, for so long at the most."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wait(lambda: self.at_rest), longest_s)

    def _is_free(self) -> bool:
        return not self._holds and not self._busy()

    def _is_light(self, event: events.Event) -> bool:
        """Whether an event changes nothing that the next one depends on."""
        if isinstance(event, events.Paste) or (isinstance(event, events.Key) and event.is_printable):
            return takes_text(self._app.focused)
        return isinstance(event, _LIGHT)

    async def _wait(self, met: Callable[[], bool]) -> None:
        turns = 0
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not met():
                    turns += 1
                    await asyncio.sleep(0 if turns < _TURNS else _STEP_S)
        except TimeoutError:
            self._holds.clear()

    def _busy(self) -> bool:
        """Whether a message waits or is being handled anywhere, or something is put off until the next frame."""
        if not private.has("order of input"):
            return False
        screen = self._app.screen
        return bool(screen._callbacks) or any(map(_has_work, _pumps(self._app, screen)))


def hold(app: App[Any], longest_s: float | None = None) -> Release:
    """Let what is typed wait until the returned function is called; for screens, which know no app of ours."""
    inputs = getattr(app, "inputs", None)
    return cast("Inputs", inputs).hold(longest_s) if inputs is not None else lambda: None


def takes_text(widget: object) -> bool:
    """Whether characters that are typed become text in a widget, and do nothing else."""
    return isinstance(widget, TextArea | Input) or getattr(widget, "TAKES_TEXT", False)


def _pumps(app: App[Any], screen: Screen[Any]) -> Iterator[MessagePump]:
    yield app
    yield from screen.walk_children(with_self=True)


def _has_work(pump: MessagePump) -> bool:
    """Whether a message waits or is being handled; a pump that is idle waits for its queue to be ready."""
    if pump._closing or pump._closed:
        return False
    waits: bool = bool(getattr(pump._message_queue.ready_event, "_waiters", True))
    return not waits or pump.message_queue_size > 0 or not pump._is_mounted
