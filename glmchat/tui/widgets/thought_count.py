"""The count of a thought while it grows: its seconds and tokens, told once a second and at its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from textual.timer import Timer

TICK_S = 1.0


class Tell(Protocol):
    """Takes fields of `ThoughtFacts` that are other ones now."""

    def __call__(self, **facts: Any) -> None:
        """Show them."""


class ThoughtCount:
    """Counts one thought after the other; `every` calls a function again and again."""

    def __init__(self, tell: Tell, every: Callable[[float, Callable[[], Any]], Timer]) -> None:
        self.tokens = 0
        self._tell = tell
        self._every = every
        self._started = 0.0
        self._clock: Timer | None = None

    def begin(self, seconds: float | None, tokens: int | None, *, running: bool) -> None:
        """Count another thought from what it has taken so far; only one that is `running` goes on."""
        self._stop()
        self.tokens = tokens or 0
        if running:
            self._started = time.monotonic() - (seconds or 0.0)
            self._clock = self._every(TICK_S, self._tick)

    def end(
        self,
        *,
        running: bool,
        seconds: float | None = None,
        tokens: int | None = None,
        estimated: bool = False,
    ) -> None:
        """Tell what the thought took, as far as that is known better than by counting."""
        if running:
            self._tick()
        self._stop()
        known = {} if seconds is None else {"seconds": seconds}
        self._tell(
            **known,
            running=False,
            tokens=self.tokens if tokens is None else tokens,
            estimated=estimated or tokens is None,
        )

    def _tick(self) -> None:
        self._tell(seconds=time.monotonic() - self._started, tokens=self.tokens, estimated=True)

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.stop()
            self._clock = None
