"""What is left of the limits that an endpoint sets for requests and tokens, as its headers tell with each answer."""

from __future__ import annotations

from dataclasses import dataclass

# The part of a limit below which the rest is told.
_LITTLE = 0.1


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of one limit: `what` it counts, such as "requests a minute"; `limit` is None where it is not told.

    `resets_s` are the seconds until it is full again, None where nobody says.
    """

    what: str
    left: int
    limit: int | None = None
    resets_s: float | None = None

    @property
    def near(self) -> bool:
        """Whether little of it is left."""
        if not self.limit:
            return not self.left
        return self.left <= self.limit * _LITTLE or (self.left <= 1 and self.limit > 3)

    @property
    def sentence(self) -> str:
        """What is left, in words without a full stop: "3 of 50 requests left, full again in 12 s"."""
        of = f" of {self.limit:,}" if self.limit else ""
        again = "" if self.resets_s is None else f", full again in {_duration(self.resets_s)}"
        return f"{self.left:,}{of} {self.what} left{again}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{round(seconds / 3600)} h"
