"""How long what is slow to read may take, and whether it is still wanted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# How long one document may take to read.
LONGEST_S = 30.0


class Patience:
    """So many seconds for all that is read together; none are left once the person has had enough."""

    def __init__(self, seconds: float = LONGEST_S) -> None:
        self.seconds = seconds
        self.stopped = False
        self._until = time.monotonic() + seconds
        self._ends: list[Callable[[], object]] = []

    @property
    def left_s(self) -> float:
        """The seconds that are left."""
        return 0.0 if self.stopped else max(0.0, self._until - time.monotonic())

    def stop(self) -> None:
        """Read no further; what is being read in another thread ends."""
        self.stopped = True
        for end in list(self._ends):
            end()

    @contextmanager
    def ending(self, end: Callable[[], object]) -> Iterator[None]:
        """Have something ended where the person stops it meanwhile."""
        self._ends.append(end)
        if self.stopped:
            end()
        try:
            yield
        finally:
            self._ends.remove(end)
