"""What an endpoint's list of models says of how one of them thinks.

Shapes read: OpenRouter (openrouter.ai/docs, reasoning tokens and models), models.dev and Modal (`reasoning_options`),
GitHub Copilot (`capabilities.supports`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from glmchat.core.thinking import NONE, RUNGS, Thinking, in_order

_LEVEL = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,31}")
_MOST = 16
# Where lists of levels stand that say nothing else of thinking.
_LISTS = ("supported_efforts", "supported_reasoning_efforts", "reasoning_efforts", "reasoning_effort")


def thinking_of(entry: Mapping[str, Any]) -> Thinking | None:
    """What an entry says of thinking, None where it says nothing of levels or of a switch."""
    said = entry.get("reasoning")
    if isinstance(said, Mapping):
        return _openrouter(said)
    capabilities = entry.get("capabilities")
    supports = capabilities.get("supports") if isinstance(capabilities, Mapping) else None
    for place in (entry, supports):
        for key in _LISTS if isinstance(place, Mapping) else ():
            levels = _levels(place.get(key))  # type: ignore[union-attr]  # a mapping, as the line above says
            if levels:
                return _of_levels(levels)
    options = entry.get("reasoning_options")
    return _options(options) if isinstance(options, list) else None


def _openrouter(said: Mapping[str, Any]) -> Thinking:
    """Levels that are null are all there are, and absent ones none."""
    listed = said.get("supported_efforts", [])
    levels = RUNGS[1:] if listed is None else _levels(listed)
    mandatory, default = said.get("mandatory"), said.get("default_effort")
    off = NONE in levels or None
    return Thinking(
        optional=not mandatory if isinstance(mandatory, bool) else off,
        unasked=_switch(said.get("default_enabled")),
        rungs=_rungs(levels),
        default=default if isinstance(default, str) and default in levels and default != NONE else None,
        budget=_switch(said.get("supports_max_tokens")),
        stated=True,
    )


def _of_levels(levels: tuple[str, ...]) -> Thinking:
    return Thinking(optional=True if NONE in levels else None, rungs=_rungs(levels), stated=True)


def _options(options: list[Any]) -> Thinking | None:
    """A list of the ways to steer the thought: a switch, levels, a number of tokens."""
    kinds = {each.get("type"): each for each in options if isinstance(each, Mapping)}
    if not kinds:
        return None
    levels = _levels(kinds.get("effort", {}).get("values"))
    can_stop = "toggle" in kinds or NONE in levels
    return Thinking(
        optional=True if can_stop else None,
        rungs=_rungs(levels),
        budget=True if "budget_tokens" in kinds else None,
        stated=True,
    )


def _levels(listed: Any) -> tuple[str, ...]:
    found = listed if isinstance(listed, list) else []
    return tuple(each for each in found if isinstance(each, str) and _LEVEL.fullmatch(each))[:_MOST]


def _rungs(levels: tuple[str, ...]) -> tuple[str, ...]:
    return in_order(tuple(each for each in levels if each != NONE))


def _switch(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None
