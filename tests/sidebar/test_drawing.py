"""What the rows show, and how little is drawn again."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from glmchat.core.parameters import BY_NAME, TABLE, Group
from glmchat.markdown.spans import Span
from glmchat.tui.widgets.sidebar.control_list import ControlList
from glmchat.tui.widgets.sidebar.foot import Foot, explain
from glmchat.tui.widgets.sidebar.outline import control_of
from glmchat.tui.widgets.sidebar.state import SidebarState, caution
from glmchat.workspace.values import Source
from tests.sidebar.stage import CITY, WEATHER, Stage, click, staged
from tests.themed import OTHER


def drawn_lines(app: Stage, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lines of the widget that are drawn from now on."""
    lines: list[int] = []
    original = ControlList.render_line

    def counted(self: ControlList, y: int) -> Any:
        lines.append(y)
        return original(self, y)

    monkeypatch.setattr(ControlList, "render_line", counted)
    return lines


async def test_a_value_that_is_not_sent_shows_the_default_and_has_no_handle() -> None:
    async with staged(44) as (app, _):
        assert app.line("temperature").rstrip().endswith(" – (1.00)")
        assert "●" not in app.line("temperature", 1)
        assert app.line("temperature", 1).count("┊") == 1
        assert app.line("max_tokens").split() == ["max_tokens", "–"]
        assert set(app.line("max_tokens", 1).split()[0]) == {"╌"}


async def test_the_signs_are_explained_once() -> None:
    async with staged(36) as (app, _):
        legends = [line.strip() for line in app.lines() if "not sent" in line]
        assert legends == ["– not sent  ┊ default  ⋄ advised"]


async def test_the_track_is_filled_up_to_the_handle() -> None:
    async with staged(44, {"temperature": 1.0, "top_p": 0.0, "min_p": 1.0}) as (app, _):
        filled, handle, rest = app.line("temperature", 1).strip(" ▌").partition("●")
        assert (set(filled), handle, set(rest)) == ({"━"}, "●", {"─"})
        assert abs(len(filled) - len(rest)) <= 1
        assert "━" not in app.line("top_p", 1)
        assert "─" not in app.line("min_p", 1)


async def test_a_value_that_is_sent_has_a_handle_and_keeps_the_marks() -> None:
    async with staged(44, {"temperature": 1.5}, recommended={"temperature": 0.6}) as (app, _):
        assert app.line("temperature").rstrip().endswith("1.50 ×")
        track = app.line("temperature", 1)
        assert track.index("⋄") < track.index("┊") < track.index("●")


async def test_what_differs_from_the_last_reply_is_marked() -> None:
    last = {"temperature": 0.5, "top_k": 3, "seed": 4}
    async with staged(44, {"temperature": 0.5, "top_p": 0.5, "seed": 5}, last=last) as (app, _):
        marked = {row.name for row in TABLE if row.name != "reasoning_effort" and "≠" in app.line(row.name)}
        assert marked == {"top_p", "top_k", "seed"}
        app.show(last=None)
        assert not any("≠" in line for line in app.lines())


async def test_the_foot_says_what_changed_while_the_keyboard_is_elsewhere() -> None:
    async with staged(44) as (app, pilot):
        foot = app.query_one(Foot)
        assert "from 0 to 2" in foot.render().plain
        app.screen.set_focus(None)
        await pilot.pause()
        assert "own default holds" in foot.render().plain
        app.show(last={"temperature": 0.7})
        assert foot.render().plain == "Nothing has changed since the last reply.\n"
        app.show(changed=("temperature 0.70 → 1.20", "model a → b"))
        assert foot.render().plain.splitlines() == [
            "Since the last reply:", "temperature 0.70 → 1.20", "model a → b",
        ]  # fmt: skip
        app.sidebar.focus()
        await pilot.pause()
        assert "from 0 to 2" in foot.render().plain


async def test_a_switch_that_another_parameter_implies_says_so() -> None:
    async with staged(44, {"top_logprobs": 5}) as (app, _):
        assert "on, by top_logprobs" in app.line("logprobs")


async def test_a_folded_list_of_tools_and_a_long_schema_stay_on_their_line() -> None:
    async with staged(30, {"tools": [WEATHER, CITY], "stop": ["结束" * 30, "\n"]}) as (app, _):
        assert app.line("tools").rstrip().endswith("×")
        assert "…" in app.line("stop")


@pytest.mark.parametrize("width", range(24, 61, 4))
async def test_no_line_is_wider_than_the_sidebar(width: int) -> None:
    values = {
        "stop": ["结束" * 30],
        "tools": [CITY],
        "tool_choice": "查找城市查找城市查找城市查找城市",
        "seed": 10**18,
    }
    async with staged(width, values, system="你是一个很有帮助的助手。" * 5, preset="我的预设" * 9) as (
        app,
        pilot,
    ):
        for name in ("tool_choice", "verbosity"):
            await click(app, pilot, name, 1)
        assert {cell_len(line) for line in app.lines()} == {app.controls.scrollable_content_region.width}


async def test_a_drag_draws_the_lines_of_its_row_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(44, last={"temperature": 0.5}) as (app, pilot):
        await click(app, pilot, "top_k", 10, line=1)
        place = app.controls.place_of(app.row("top_k"))
        await pilot.mouse_down(ControlList, offset=(place.x + 12, place.y + 1))
        await pilot.pause()
        lines = drawn_lines(app, monkeypatch)
        for x in range(13, 30):
            await pilot.hover(ControlList, offset=(place.x + x, place.y + 1))
        await pilot.pause()
        assert len(lines) >= 17
        assert set(lines) == {place.y, place.y + 1}


async def test_showing_the_same_state_again_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(44, {"temperature": 1.5}, last={"top_k": 1}) as (app, pilot):
        lines = drawn_lines(app, monkeypatch)
        app.sidebar.show(app.controls.state)
        await pilot.pause()
        assert lines == []


async def test_a_theme_change_changes_the_colours() -> None:
    async with staged(44) as (app, pilot):
        before = app.controls.render_line(0)
        app.theme = OTHER
        await pilot.pause()
        after = app.controls.render_line(0)
        assert before.text == after.text
        assert list(before) != list(after)


CAUTIONS: list[tuple[str, dict[str, Any], str, bool]] = [
    ("temperature", {"temperature": 1, "top_p": 1}, "", True),
    ("top_p", {"temperature": 1, "top_p": 1}, "", True),
    ("temperature", {"temperature": 1}, "", False),
    ("top_p", {"temperature": 1}, "", False),
    ("top_logprobs", {"top_logprobs": 3}, "", False),
    ("top_logprobs", {"top_logprobs": 3, "logprobs": False}, "", True),
    ("top_logprobs", {"top_logprobs": 3, "logprobs": True}, "", False),
    ("tool_choice", {"tool_choice": "auto"}, "", True),
    ("tool_choice", {"tool_choice": "auto", "tools": [WEATHER]}, "", False),
    ("parallel_tool_calls", {"parallel_tool_calls": True}, "", True),
    ("structured_outputs", {"structured_outputs": True}, "", True),
    ("response_format", {"response_format": {"type": "json_object"}}, "Be brief.", True),
    ("response_format", {"response_format": {"type": "json_object"}}, "Answer in JSON.", False),
    ("response_format", {"response_format": {"type": "text"}}, "", False),
    ("max_tokens", {"max_tokens": 5000}, "", True),
    ("max_tokens", {"max_tokens": 500}, "", False),
]


@pytest.mark.parametrize(("name", "values", "system", "warned"), CAUTIONS)
def test_parameters_that_meet_badly_are_warned_of(
    name: str, values: dict[str, Any], system: str, warned: bool
) -> None:
    state = SidebarState(values=values, system=system, token_limit=1000)
    assert caution(state, name) == (BY_NAME[name].note if warned else "")
    marks = [span.text for span in explain(control_of(BY_NAME[name]), state) if span.style == "warning"]
    assert marks == ([f"! {BY_NAME[name].note}"] if warned else [])


def test_what_is_sent_along_is_noted_without_a_warning() -> None:
    control = control_of(BY_NAME["top_logprobs"])
    alone, beside = ({"top_logprobs": 3}, {"top_logprobs": 3, "logprobs": True})
    noted = Span("It needs logprobs, which is sent along with it.", "dim")
    assert noted in explain(control, SidebarState(values=alone))
    assert noted not in explain(control, SidebarState(values=beside))


@pytest.mark.parametrize("source", [source for source in Source if source is not Source.UNSET])
def test_the_foot_says_where_a_value_comes_from(source: Source) -> None:
    state = SidebarState(values={"top_k": 4}, sources={"top_k": source}, last={"top_k": 2})
    said = " ".join(span.text for span in explain(control_of(BY_NAME["top_k"]), state))
    told = "Set here; overrides" if source is Source.SESSION else source.value.removesuffix(" file")
    assert told in said
    assert "a whole number of 0 or more" in said
    assert "asked with 2" in said


def test_every_group_has_a_heading_and_every_parameter_a_control() -> None:
    names = {control_of(row).name for row in TABLE}
    assert names == set(BY_NAME)
    assert {row.group for row in TABLE} == set(Group)


async def test_a_slider_ends_where_the_endpoint_does() -> None:
    ranges = {"temperature": (0.01, 0.99), "max_tokens": (16, 8192), "top_k": (1, 1)}
    values = {"temperature": 0.99, "max_tokens": 8192, "top_k": 1}
    async with staged(60, values=values, ranges=ranges) as (app, pilot):
        assert app.line("temperature", 1).rstrip().endswith("●")
        assert app.line("max_tokens", 1).rstrip().endswith("●")
        explained = " ".join(span.text for span in explain(control_of(BY_NAME["top_k"]), app.state))
        assert "a whole number of 1 or more" not in explained
        await click(app, pilot, "max_tokens", 0, line=1)
        assert app.values["max_tokens"] == 16
