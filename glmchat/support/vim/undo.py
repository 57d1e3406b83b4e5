"""What a text was before each change, to go back to and to come back from."""

from __future__ import annotations

MOST = 200
State = tuple[str, int]


class Undo:
    """States of a text, each with the cursor that it had."""

    def __init__(self) -> None:
        self._now: State = ("", 0)
        self._before: list[State] = []
        self._after: list[State] = []

    def note(self, text: str, at: int) -> None:
        """Know what the text is now, whoever has changed it."""
        if text != self._now[0]:
            self._before = [*self._before, self._now][-MOST:]
            self._after.clear()
        self._now = (text, at)

    def back(self) -> State | None:
        """Undo the last change."""
        return self._step(self._before, self._after)

    def forth(self) -> State | None:
        """Redo the change that was undone last."""
        return self._step(self._after, self._before)

    def _step(self, source: list[State], target: list[State]) -> State | None:
        if not source:
            return None
        target.append(self._now)
        self._now = source.pop()
        return self._now
