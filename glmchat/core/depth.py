"""The depth of thought as one choice: off, on, a level of effort, or nothing sent about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glmchat.core.parameters import BY_NAME, REASONING
from glmchat.core.thinking import NONE, RUNGS, Thinking

SWITCH, EFFORT, PRESERVE = "reasoning", "reasoning_effort", "reasoning_preserve"
CONTEXT = "reasoning_context"
UNSENT, OFF, ON = "unset", "off", "on"
# The two sets of values that a model's section of the configuration may hold.
SETS = THINKING_ON, THINKING_OFF = "thinking_on", "thinking_off"
# Offered where nobody says which levels a model knows: those that all endpoints with an effort take.
USUAL = ("low", "medium", "high")


def depth_of(values: Mapping[str, Any]) -> str:
    """The depth that values ask for; an effort counts before a switch that is on."""
    effort = values.get(EFFORT)
    if values.get(SWITCH) is False or effort == NONE:
        return OFF
    if effort is not None:
        return str(effort)
    return ON if values.get(SWITCH) else UNSENT


def values_of(depth: str) -> dict[str, Any]:
    """The values that ask for a depth; raises `kind.ValueRefused` for a word that can be no level."""
    match depth:
        case "unset":
            return {}
        case "on" | "off" | "none":
            return {SWITCH: depth == ON}
    return {EFFORT: BY_NAME[EFFORT].validate(depth)}


def scale(thinking: Thinking) -> tuple[str, ...]:
    """The depths that can be asked of a model, from the least to the most."""
    rungs = USUAL if thinking.rungs is None else thinking.rungs
    return (*(() if thinking.optional is False else (OFF,)), ON, *(each for each in rungs if each != NONE))


def least(thinking: Thinking) -> str | None:
    """The least thought that a model can be asked for; None where it cannot stop and knows no level."""
    return OFF if thinking.optional is not False else thinking.lowest


def unthinking(values: Mapping[str, Any], thinking: Thinking) -> dict[str, Any]:
    """The same values with as little thought as a model can be asked for, and no word on the rest of it."""
    kept = {name: value for name, value in values.items() if name not in REASONING}
    return {**kept, **values_of(least(thinking) or OFF)}


def is_least(thinking: Thinking, depth: str) -> bool:
    """Whether a depth is as good as off."""
    return depth == OFF or (depth != UNSENT and depth == least(thinking))


def set_at(depth: str) -> str:
    """Which of a model's two sets of values holds at a depth; empty where nothing about thinking is sent."""
    return "" if depth == UNSENT else THINKING_OFF if depth == OFF else THINKING_ON


def own(thinking: Thinking) -> str:
    """The level that a model takes by itself when it thinks: the one that is known, else the middle, else on."""
    rungs = thinking.rungs or ()
    if not rungs or thinking.default in rungs:
        return thinking.default if rungs and thinking.default else ON
    return "medium" if "medium" in rungs else rungs[-1]


def stepped(thinking: Thinking, depth: str, step: int) -> str:
    """The next depth up (1) or down (-1), the same at the ends; on and nothing sent stand where the model does then."""
    places = [each for each in scale(thinking) if each != ON or not thinking.rungs]
    here = own(thinking) if depth in (ON, UNSENT) else depth
    if depth == UNSENT and thinking.unasked is False:
        here = OFF
    elif depth == UNSENT and here == ON and step > 0:
        return ON
    if here in places:
        return places[min(max(places.index(here) + step, 0), len(places) - 1)]
    beyond = [each for each in places if (_rank(each) - _rank(here)) * step > 0]
    return beyond[0 if step > 0 else -1] if beyond else places[-1 if step > 0 else 0]


# Tokens that a thought of a level may well take; below that, nothing may be left for the answer.
_ROOM = {"minimal": 256, "low": 1024, "medium": 2048, "high": 4096, "xhigh": 8192, "max": 8192}
_ANY_ROOM = 1024  # for a thought of which no level is known


def tight(values: Mapping[str, Any], thinking: Thinking) -> str:
    """A sentence where `max_tokens` is so small that the thought alone may use it up; else empty."""
    limit, asked = values.get("max_tokens"), depth_of(values)
    if limit is None or asked == OFF or (asked == UNSENT and thinking.unasked is not True):
        return ""
    level = own(thinking) if asked in (ON, UNSENT) else asked
    room = _ROOM.get(level, _ANY_ROOM)
    budget = values.get("reasoning_max_tokens")
    if limit >= (room if budget is None else min(room, budget + 1)):
        return ""
    at = "" if level == ON else f" at {level}"
    return f"max_tokens = {limit} counts the thought too, which{at} may use up all of it before the answer begins."


def _rank(depth: str) -> int:
    """Where a depth stands among all; a level that nobody ranks stands above them."""
    known = (OFF, *RUNGS[1:])
    return known.index(depth) if depth in known else len(known)


def about(thinking: Thinking, depth: str) -> str:
    """What a depth means for a model, in a few words for a list; empty where its name says it all."""
    if depth == ON:
        return f"its own depth, {thinking.default}" if thinking.default else ""
    if depth == UNSENT and thinking.default:
        return f"{thinking.default}, the dearest" if thinking.unsent_is_dearest else thinking.default
    if depth == UNSENT and thinking.unasked is not None:
        return "it thinks" if thinking.unasked else "it does not think"
    return "the least, never off" if OFF != depth == least(thinking) else ""
