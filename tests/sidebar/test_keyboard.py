"""Every control by the keyboard, at a narrow and a wide sidebar."""

from __future__ import annotations

from typing import Any

import pytest

from glmchat.core import depth
from glmchat.core.glm import FAMILY
from glmchat.core.parameters import BY_NAME, Group
from glmchat.tui.widgets.sidebar import messages
from glmchat.tui.widgets.sidebar.entry import Entry
from glmchat.tui.widgets.sidebar.foot import Foot
from tests.sidebar.stage import CITY, WEATHER, focus_parameter, staged

WIDTHS = (30, 44)
GLM_5_3 = next(model for model in FAMILY if model.name == "GLM 5.3")

# Keys pressed on a row that is not sent, and the value that is sent then.
UNSET_KEYS: list[tuple[str, tuple[str, ...], Any]] = [
    ("temperature", ("right",), 1.05),
    ("temperature", ("left",), 0.95),
    ("temperature", ("shift+right",), 1.25),
    ("temperature", ("shift+left", "left"), 0.7),
    ("temperature", ("home",), 0.0),
    ("temperature", ("end",), 2.0),
    ("temperature", ("end", "right"), 2.0),
    ("temperature", ("home", "left"), 0.0),
    ("temperature", ("1", ".", "3", "7", "enter"), 1.37),
    ("temperature", (".", "5", "enter"), 0.5),
    ("top_p", ("left", "left"), 0.98),
    ("top_p", ("shift+left",), 0.9),
    ("top_k", ("right",), 1),
    ("top_k", ("shift+right", "shift+right"), 20),
    ("top_k", ("end",), 100),
    ("top_k", ("5", "0", "0", "enter"), 500),
    ("top_k", ("5", "0", "0", "enter", "right"), 501),
    ("min_p", ("right",), 0.01),
    ("top_a", ("shift+right",), 0.1),
    ("frequency_penalty", ("-", "1", "enter"), -1.0),
    ("presence_penalty", ("home",), -2.0),
    ("repetition_penalty", ("shift+left",), 0.75),
    ("max_tokens", ("home",), 1),
    ("max_tokens", ("end",), 120_000),
    ("max_tokens", ("end", "right"), 120_000),
    ("max_tokens", ("home", "right", "right"), 3),
    ("seed", ("right",), 1),
    ("seed", ("k",), 4711),
    ("seed", ("-", "7", "enter"), -7),
    ("top_logprobs", ("end",), 20),
    ("top_logprobs", ("right",), 1),
    ("logprobs", ("right",), True),
    ("logprobs", ("left",), False),
    ("structured_outputs", ("space",), True),
    ("parallel_tool_calls", ("enter", "enter"), False),
    ("reasoning_exclude", ("right",), True),
    ("reasoning_max_tokens", ("2", "0", "4", "8", "enter"), 2048),
    ("verbosity", ("right",), "low"),
    ("verbosity", ("space", "down", "down", "down", "space"), "high"),
    ("verbosity", ("right", "right", "left"), "low"),
    ("response_format", ("right",), {"type": "text"}),
    ("response_format", ("right", "right"), {"type": "json_object"}),
    ("tool_choice", ("right", "right", "right"), "required"),
]


@pytest.mark.parametrize("width", WIDTHS)
async def test_keys_set_a_value(width: int) -> None:
    async with staged(width, token_limit=120_000, last_seed=4711) as (app, pilot):
        for name, keys, value in UNSET_KEYS:
            app.begin()
            focus_parameter(app.sidebar, name)
            await pilot.press(*keys)
            await pilot.pause()
            assert app.values == {name: value}, keys
            assert not app.query(Entry), (name, keys)


SET_VALUES: list[tuple[str, Any]] = [
    ("temperature", 0.4),
    ("seed", 5),
    ("logprobs", True),
    ("reasoning", False),
    ("reasoning_effort", "high"),
    ("verbosity", "high"),
    ("response_format", {"type": "text"}),
    ("stop", ["END"]),
    ("logit_bias", {"7": -100}),
    ("tools", [WEATHER]),
    ("tool_choice", "auto"),
]


@pytest.mark.parametrize("key", ["delete", "backspace"])
async def test_delete_unsets_every_kind_of_value(key: str) -> None:
    async with staged() as (app, pilot):
        for given, value in SET_VALUES:
            app.begin(**{given: value})
            name = "reasoning" if given == "reasoning_effort" else given  # the two are one control
            focus_parameter(app.sidebar, name)
            await pilot.press(key)
            await pilot.pause()
            assert app.values == {}, given
            assert app.last(messages.ValueCleared).name == name
            assert "–" in app.line(name), given


DEPTH_KEYS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (("right",), {"reasoning": False}),
    (("right", "right"), {"reasoning": True}),
    (("right", "right", "right"), {"reasoning_effort": "low"}),
    (("left",), {"reasoning_effort": "high"}),
    (("right", "left"), {}),
    (("enter", "up", "enter"), {"reasoning_effort": "high"}),
    (("space", "up", "up", "up", "up", "up", "space"), {"reasoning": False}),
]


async def test_the_thought_is_one_control_of_switch_and_levels() -> None:
    async with staged() as (app, pilot):
        for keys, values in DEPTH_KEYS:
            app.begin()
            focus_parameter(app.sidebar, "reasoning")
            await pilot.press(*keys)
            await pilot.pause()
            assert app.values == values, keys


async def test_the_thought_shows_the_rungs_of_the_model_and_what_they_mean() -> None:
    always = GLM_5_3.thinking
    assert always is not None
    depths = (*depth.scale(always), depth.UNSENT)
    abouts = {each: depth.about(always, each) for each in depths}
    async with staged(depths=depths, abouts=abouts) as (app, pilot):
        focus_parameter(app.sidebar, "reasoning")
        assert "– (max, the dearest)" in app.line("reasoning")
        await pilot.press("enter")
        lines = [app.line("reasoning", number).strip("▌ ") for number in range(1, 6)]
        assert lines == [
            "○ on: its own depth, max", "○ low: the least, never off", "○ high", "○ max",
            "● not sent: max, the dearest",
        ]  # fmt: skip
        await pilot.press("up", "enter")
        await pilot.pause()
        assert app.values == {"reasoning_effort": "max"}
        assert "max × ▾" in app.line("reasoning")


async def test_a_filter_for_effort_finds_the_thought() -> None:
    async with staged() as (app, _):
        app.controls.filter("effort")
        assert [row.name for row in app.controls.outline.rows if row.name.startswith("reasoning")] == [
            "reasoning"
        ]


async def test_a_switch_goes_round_to_not_sent() -> None:
    async with staged() as (app, pilot):
        focus_parameter(app.sidebar, "logprobs")
        seen = []
        for _ in range(3):
            await pilot.press("space")
            seen.append(app.values.get("logprobs"))
        assert seen == [True, False, None]


async def test_a_select_steps_back_to_not_sent() -> None:
    async with staged(values={"verbosity": "low"}) as (app, pilot):
        focus_parameter(app.sidebar, "verbosity")
        await pilot.press("left")
        assert app.values == {}


async def test_tool_choice_offers_the_names_of_the_tools() -> None:
    async with staged(values={"tools": [WEATHER, CITY]}) as (app, pilot):
        focus_parameter(app.sidebar, "tool_choice")
        await pilot.press("enter")
        assert any("查找城市" in line for line in app.lines())
        await pilot.press("down", "down", "down", "down", "down", "down", "down", "enter")
        assert app.values["tool_choice"] == {"type": "function", "function": {"name": "查找城市"}}
        assert "查找城市" in app.line("tool_choice")


async def test_escape_closes_an_open_list_and_changes_nothing() -> None:
    async with staged() as (app, pilot):
        focus_parameter(app.sidebar, "verbosity")
        height = app.controls.outline.height
        await pilot.press("enter", "down", "escape")
        assert app.controls.outline.height == height
        assert app.heard == []


async def test_a_refused_number_is_explained_and_can_be_mended() -> None:
    async with staged(values={"temperature": 0.5}) as (app, pilot):
        focus_parameter(app.sidebar, "temperature")
        await pilot.press("3", "enter")
        await pilot.pause()
        assert app.values == {"temperature": 0.5}
        assert "from 0 to 2" in str(app.query_one(Foot).render())
        await pilot.press("backspace", "1", "enter")
        assert app.values == {"temperature": 1.0}


async def test_escape_leaves_the_typed_number_alone() -> None:
    async with staged(values={"temperature": 0.5}) as (app, pilot):
        focus_parameter(app.sidebar, "temperature")
        await pilot.press("1", "escape")
        assert app.values == {"temperature": 0.5}
        await pilot.press("right")
        assert app.values == {"temperature": 0.55}


async def test_an_emptied_number_is_not_sent() -> None:
    async with staged(values={"top_k": 4}) as (app, pilot):
        focus_parameter(app.sidebar, "top_k")
        await pilot.press("enter", "backspace", "enter")
        assert app.values == {}


async def test_roll_gives_a_seed_that_the_track_can_show() -> None:
    async with staged() as (app, pilot):
        focus_parameter(app.sidebar, "seed")
        await pilot.press("r")
        assert 0 <= app.values["seed"] <= 9999


async def test_undo_and_redo_and_reset_by_a_letter() -> None:
    async with staged() as (app, pilot):
        focus_parameter(app.sidebar, "temperature")
        await pilot.press("home")
        await pilot.press("end")
        await pilot.press("u")
        assert app.values == {"temperature": 0.0}
        await pilot.press("U")
        assert app.values == {"temperature": 2.0}
        await pilot.press("X")
        assert app.values == {}
        assert app.last(messages.ResetRequested).group is None
        await pilot.press("u")
        assert app.values == {"temperature": 2.0}


async def test_a_heading_folds_counts_and_resets_its_group() -> None:
    async with staged(values={"temperature": 0.5, "top_p": 0.5, "seed": 1}) as (app, pilot):
        app.controls.move_cursor(app.row("group Sampling"))
        await pilot.press("enter")
        assert app.controls.outline.find("temperature") is None
        assert "▸ Sampling" in app.line("group Sampling")
        assert "2 set" in app.line("group Sampling")
        await pilot.press("delete")
        assert app.values == {"seed": 1}
        assert app.last(messages.ResetRequested).group is Group.SAMPLING
        await pilot.press("right")
        assert app.controls.outline.find("temperature") is not None


async def test_the_cursor_goes_over_every_row_and_back() -> None:
    async with staged() as (app, pilot):
        await pilot.press("ctrl+home", "up")
        passed = [app.controls.cursor.name]
        while len(passed) < 60:
            await pilot.press("down")
            if app.controls.cursor.name == passed[-1]:
                break
            passed.append(app.controls.cursor.name)
        assert set(BY_NAME) - {"reasoning_effort"} <= set(passed)
        await pilot.press("ctrl+home")
        assert app.controls.cursor.name == passed[0] == "toolbar"


async def test_the_cursor_stays_in_view_where_there_is_little_room() -> None:
    async with staged(30, height=16) as (app, pilot):
        for _ in range(45):
            await pilot.press("down")
            place = app.controls.place_of(app.controls.cursor)
            assert place.y >= 0
            assert place.y + app.controls.cursor.height(app.controls.state) <= app.controls.size.height


async def test_filtering_by_typing_finds_a_row_and_escape_shows_all_again() -> None:
    async with staged() as (app, pilot):
        await pilot.press("/", *"penal rep")
        await pilot.pause()
        names = [row.name for row in app.controls.outline.rows]
        assert names == ["toolbar", "group Penalties", "repetition_penalty"]
        await pilot.press("enter")
        assert app.sidebar.focused_parameter == "repetition_penalty"
        await pilot.press("right")
        assert app.values == {"repetition_penalty": 1.05}
        await pilot.press("escape")
        assert app.controls.outline.find("temperature") is not None
        assert app.sidebar.focused_parameter == "repetition_penalty"


async def test_the_rows_above_the_parameters_ask_for_their_screens() -> None:
    async with staged() as (app, pilot):
        app.controls.move_cursor(app.row("system"))
        await pilot.press("enter")
        app.last(messages.SystemEditRequested)
        await pilot.press("down", "enter")
        app.last(messages.PresetsRequested)
        focus_parameter(app.sidebar, "top_p")
        await pilot.press("f1")
        assert app.last(messages.HelpRequested).name == "top_p"


async def test_what_the_endpoint_refuses_cannot_be_turned_but_can_be_unset() -> None:
    reason = "This endpoint refused top_a."
    async with staged(values={"top_a": 0.5}, disabled={"top_a": reason}) as (app, pilot):
        focus_parameter(app.sidebar, "top_a")
        await pilot.press("right", "home", "enter", "7")
        assert app.heard == []
        assert not app.query(Entry)
        assert reason in str(app.query_one(Foot).render())
        assert "⊘" in app.line("top_a")
        await pilot.press("delete")
        assert app.values == {}
