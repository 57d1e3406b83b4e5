"""When a view draws: at a bounded rate, in steps of bounded length, and not at all while nothing changes."""

from __future__ import annotations

import asyncio
import time

from glmchat.tui.widgets.transcript.painting import PaintedView

FRAME_S = 1 / 25
# After a frame that scrolled every row is another one: the next one waits a little longer.
SCROLL_S = 1 / 12
# The longest that a frame works before keys get their turn.
_STEP_S = 0.007
# A frame that takes more steps than fit into this is painted as far as it is.
_PATIENCE_S = 0.1


class FramedView(PaintedView):
    """A painted view that is drawn frame by frame: `advance` makes ready what is in view, `paint` shows it.

    `complete` tells whether the last step made all ready; `frames` counts what was painted.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.frames = 0
        self.complete = True
        self._y = 0
        self._handle: asyncio.TimerHandle | None = None
        self._next_frame = 0.0
        self._since: float | None = None

    @property
    def idle(self) -> bool:
        """Whether no frame is due."""
        return self._handle is None

    def schedule(self) -> None:
        """Have a frame drawn, at most 25 a second, and 12 where text scrolls past."""
        self._call_after(max(self._next_frame - time.monotonic(), 0.0))

    def draw_now(self) -> None:
        """Draw without waiting for the next frame: what the reader does answers at once."""
        if self.is_attached and self._width:
            self._step()

    def advance(self, until: float) -> bool:
        """Make ready what is in view, until the clock of `time.perf_counter` has passed; returns whether it is."""
        return True

    def paint(self) -> None:
        """Show what is ready; more work may come of it, which it schedules."""

    def on_unmount(self) -> None:
        """Let no frame come any more."""
        self._cancel()

    def _call_after(self, seconds: float) -> None:
        if self._handle is None and self.is_attached:
            self._handle = asyncio.get_running_loop().call_later(seconds, self._on_frame)

    def _cancel(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _on_frame(self) -> None:
        self._handle = None
        if self.is_attached and self._width:
            now, y = time.monotonic(), self._y
            if self._step():
                self._next_frame = now + (FRAME_S if self._y == y else SCROLL_S)

    def _step(self) -> bool:
        """Work for a step, and paint if all is ready or it took too long; returns whether it was painted."""
        now = time.perf_counter()
        self._since = self._since or now
        self.complete = self.advance(now + _STEP_S)
        painted = self.complete or now - self._since > _PATIENCE_S
        if painted:
            self._since = None
            self.frames += 1
            self.paint()
        if not self.complete:
            self._cancel()
            self._call_after(0.0)
        return painted
