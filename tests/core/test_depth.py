"""The depth of thought: one choice made of the switch and the effort."""

from __future__ import annotations

import pytest

from glmchat.core import depth
from glmchat.core.depth import OFF, ON, UNSENT
from glmchat.core.glm import FAMILY
from glmchat.core.parameters.kind import ValueRefused
from glmchat.core.thinking import Thinking

BY_NAME = {model.name: model.thinking or Thinking() for model in FAMILY}
ALWAYS, SWITCH, LEVELS = BY_NAME["GLM 5.3"], BY_NAME["GLM 4.5"], BY_NAME["GLM 5.2"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, UNSENT),
        ({"reasoning": True}, ON),
        ({"reasoning": False}, OFF),
        ({"reasoning_effort": "none"}, OFF),
        ({"reasoning_effort": "max"}, "max"),
        ({"reasoning": True, "reasoning_effort": "high"}, "high"),
        ({"reasoning": False, "reasoning_effort": "high"}, OFF),
    ],
)
def test_values_ask_for_one_depth(values: dict[str, object], expected: str) -> None:
    assert depth.depth_of(values) == expected


@pytest.mark.parametrize(
    "each", [UNSENT, OFF, ON, "minimal", "low", "medium", "high", "xhigh", "max", "ultra"]
)
def test_a_depth_comes_back_from_its_values(each: str) -> None:
    assert depth.depth_of(depth.values_of(each)) == each


def test_a_word_that_is_no_level_is_refused() -> None:
    with pytest.raises(ValueRefused):
        depth.values_of("as much as you can")


def test_as_little_thought_as_can_be_says_nothing_of_the_rest_of_it() -> None:
    values = {"temperature": 0.5, "reasoning_effort": "high", "reasoning_max_tokens": 9}
    assert depth.unthinking(values, SWITCH) == {"temperature": 0.5, "reasoning": False}
    assert depth.unthinking(values, ALWAYS) == {"temperature": 0.5, "reasoning_effort": "low"}


def test_each_model_offers_its_own_rungs() -> None:
    assert depth.scale(SWITCH) == (OFF, ON)
    assert depth.scale(LEVELS) == (OFF, ON, "high", "max")
    assert depth.scale(ALWAYS) == (ON, "low", "high", "max")
    assert depth.scale(Thinking()) == (OFF, ON, "low", "medium", "high")


def test_the_least_of_a_model_that_always_thinks_is_its_lowest_rung() -> None:
    assert [depth.least(each) for each in (SWITCH, LEVELS, ALWAYS)] == [OFF, OFF, "low"]
    assert depth.least(Thinking(optional=False)) is None
    assert depth.is_least(ALWAYS, "low")
    assert not depth.is_least(ALWAYS, UNSENT)
    assert not depth.is_least(LEVELS, "high")


@pytest.mark.parametrize(
    ("thinking", "start", "up", "down"),
    [
        (SWITCH, UNSENT, ON, OFF),
        (SWITCH, OFF, ON, OFF),
        (LEVELS, UNSENT, "max", "high"),
        (LEVELS, "high", "max", OFF),
        (LEVELS, ON, "max", "high"),
        (ALWAYS, UNSENT, "max", "high"),
        (ALWAYS, "low", "high", "low"),
        (ALWAYS, "medium", "high", "low"),
        (ALWAYS, "ultra", "max", "max"),
        (Thinking(), UNSENT, ON, OFF),
        (Thinking(), "low", "medium", ON),
        (Thinking(unasked=False), UNSENT, ON, OFF),
    ],
)
def test_stepping_goes_up_and_down_and_stops_at_the_ends(
    thinking: Thinking, start: str, up: str, down: str
) -> None:
    assert (depth.stepped(thinking, start, 1), depth.stepped(thinking, start, -1)) == (up, down)


def test_it_is_said_where_nothing_sent_costs_the_most() -> None:
    assert depth.about(ALWAYS, UNSENT) == "max, the dearest"
    assert depth.about(ALWAYS, "low") == "the least, never off"
    assert depth.about(SWITCH, UNSENT) == ""
    assert depth.about(LEVELS, ON) == "its own depth, max"


@pytest.mark.parametrize(
    ("thinking", "values", "warned"),
    [
        (ALWAYS, {"max_tokens": 500}, True),
        (ALWAYS, {"max_tokens": 8192}, False),
        (ALWAYS, {"max_tokens": 2000, "reasoning_effort": "low"}, False),
        (ALWAYS, {"max_tokens": 500, "reasoning_effort": "low"}, True),
        (LEVELS, {"max_tokens": 500, "reasoning": False}, False),
        (LEVELS, {"max_tokens": 500, "reasoning_effort": "high"}, True),
        (LEVELS, {"reasoning_effort": "high"}, False),
        (SWITCH, {"max_tokens": 64}, False),
        (SWITCH, {"max_tokens": 64, "reasoning": True}, True),
        (SWITCH, {"max_tokens": 300, "reasoning": True, "reasoning_max_tokens": 200}, False),
    ],
)
def test_little_room_for_much_thought_is_told(
    thinking: Thinking, values: dict[str, object], warned: bool
) -> None:
    assert bool(depth.tight(values, thinking)) is warned
