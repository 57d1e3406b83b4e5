"""Every control by the mouse, at a narrow and a wide sidebar."""

from __future__ import annotations

from typing import Any

import pytest

from glmchat.core.parameters import BY_NAME, TABLE, Parameter
from glmchat.tui.screens.entries import EntriesScreen
from glmchat.tui.screens.json_editor import JsonEditorScreen
from glmchat.tui.widgets.sidebar import messages
from glmchat.tui.widgets.sidebar.control_list import ControlList
from glmchat.tui.widgets.sidebar.entry import Entry
from glmchat.tui.widgets.sidebar.outline import Outline
from tests.sidebar.stage import WEATHER, Stage, click, staged, wheel


def control_rows() -> list[Parameter]:
    """The parameters with a control of their own."""
    return [control.parameter for control in Outline().controls]


SLIDERS = [row.name for row in TABLE if row.numeric]
WIDTHS = (30, 44)


def chosen(app: Stage) -> list[messages.ValueChosen]:
    return [message for message in app.heard if isinstance(message, messages.ValueChosen)]


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_click_on_the_ends_of_a_track_gives_the_ends_of_the_range(width: int) -> None:
    top = {"max_tokens": 50_000, "top_k": 100, "seed": 9999, "reasoning_max_tokens": 32_768}
    async with staged(width, token_limit=50_000) as (app, pilot):
        for name in SLIDERS:
            app.begin()
            row = BY_NAME[name]
            await click(app, pilot, name, 0, line=1)
            assert app.values == {name: 0 if row.minimum is None else row.minimum}
            await click(app, pilot, name, -1, line=1)
            assert app.values == {name: top.get(name, row.maximum)}
            assert app.line(name, 1).rstrip().endswith("●"), name


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_drag_follows_the_mouse_and_is_one_step_of_undo(width: int) -> None:
    async with staged(width) as (app, pilot):
        for name in SLIDERS:
            app.begin()
            place = app.controls.place_of(app.row(name))
            y = place.y + 1
            await pilot.mouse_down(ControlList, offset=(place.x + 4, y))
            for x in (7, 12, 18):
                await pilot.hover(ControlList, offset=(place.x + x, y))
            # Off the track, above it: the drag holds on.
            await pilot.hover(ControlList, offset=(place.x + 20, max(y - 3, 0)))
            await pilot.pause()
            assert app.line(name, 1).index("●") == pytest.approx(place.x + 20, abs=1), name
            await pilot.mouse_up(ControlList, offset=(place.x + 20, max(y - 3, 0)))
            await pilot.hover(ControlList, offset=(place.x + 3, y))
            await pilot.pause()
            announced = chosen(app)
            assert len(announced) >= 3, name
            assert len({message.merge_key for message in announced}) == 1, name
            assert announced[0].merge_key is not None
            values = [message.value for message in announced]
            assert values == sorted(values), name
            app.store.undo()
            assert app.values == {}, name


async def test_two_drags_are_two_steps_of_undo() -> None:
    async with staged() as (app, pilot):
        for x in (4, 20):
            await click(app, pilot, "temperature", x, line=1)
        app.store.undo()
        assert app.values == {"temperature": chosen(app)[0].value}


async def test_the_wheel_over_a_track_steps_it() -> None:
    async with staged() as (app, pilot):
        for name in SLIDERS:
            app.begin()
            await click(app, pilot, name, 20, line=1)
            before = app.values[name]
            await wheel(app, pilot, name, 1)
            assert app.values[name] > before, name
            await wheel(app, pilot, name, -1)
            await wheel(app, pilot, name, -1)
            assert app.values[name] < before, name


async def test_the_wheel_changes_no_slider_that_has_not_the_keyboard() -> None:
    async with staged(height=24) as (app, pilot):
        await click(app, pilot, "temperature", 20, line=1)
        before = dict(app.values)
        await wheel(app, pilot, "top_p", -1)
        assert app.values == before and app.controls.scroll_offset.y > 0
    async with staged(height=24) as (app, pilot):
        app.screen.set_focus(None)
        await wheel(app, pilot, "temperature", 1)
        assert app.values == {}


async def test_the_wheel_scrolls_where_there_is_no_track_and_goes_on_scrolling_over_one() -> None:
    async with staged(height=24) as (app, pilot):
        await wheel(app, pilot, "temperature", -1, line=0)
        await wheel(app, pilot, "top_p", -1, line=1)
        assert app.heard == []
        assert app.controls.scroll_offset.y > 0


async def test_a_click_on_the_cross_unsets() -> None:
    given: dict[str, Any] = {
        "temperature": 0.5,
        "seed": 3,
        "logprobs": True,
        "stop": ["a"],
        "logit_bias": {"1": 2},
        "tools": [WEATHER],
    }
    async with staged(values=given) as (app, pilot):
        for name in given:
            assert app.line(name).rstrip().endswith("×")
            await click(app, pilot, name, -1)
            assert app.last(messages.ValueCleared).name == name
        await pilot.pause()
        assert app.values == {}


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_click_on_the_cross_of_a_select_unsets(width: int) -> None:
    async with staged(width, values={"verbosity": "low"}) as (app, pilot):
        await click(app, pilot, "verbosity", -3)
        assert app.values == {}


@pytest.mark.parametrize("width", WIDTHS)
async def test_clicks_on_a_switch_go_round(width: int) -> None:
    async with staged(width) as (app, pilot):
        for name in ("logprobs", "structured_outputs", "parallel_tool_calls", "reasoning_exclude"):
            seen = []
            for _ in range(3):
                await click(app, pilot, name, 2)
                seen.append(app.values.get(name))
            assert seen == [True, False, None], name


OPTIONS: list[tuple[str, int, Any]] = [
    ("verbosity", 2, "low"),
    ("verbosity", 4, "high"),
    ("response_format", 3, {"type": "json_object"}),
    ("tool_choice", 4, "required"),
    ("tool_choice", 5, {"type": "function", "function": {"name": "get_weather"}}),
]


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_click_opens_a_select_and_another_chooses(width: int) -> None:
    async with staged(width) as (app, pilot):
        for name, line, value in OPTIONS:
            app.begin(tools=[WEATHER])
            await click(app, pilot, name, -1)
            await click(app, pilot, name, 4, line=line)
            assert app.values[name] == value
            assert app.row(name).height(app.controls.state) == 1
            await click(app, pilot, name, 0)
            marked = app.lines()[app.controls.place_of(app.row(name)).y + line]
            assert marked.strip().lstrip("▌ ").startswith("●"), (name, value)
            await click(app, pilot, name, 4, line=1)
            assert name not in app.values, value


@pytest.mark.parametrize("width", WIDTHS)
async def test_clicks_choose_how_much_is_thought(width: int) -> None:
    async with staged(width) as (app, pilot):
        for line, values in ((3, {"reasoning_effort": "low"}), (1, {"reasoning": False}), (6, {})):
            await click(app, pilot, "reasoning", -1)
            await click(app, pilot, "reasoning", 4, line=line)
            assert app.values == values


async def test_the_buttons_of_the_seed() -> None:
    async with staged(last_seed=4711) as (app, pilot):
        await click(app, pilot, "seed", 1, line=2)
        assert 0 <= app.values["seed"] <= 9999
        await click(app, pilot, "seed", 11, line=2)
        assert app.values["seed"] == 4711


async def test_without_a_last_seed_there_is_none_to_keep() -> None:
    async with staged() as (app, pilot):
        await click(app, pilot, "seed", 11, line=2)
        assert app.values == {}
        assert "no last seed" in app.line("seed", 2)


async def test_a_click_on_a_number_lets_one_type_it() -> None:
    async with staged(values={"top_k": 40}) as (app, pilot):
        await click(app, pilot, "top_k", -4)
        assert app.query_one(Entry).value == "40"
        await pilot.press("0", "enter")
        assert app.values == {"top_k": 400}


async def test_a_click_elsewhere_puts_the_typed_number_away() -> None:
    async with staged(values={"top_k": 40}) as (app, pilot):
        await click(app, pilot, "top_k", -4)
        await pilot.press("9")
        await click(app, pilot, "temperature", 0)
        assert not app.query(Entry)
        assert app.values == {"top_k": 40}
        await pilot.press("right")
        assert app.values == {"top_k": 40, "temperature": 1.05}


@pytest.mark.parametrize(
    ("name", "screen"),
    [("stop", EntriesScreen), ("logit_bias", EntriesScreen), ("tools", JsonEditorScreen)],
)
async def test_a_click_opens_the_editor_of_a_structure(name: str, screen: type) -> None:
    async with staged() as (app, pilot):
        await click(app, pilot, name, 3)
        assert isinstance(app.screen, screen)


async def test_the_last_option_of_the_format_opens_the_schema_editor() -> None:
    async with staged() as (app, pilot):
        await click(app, pilot, "response_format", -1)
        await click(app, pilot, "response_format", 4, line=4)
        assert isinstance(app.screen, JsonEditorScreen)


async def test_headings_and_the_rows_above_are_clicked() -> None:
    async with staged(values={"top_p": 0.5}) as (app, pilot):
        await click(app, pilot, "group Sampling", 3)
        assert app.controls.outline.find("top_p") is None
        await click(app, pilot, "group Sampling", 3)
        assert app.controls.outline.find("top_p") is not None
        await click(app, pilot, "system", 5)
        app.last(messages.SystemEditRequested)
        await click(app, pilot, "presets", 5)
        app.last(messages.PresetsRequested)


async def test_the_toolbar_filters_undoes_redoes_and_resets() -> None:
    async with staged(values={"top_p": 0.5}) as (app, pilot):
        await click(app, pilot, "toolbar", app.line("toolbar").index("reset"))
        assert app.values == {}
        await click(app, pilot, "toolbar", app.line("toolbar").index("undo"))
        assert app.values == {"top_p": 0.5}
        await click(app, pilot, "toolbar", app.line("toolbar").index("redo"))
        assert app.values == {}
        await click(app, pilot, "toolbar", 2)
        assert app.query_one(Entry).has_focus


async def test_what_the_endpoint_refuses_does_not_move_under_the_mouse() -> None:
    refused = {row.name: "This endpoint refused it." for row in TABLE}
    async with staged(disabled=refused) as (app, pilot):
        for row in control_rows():
            for line in range(app.row(row.name).height(app.controls.state)):
                await click(app, pilot, row.name, 8, line=line)
                await click(app, pilot, row.name, -2, line=line)
        assert app.heard == []
        assert len(app.screen_stack) == 1
