"""Joins the steps of one movement, so that undo takes the whole movement back."""

from __future__ import annotations

from itertools import count

# Steps of the same kind on the same row belong together while no longer pause than this lies between them.
_PAUSE_S = 1.0


class Gesture:
    """Hands out merge keys; `kind` is what moves: a drag, the wheel, the arrow keys."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._what = ("", "")
        self._number = 0
        self._last = 0.0

    def end(self) -> None:
        """The movement is over; the next step begins another."""
        self._what = ("", "")

    def key(self, name: str, kind: str, now: float) -> str | None:
        """The merge key of a step at `now` (monotonic seconds); None where `kind` is ""."""
        if not kind:
            self.end()
            return None
        held = kind == "drag" or now - self._last <= _PAUSE_S
        if (name, kind) != self._what or not held:
            self._what, self._number = (name, kind), next(self._numbers)
        self._last = now
        return f"{name} {kind} {self._number}"
