"""The app's one boundary for faults: each is told in a sentence, and the chat goes on.

Textual ends the whole app on any exception that leaves a message handler, a timer, a worker or a drawing, prints a
traceback with the values at hand, and has no public way to do otherwise. So this file reaches into its private parts:
`App._register_child` and `App._start_widget` (every widget passes through one of them), `_dispatch_message` and
`_get_dispatch_methods` of each widget, `Screen._compositor_refresh`, `App._close_all`, `App._handle_exception` and
`App._fatal_error`.
Where a newer Textual lacks one of them, faults of that one kind end the app again, as they do in any other Textual
app; nothing else depends on them (see `private`).
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any

from rich.text import Text
from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.driver import Driver
from textual.geometry import Region, Size
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import WorkerFailed

from glmchat.support.text import safe_line
from glmchat.tui.platform import drawn_lines, private
from glmchat.tui.platform.compositor import paint_by_rows
from glmchat.tui.platform.screen_memory import ScreenMemory

log = logging.getLogger(__name__)

# A fault that comes again sooner than this, as one in a drawing does with each frame, is not told again.
QUIET_S = 20.0
_LONGEST = 200
_CLOSING_S = 0.5
# Their handlers up the line of classes do what keeps a widget working: a fault in ours must not leave them out.
_LIFE = (events.Mount, events.Unmount)

Handlers = Iterable[tuple[type, Callable[[Message], Awaitable[Any]]]]


def words(error: BaseException) -> str:
    """A fault in one sentence, whatever its text is made of."""
    try:
        text = safe_line(str(error))[:_LONGEST]
    except Exception:
        text = ""
    fault = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"Something went wrong inside glmchat ({fault})."


def _place(error: BaseException) -> tuple[object, ...]:
    """Where a fault arose: its kind, and the line of code."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return (type(error), at and at.tb_frame.f_code.co_filename, at and at.tb_lineno)


def _draw_anew(memory: ScreenMemory, app: App[Any]) -> None:
    """Draw the whole screen, on which another program may have left anything."""
    memory.keep({})
    app.screen.refresh(layout=True)


class Boundary(App[None]):
    """An app that no fault in it ends once its screen is there.

    `faults` are those that came, by where they arose; from `leaving` on they are told to nobody.
    """

    def __init__(self, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        # What is told stands over the prompt: every screen would carry two widgets that never show anything.
        self._disable_tooltips = self._disable_notifications = True
        self.faults: dict[tuple[object, ...], float] = {}
        self.leaving = False
        self._handling: set[Widget] = set()
        self._looping = False
        self._on_terminal = ScreenMemory()

    def on_mount(self) -> None:
        """Know when other programs had the terminal."""
        self.app_resume_signal.subscribe(self, partial(_draw_anew, self._on_terminal), immediate=True)

    def say(self, sentence: str, severity: str = "information") -> None:
        """Tell the person a sentence."""
        raise NotImplementedError

    def failed(self, error: BaseException) -> None:
        """Tell of a fault of ours, once while it goes on; the details are for the log."""
        if isinstance(error, WorkerFailed):
            error = error.error
        if (
            self.leaving
        ):  # what is under way then has nobody to be told to, and may miss what is closed already
            log.debug("while leaving: %s", type(error).__name__, exc_info=error)
            return
        place, now = _place(error), time.monotonic()
        before = self.faults.get(place)
        self.faults[place] = now
        if before is not None and now - before < QUIET_S:
            return
        log.error("the screen failed: %s", type(error).__name__, exc_info=error)
        if not self.is_running or not self.screen_stack:
            return
        try:
            self.say(words(error), "error")
        except Exception:  # the place where it would be told is what is broken
            log.exception("the fault could not be told")

    def _loop_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Take what goes wrong in callbacks and tasks that belong to the event loop alone."""
        error = context.get("exception")
        if isinstance(error, Exception) and ("handle" in context or "future" in context):
            self.failed(error)
        else:  # a connection that broke, which whoever uses it knows as well
            log.debug("the event loop: %s", context.get("message"), exc_info=error)

    # -- messages

    async def _process_messages_loop(self) -> None:
        self._looping = True
        asyncio.get_running_loop().set_exception_handler(self._loop_failed)
        try:
            await super()._process_messages_loop()
        finally:
            self._looping = False

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            self.failed(error)

    def _register_child(self, parent: DOMNode, child: Widget, before: int | None, after: int | None) -> None:
        self._enclose(child)
        super()._register_child(parent, child, before, after)

    def _start_widget(self, parent: Widget, widget: Widget) -> None:
        self._enclose(widget)
        super()._start_widget(parent, widget)

    def _enclose(self, widget: Widget) -> None:
        """Take the faults of a widget before Textual sees them: it would stop the widget, and the app."""
        if "render_lines" in vars(widget):
            return
        if private.has("messages"):
            self._enclose_messages(widget)
        if private.has("handlers"):
            self._enclose_handlers(widget)
        self._enclose_drawing(widget)
        drawn_lines.let_go(widget)
        if isinstance(widget, Screen):
            paint_by_rows(widget, self._on_terminal)
            if private.has("frames"):
                self._enclose_composing(widget)

    def _enclose_messages(self, widget: Widget) -> None:
        kind = type(widget)

        async def dispatch_message(message: Message) -> None:
            self._handling.add(widget)
            try:
                await kind._dispatch_message(widget, message)
            except Exception as error:
                self.failed(error)
            finally:
                self._handling.discard(widget)

        widget._dispatch_message = dispatch_message  # type: ignore[method-assign]

    def _enclose_handlers(self, widget: Widget) -> None:
        kind = type(widget)

        def dispatch_methods(method_name: str, message: Message) -> Handlers:
            found = kind._get_dispatch_methods(widget, method_name, message)
            return self._each_by_itself(found) if isinstance(message, _LIFE) else found

        widget._get_dispatch_methods = dispatch_methods  # type: ignore[method-assign]

    def _each_by_itself(self, handlers: Handlers) -> Handlers:
        from textual._callback import invoke

        for owner, method in handlers:

            async def call(message: Message, method: Callable[..., Any] = method) -> None:
                try:
                    await invoke(method, message)
                except Exception as error:
                    self.failed(error)

            yield owner, call

    # -- drawing

    def _enclose_drawing(self, widget: Widget) -> None:
        """Leave a widget that cannot be drawn or measured blank, and draw all others."""
        kind = type(widget)

        def lines(crop: Region) -> list[Strip]:
            try:
                return kind.render_lines(widget, crop)
            except Exception as error:
                self.failed(error)
                return [Strip.blank(crop.width)] * crop.height

        def width(container: Size, viewport: Size) -> int:
            try:
                return kind.get_content_width(widget, container, viewport)
            except Exception as error:
                self.failed(error)
                return container.width

        def height(container: Size, viewport: Size, width: int) -> int:
            try:
                return kind.get_content_height(widget, container, viewport, width)
            except Exception as error:
                self.failed(error)
                return 1

        widget.render_lines = lines  # type: ignore[method-assign]
        widget.get_content_width = width  # type: ignore[method-assign]
        widget.get_content_height = height  # type: ignore[method-assign]

    def _enclose_composing(self, screen: Screen[Any]) -> None:
        """Drop a frame that cannot be put together: tried again at once, it would fail for ever."""

        def compositor_refresh() -> None:
            try:
                type(screen)._compositor_refresh(screen)
            except Exception as error:
                screen._dirty_widgets.clear()
                screen._compositor._dirty_regions.clear()
                self.failed(error)

        screen._compositor_refresh = compositor_refresh  # type: ignore[method-assign]

    # -- leaving

    async def _close_all(self) -> None:
        """End the widgets; a handler that waits for something that may never come is cut short."""
        closing = asyncio.ensure_future(super()._close_all())
        await asyncio.wait([closing], timeout=_CLOSING_S)
        if not closing.done():
            for widget in self._handling:
                widget.task.cancel()
        await closing

    # -- what Textual itself gives up on

    def _handle_exception(self, error: Exception) -> None:
        if self._looping:
            self.failed(error)
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End on a fault before the screen is there, or after: one sentence, no traceback, for one may show a key."""
        error = sys.exc_info()[1]
        if error is not None:
            log.error("the app failed: %s", type(error).__name__, exc_info=error)
        self.panic(*([Text(words(error))] if error is not None else []))
