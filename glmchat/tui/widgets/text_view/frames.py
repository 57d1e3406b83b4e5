"""When a view draws: at a bounded rate, in steps of bounded length, and not at all while nothing changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from glmchat.tui.widgets.text_view.layout import ItemLayout

FRAME_S = 1 / 20
# After a frame that scrolled every row is another one: the next one waits a little longer.
SCROLL_S = 1 / 10
# The longest that a frame works before keys get their turn.
_STEP_S = 0.007
# A terminal that is slower than the text gets fewer frames, so that keys do not wait behind them.
_BEHIND_S = 0.03
# A frame that takes more steps than fit into this is painted as far as it is.
_PATIENCE_S = 0.1


class Drawn(Protocol):
    """Something that is drawn frame by frame."""

    @property
    def drawable(self) -> bool:
        """Whether there is anything to draw on."""

    def paint(self, at_once: bool) -> None:
        """Show what is ready, without waiting for the screen's own beat if `at_once`; more work may be scheduled."""


class FrameClock:
    """Draws a view: its layout is made exact step by step, and then painted; `frames` counts what was painted.

    `behind` tells whether the terminal has yet to take what was painted before. With a `beat`, frames come at multiples
    of that many seconds, so that several views are drawn at the same moment.
    """

    def __init__(
        self, layout: ItemLayout, view: Drawn, beat: float = 0.0, behind: Callable[[], bool] = lambda: False
    ) -> None:
        self.frames = 0
        self._layout = layout
        self._view = view
        self._beat = beat
        self._behind = behind
        self._handle: asyncio.TimerHandle | None = None
        self._next_frame = 0.0
        self._since: float | None = None
        self._edge = False

    @property
    def idle(self) -> bool:
        """Whether no frame is due."""
        return self._handle is None

    def schedule(self, edge: bool = False) -> None:
        """Have a frame drawn, at most 20 a second, and 10 where text scrolls past; or at the next beat.

        An `edge`, which is what begins or ends a text, waits for none of them.
        """
        if edge and not self._edge:
            self._edge = True
            if self._view.drawable:
                self._cancel()
                self._call_after(0.0)
        elif self._handle is None and self._view.drawable:
            now = time.monotonic()
            self._call_after(
                self._beat - now % self._beat if self._beat else max(self._next_frame - now, 0.0)
            )

    def draw_now(self) -> None:
        """Draw without waiting for the next frame: what the reader does answers at once."""
        if self._view.drawable:
            self._step()

    def stop(self) -> None:
        """Let no frame come any more."""
        self._edge = False
        self._cancel()

    def _cancel(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _call_after(self, seconds: float) -> None:
        self._handle = asyncio.get_running_loop().call_later(seconds, self._on_frame)

    def _on_frame(self) -> None:
        self._handle = None
        if not self._edge and self._behind():
            self._call_after(_BEHIND_S)
        elif self._view.drawable:
            now, top = time.monotonic(), self._layout.top
            if self._step():
                self._next_frame = now + (FRAME_S if self._layout.top == top else SCROLL_S)

    def _step(self) -> bool:
        """Work for a step, and paint if all is ready or it took too long; returns whether it was painted."""
        now = time.perf_counter()
        self._since = self._since or now
        ready = self._layout.advance(now + _STEP_S)
        painted = ready or now - self._since > _PATIENCE_S
        if painted:
            self._since = None
            self.frames += 1
            at_once, self._edge = self._edge, False
            self._view.paint(at_once)
        if not ready:
            self._cancel()
            self._call_after(0.0)
        return painted
