"""How far a study is."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Progress:
    """How far a study is: replies that are there, failed ones, what they cost, and why it stopped early, if it did.

    `costs` are by currency, those of grading among them; `ungraded` counts replies that lack a check; `kind` is the
    kind of the error that stopped it, empty where none did.
    """

    size: int
    done: int = 0
    failed: int = 0
    asked: int = 0
    ungraded: int = 0
    costs: dict[str, float] = field(default_factory=dict)
    stopped: str = ""
    kind: str = ""
    started: float = field(default_factory=time.monotonic)

    @property
    def left_s(self) -> float | None:
        """Seconds until the end at the pace so far."""
        passed = time.monotonic() - self.started
        return passed / self.asked * (self.size - self.done) if self.asked else None

    def spend(self, amount: float, currency: str) -> None:
        """Count what something cost."""
        self.costs[currency] = self.costs.get(currency, 0.0) + amount

    def stop(self, reason: str, kind: str = "") -> None:
        """End the study early, for a reason in words."""
        self.stopped, self.kind = reason, kind
