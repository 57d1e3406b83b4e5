"""What may be spent on a reply, in a session and on a day, each currency for itself, and what a reply makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from glmchat.core.conversation import Cost
from glmchat.core.model import Price
from glmchat.core.pricing import short

WARN_AT = 0.8
# What a reply is reckoned with whose length nobody limits.
USUAL_REPLY = 1024
_WORDS = {"reply": "a reply", "session": "a session", "day": "a day"}


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that may be spent, by currency (ISO 4217); an empty one limits nothing."""

    reply: Mapping[str, float] = field(default_factory=dict)
    session: Mapping[str, float] = field(default_factory=dict)
    day: Mapping[str, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.reply or self.session or self.day)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reply would make of the limits: `crossed` one of them, or come near it; `key` tells the limit."""

    sentence: str
    crossed: bool
    key: str


def midnight() -> float:
    """When this day began here."""
    return datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def expected(price: Price | None, prompt_tokens: int, max_tokens: int | None) -> Cost | None:
    """What a reply may cost before it came: its prompt, and as many tokens as it may have or usually has."""
    rates = None if price is None else price.at(prompt_tokens)
    if rates is None or rates.input is None or rates.output is None:
        return None
    tokens = min(max_tokens or USUAL_REPLY, USUAL_REPLY)
    return Cost((prompt_tokens * rates.input + tokens * rates.output) / 1000, rates.currency)


def judge(limits: Limits, cost: Cost, session: float, day: float) -> Verdict | None:
    """Whether a reply of that cost crosses a limit or comes near it; both sums are of its currency, without it."""
    near: Verdict | None = None
    for kind, allowed, before in (
        ("reply", limits.reply, 0.0),
        ("session", limits.session, session),
        ("day", limits.day, day),
    ):
        limit = allowed.get(cost.currency)
        if limit is None:
            continue
        spent = f"{short(Cost(before, cost.currency))} spent and " if kind != "reply" else ""
        words = (
            f"the budget of {short(Cost(limit, cost.currency))} for {_WORDS[kind]}: "
            f"{spent}about {short(cost)} expected."
        )
        if before + cost.amount > limit:
            return Verdict(f"This reply may cross {words}", True, f"{kind} {cost.currency}")
        if before + cost.amount >= WARN_AT * limit and near is None:
            near = Verdict(f"This comes near {words}", False, f"{kind} {cost.currency}")
    return near
