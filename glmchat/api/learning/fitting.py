"""Fit values to what an endpoint takes: sent as they are, as another value, or not at all, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from glmchat.api.learning.ladder import EFFORT, SWITCH, Thinks, fitted, ladder
from glmchat.api.learning.learned import Learned, Limit
from glmchat.core import parameters
from glmchat.core.catalogue import DEMO_MODEL_ID
from glmchat.core.thinking import NONE, RUNGS, Thinking
from glmchat.support.numbers import is_number

_HERE = "This endpoint"
# Spellings in which thinking that is switched off leaves no place for an effort.
_NO_EFFORT = frozenset({"effort", "thinking", "template", "enable"})


class Takes(Thinks, Protocol):
    """What of a dialect says which values it takes; see `glmchat.api.dialect_rows.Dialect`."""

    @property
    def title(self) -> str:
        """What it is called in a sentence."""

    @property
    def refuses(self) -> Mapping[str, str]:
        """Parameters that are not sent, with the reason."""

    @property
    def efforts(self) -> tuple[str, ...]:
        """The words for a level of effort that it has at all, empty where the model says so."""

    @property
    def ranges(self) -> Mapping[str, tuple[float | None, float | None]]:
        """The least and the greatest value that is taken."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The values that are sent, and the reason, a whole sentence, for each that is not, or not as it was set.

    `warned` says of values that are sent as they are why they may be refused.
    """

    values: dict[str, Any]
    omitted: dict[str, str]
    warned: dict[str, str]


def fit(
    row: Takes,
    learned: Learned,
    values: Mapping[str, Any],
    extra: Mapping[str, Any],
    model: str = "",
    thinking: Thinking | None = None,
) -> Fitted:
    """Fit values to a dialect and to what was learned.

    `extra` are keys of the body that are sent in any case; `thinking` is what the endpoint's list says of `model`.
    """
    if values.get(EFFORT) == NONE and EFFORT in row.refuses:  # no effort is no thought, and that has a switch
        values = {**{name: value for name, value in values.items() if name != EFFORT}, SWITCH: False}
    step = fitted(ladder(row, learned, model, thinking), values)
    wrong = parameters.contradicted(step.values)
    omitted = {**step.omitted, **{name: f"{why}, so it is left out." for name, why in wrong.items()}}
    sent: dict[str, Any] = {}
    for name, value in step.values.items():
        if name not in wrong:
            near, reason = _near(row, learned, name, value)
            if reason:
                omitted[name] = reason
            if near is not None:
                sent[name] = near
    if model != DEMO_MODEL_ID:
        omitted |= _without_words(sent)
    for rule in (_paired, _alone, _unthinking):
        without = rule(row, learned, sent, {**extra, **values})
        omitted |= without
        sent = {name: value for name, value in sent.items() if name not in without}
    warned = {name: sentence for name, sentence in step.warned.items() if name not in omitted}
    return Fitted(sent, omitted, warned)


def _without_words(sent: dict[str, Any]) -> dict[str, str]:
    """Take words out of a logit_bias, which names tokens by number everywhere but in the built-in model."""
    biases: Mapping[str, Any] = sent.get("logit_bias", {})
    words = [key for key in biases if not key.isdigit()]
    if not words:
        return {}
    numbered = {key: bias for key, bias in biases.items() if key.isdigit()}
    sent.pop("logit_bias")
    if numbered:
        sent["logit_bias"] = numbered
    named = ", ".join(repr(word) for word in words[:3])
    reason = f"logit_bias takes token ids, and words for the built-in model alone, so {named} is left out."
    return {"logit_bias": reason}


def _near(row: Takes, learned: Learned, name: str, value: Any) -> tuple[Any, str]:
    """The value to send, None for none, and the reason where it is not the one that was set."""
    refused = learned.refused.get(name) or row.refuses.get(name)
    if refused:
        return None, refused
    # A little thought is not none.
    words = (
        tuple(each for each in row.efforts if each != NONE) if name == EFFORT and value in RUNGS[1:] else ()
    )
    known = Limit(*row.ranges.get(name, (None, None)), words).nearest(value)
    if known != value:
        return known, _clamped(row.title, name, value, known)
    near = learned.limits.get(name, Limit()).nearest(value)
    if near is None:
        return None, f"{_HERE} does not take {name} = {_shown(value)}, so it is left out."
    return near, _clamped(_HERE, name, value, near) if near != value else ""


def _clamped(who: str, name: str, value: Any, near: Any) -> str:
    if isinstance(near, str):
        return f"{who} does not take {name} = {value}, so {near} is sent instead."
    bound = f"up to {_shown(near)}" if near < value else f"from {_shown(near)} on"
    return f"{who} takes {name} {bound}, so {_shown(near)} is sent instead of {_shown(value)}."


def _shown(value: Any) -> str:
    return f"{value:.10g}" if is_number(value) else str(value)[:60]


def _paired(
    row: Takes, learned: Learned, sent: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, str]:
    """Of two that exclude each other the second is left out."""
    return {
        other: f"{_HERE} takes {one} or {other}, not both, so {other} is left out."
        for one, other in learned.pairs
        if one in sent and other in sent
    }


def _alone(row: Takes, learned: Learned, sent: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, str]:
    """What is worth nothing without another that is not sent; strict endpoints refuse it."""
    found = {}
    for name, needed in parameters.NEEDS.items():
        refused = learned.refused.get(needed) or row.refuses.get(needed)
        if name in sent and refused:
            found[name] = f"{name} needs {needed}, which is not sent. {refused}"
        elif name in sent and not given.get(needed) and name not in parameters.IMPLIES:
            found[name] = f"{name} needs {needed}, and there are none, so it is left out."
    return found


def _unthinking(
    row: Takes, learned: Learned, sent: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, str]:
    off = row.reasoning in _NO_EFFORT and sent.get("reasoning") is False and "reasoning_effort" in sent
    return {"reasoning_effort": "Thinking is switched off, so no effort is sent."} if off else {}
