"""The line at the top: what is open, who answers, whether it thinks, how full the window is, price and cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from glmchat.core import pricing
from glmchat.core.depth import UNSENT
from glmchat.support.text import safe_line
from glmchat.tui.widgets.bars.line import Part, PartLine

_BAR_CELLS = 5


@dataclass(frozen=True, slots=True)
class HeaderFacts:
    """What the line says; `thinking` is a depth as `glmchat.core.depth` names it, `window` None where it is unknown."""

    title: str = ""
    model: str = ""
    provider: str = ""
    demo: bool = False
    incognito: bool = False
    saving: bool = True
    thinking: str = UNSENT
    thinking_means: str = ""
    tokens: int = 0
    window: int | None = None
    estimated: bool = True
    near: bool = False
    overflow: bool = False
    dropping: bool = False
    costs: Mapping[str, float] = field(default_factory=dict)
    cost_known: bool = True
    rates: str = ""


def context(facts: HeaderFacts) -> Part:
    """How much of the window the next request takes, as a bar and in tokens; a tilde marks an estimate."""
    used = ("~" if facts.estimated and facts.tokens else "") + pricing.count(facts.tokens)
    if facts.window is None:
        return Part(f"{used} tokens", "$text-muted", "", 4)
    full = min(_BAR_CELLS, math.ceil(_BAR_CELLS * facts.tokens / facts.window))
    text = f"{'▮' * full}{'▯' * (_BAR_CELLS - full)} {used} / {pricing.count(facts.window)}"
    if facts.dropping:
        return Part(f"{text} oldest turns dropped", "bold $text-warning", "drop-oldest", 1)
    if facts.overflow:
        return Part(f"{text} too long", "bold $text-error", "drop-oldest", 1)
    if facts.near:
        return Part(f"{text} nearly full", "bold $text-warning", "drop-oldest", 1)
    return Part(text, "$text-muted", "drop-oldest", 4)


def thinking(facts: HeaderFacts) -> Part:
    """How much the model is asked to think, and what it makes of nothing sent."""
    if facts.thinking != UNSENT:
        return Part(f"thinking {safe_line(facts.thinking)}", "", "toggle-reasoning", 3)
    level, _, dearest = facts.thinking_means.partition(",")
    means = f" ({safe_line(level)})" if dearest else ""
    return Part(f"thinking auto{means}", "$text-muted", "toggle-reasoning", 3)


def parts(facts: HeaderFacts) -> tuple[list[Part], list[Part]]:
    """The pieces at the left and at the right."""
    left = [Part(safe_line(facts.title) or "New session", "bold", "rename")]
    if facts.incognito:
        left.append(Part("not saved", "$text-warning", "", 1))
    elif not facts.saving:
        left.append(Part("NOT SAVED", "bold $text-error", "export", 1))
    if facts.demo:
        right = [Part(" DEMO ", "bold reverse $text-accent", "key"), Part("built-in model", "", "model", 6)]
    else:
        right = [Part(f"{safe_line(facts.model)} @ {safe_line(facts.provider)}", "", "model", 2)]
    right.append(thinking(facts))
    right.append(context(facts))
    if facts.rates:
        right.append(Part(facts.rates, "$text-muted", "cost", 7))
    if cost := pricing.total(facts.costs, facts.cost_known):
        right.append(Part(cost, "$text-muted", "cost", 5))
    return left, right


class Header(PartLine):
    """The line at the top."""

    def show(self, facts: HeaderFacts) -> None:
        """Say other things."""
        self.put(*parts(facts))
