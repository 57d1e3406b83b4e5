"""How a model thinks: whether it can be stopped, and which levels of effort it knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# The levels of effort that endpoints know, from the least to the most; none is no thought at all.
RUNGS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
NONE = RUNGS[0]


@dataclass(frozen=True, slots=True)
class Thinking:
    """How a model thinks; what nobody stated is None.

    `optional` says whether it can be switched off, `unasked` whether it thinks where nothing is sent. `rungs` are the
    levels of effort that it tells apart, from the least to the most, empty where it knows none; `default` is the one
    that holds where none is sent. `aliases` are further levels that it takes, each with the rung that it counts as
    (`none` for no thought). `budget` says whether a limit of tokens is taken,
    `stated` whether the endpoint's own list tells the rungs.
    """

    optional: bool | None = None
    unasked: bool | None = None
    rungs: tuple[str, ...] | None = None
    default: str | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    budget: bool | None = None
    stated: bool = False

    @property
    def lowest(self) -> str | None:
        """The least effort that can be asked for; None where no rung is known."""
        return self.rungs[0] if self.rungs else None

    @property
    def unsent_is_dearest(self) -> bool:
        """Whether a request that says nothing of effort gets the most of it."""
        return bool(self.rungs) and self.default == self.rungs[-1] if self.rungs else False

    def over(self, weaker: Thinking | None) -> Thinking:
        """What is known here, and where nothing is, what another source says."""
        if weaker is None:
            return self
        known = self.rungs is not None
        return Thinking(
            weaker.optional if self.optional is None else self.optional,
            weaker.unasked if self.unasked is None else self.unasked,
            self.rungs if known else weaker.rungs,
            self.default if known or self.default else weaker.default,
            self.aliases if known else weaker.aliases,
            weaker.budget if self.budget is None else self.budget,
            self.stated if known else weaker.stated,
        )


def in_order(levels: tuple[str, ...]) -> tuple[str, ...]:
    """Levels from the least to the most; those that nobody ranks stand at the end, as they came."""
    return tuple(
        sorted(dict.fromkeys(levels), key=lambda each: RUNGS.index(each) if each in RUNGS else len(RUNGS))
    )
