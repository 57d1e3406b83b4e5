"""Which levels of effort an endpoint's model takes, and what is sent for one that it does not.

What is known comes from four sources, the strongest first: a refusal, the endpoint's own list of models, the dialect,
the table of the GLM family. A rung is only replaced by another where one of the first three is firm about them: hosts
serve the same model with rungs of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from glmchat.api.learning.learned import Learned, Limit
from glmchat.core import catalogue
from glmchat.core.thinking import NONE, RUNGS, Thinking, in_order

SWITCH, EFFORT, BUDGET = "reasoning", "reasoning_effort", "reasoning_max_tokens"
_HERE = "This endpoint"


class Thinks(Protocol):
    """What of a dialect says how models think; see `glmchat.api.dialect_rows.Dialect`."""

    @property
    def reasoning(self) -> str:
        """How thinking is switched."""

    @property
    def by_table(self) -> bool:
        """Whether the table of the GLM family says what is taken."""

    @property
    def also_takes(self) -> tuple[str, ...]:
        """Levels that are taken beside the table's, by a model that always thinks."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """How the model of an endpoint thinks; `firm` says whether other rungs than these are refused, `who` by whom."""

    thinking: Thinking = field(default_factory=Thinking)
    firm: bool = False
    who: str = _HERE

    @property
    def name(self) -> str:
        """What to call the model in a sentence."""
        return "This model" if self.who == _HERE else self.who

    def nearest(self, level: str) -> str | None:
        """The rung nearest to a level; None where none can be told."""
        rungs = [each for each in self.thinking.rungs or () if each in RUNGS]
        if level not in RUNGS or not rungs:
            return None
        return min(rungs, key=lambda each: abs(RUNGS.index(each) - RUNGS.index(level)))


@dataclass(frozen=True, slots=True)
class Step:
    """Values with an effort that is taken; why some are left out or changed, and what is sent on trust, by name."""

    values: dict[str, Any]
    omitted: dict[str, str] = field(default_factory=dict)
    warned: dict[str, str] = field(default_factory=dict)


def ladder(row: Thinks, learned: Learned, model: str, told: Thinking | None) -> Ladder:
    """What is known of how a model thinks at an endpoint; `told` is what its list says, or what is known of it."""
    known = catalogue.known(model)
    thinking = known.thinking or Thinking()
    if row.also_takes and thinking.rungs and thinking.optional is False:
        thinking = replace(thinking, rungs=in_order((*thinking.rungs, *row.also_takes)))
    firm, who = row.by_table and thinking.rungs is not None, known.name
    if told is not None:
        thinking = told.over(thinking)
        if told.stated and told.rungs is not None:
            firm, who = True, _HERE
    return _after_refusals(Ladder(thinking, firm, who), row, learned)


def _after_refusals(known: Ladder, row: Thinks, learned: Learned) -> Ladder:
    thinking, firm, who = known.thinking, known.firm, known.who
    limit, switch = learned.limits.get(EFFORT, Limit()), learned.limits.get(SWITCH, Limit())
    if limit.choices:
        rungs = in_order(tuple(each for each in limit.choices if each != NONE))
        # Where an effort is the only switch, a list without `none` says that there is none.
        optional = (
            True if NONE in limit.choices else (False if row.reasoning == "effort" else thinking.optional)
        )
        thinking = replace(thinking, rungs=rungs, optional=optional, aliases={})
        firm, who = True, _HERE
    if limit.refused and thinking.rungs:
        rungs = tuple(each for each in thinking.rungs if each not in limit.refused)
        aliases = {each: rung for each, rung in thinking.aliases.items() if each not in limit.refused}
        thinking, who = replace(thinking, rungs=rungs, aliases=aliases), _HERE
        firm = True
    if False in switch.refused:
        thinking = replace(thinking, optional=False)
    return Ladder(thinking, firm, who)


def fitted(known: Ladder, values: Mapping[str, Any]) -> Step:
    """Values as a model takes them: off where it can be switched off, else its lowest rung; a rung that it knows."""
    out, thinking = dict(values), known.thinking
    if thinking.budget is False and BUDGET in out:
        del out[BUDGET]
        reason = f"{known.who} takes no limit of tokens for the thought, so {BUDGET} is left out."
        return _with(fitted(known, out), {BUDGET: reason})
    effort = out.get(EFFORT)
    if (out.get(SWITCH) is False or effort == NONE) and thinking.optional is False:
        return _lowest(known, out)
    if effort is None:
        return Step(out)
    if effort == NONE and out.get(SWITCH):
        del out[SWITCH]
        return Step(out, {SWITCH: f"{EFFORT} = {NONE} switches the thought off, so {SWITCH} is left out."})
    if effort == NONE or effort in thinking.aliases or effort in (thinking.rungs or ()):
        return Step(out)
    return (
        _replaced(known, out, effort) if known.firm and thinking.rungs is not None else _trusted(out, effort)
    )


def _with(step: Step, omitted: Mapping[str, str]) -> Step:
    return replace(step, omitted={**omitted, **step.omitted})


def _lowest(known: Ladder, values: dict[str, Any]) -> Step:
    """The least thought of a model that cannot stop thinking."""
    name = SWITCH if values.get(SWITCH) is False else EFFORT
    kept = {key: value for key, value in values.items() if key not in (SWITCH, EFFORT)}
    lowest = known.thinking.lowest
    cannot = f"{known.name} cannot stop thinking"
    if lowest is None:
        return Step(kept, {name: f"{cannot}, so {name} = {'off' if name == SWITCH else NONE} is left out."})
    return Step({**kept, EFFORT: lowest}, {name: f"{cannot}, so its lowest effort is asked for: {lowest}."})


def _replaced(known: Ladder, values: dict[str, Any], effort: str) -> Step:
    rungs = known.thinking.rungs or ()
    if not rungs:
        rest = {key: value for key, value in values.items() if key != EFFORT}
        return Step(rest, {EFFORT: f"{known.who} knows no levels of effort, so {EFFORT} is left out."})
    near = known.nearest(effort)
    if near is None:
        listed = ", ".join(rungs)
        warning = f"{known.who} takes {EFFORT} {listed}; {effort} is none of them and is sent all the same."
        return Step(values, {}, {EFFORT: warning})
    told = f"{known.who} does not take {EFFORT} = {effort}, so {near} is sent instead."
    return Step({**values, EFFORT: near}, {EFFORT: told})


def _trusted(values: dict[str, Any], effort: str) -> Step:
    if effort in RUNGS:
        return Step(values)
    warning = f"{effort} is no level of effort that is known here; it is sent as it is."
    return Step(values, {}, {EFFORT: warning})
