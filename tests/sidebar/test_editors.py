"""The dialogs that edit structured values, opened from their rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, TextArea

from glmchat.tui.screens.stop_list import read, write
from glmchat.tui.widgets.text_line import Line
from tests.sidebar.stage import WEATHER, Stage, click, focus_parameter, staged
from tests.waiting import until

SCHEMA = {"title": "city", "type": "object", "properties": {"name": {"type": "string"}}}


def complaint(app: Stage) -> str:
    return app.screen.query_one("#wrong", Line).text


async def accepted(app: Stage, pilot: Pilot[None]) -> None:
    """Accept the dialog and wait until it is gone."""
    await pilot.press("ctrl+s")
    await until(lambda: len(app.screen_stack) == 1, lambda: complaint(app), pilot.pause)


async def complained(app: Stage, pilot: Pilot[None], of: str) -> None:
    """Wait until the dialog says that this is wrong."""
    await until(lambda: of in complaint(app), lambda: f"It says: {complaint(app)!r}", pilot.pause)


async def typed(pilot: Pilot[None], text: str) -> None:
    line = pilot.app.screen.query_one(Input)
    line.focus()
    line.value = text
    await pilot.press("enter")


async def test_stop_texts_are_added_changed_and_removed() -> None:
    async with staged(values={"stop": ["END"]}) as (app, pilot):
        focus_parameter(app.sidebar, "stop")
        await pilot.press("enter")
        await typed(pilot, r"\n\nYou:")
        await typed(pilot, " 完 ")
        assert app.screen.query_one(OptionList).option_count == 3
        await pilot.press("up", "up", "up")
        assert app.screen.query_one(Input).value == "END"
        await pilot.press("!", "enter")
        await pilot.press("up", "delete")
        await accepted(app, pilot)
        assert app.values == {"stop": ["END!", "\n\nYou:"]}
        await pilot.press("u")
        assert app.values == {"stop": ["END"]}


async def test_what_stands_on_the_line_counts_when_the_list_is_accepted() -> None:
    async with staged() as (app, pilot):
        focus_parameter(app.sidebar, "stop")
        await pilot.press("enter", "a", "b")
        await accepted(app, pilot)
        assert app.values == {"stop": ["ab"]}


async def test_an_emptied_list_is_not_sent_and_escape_leaves_it_as_it_was() -> None:
    async with staged(values={"stop": ["END"]}) as (app, pilot):
        focus_parameter(app.sidebar, "stop")
        await pilot.press("enter", "up", "delete", "escape")
        await pilot.pause()
        assert app.values == {"stop": ["END"]}
        await pilot.press("enter", "up", "delete", "enter")
        await pilot.pause()
        assert app.values == {}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_stop_texts_survive_being_written_and_read(text: str) -> None:
    assert read(write(text)) == text
    assert "\n" not in write(text)


async def test_biases_are_typed_as_a_token_and_a_number() -> None:
    async with staged(values={"logit_bias": {"7": -100}}) as (app, pilot):
        focus_parameter(app.sidebar, "logit_bias")
        await pilot.press("enter")
        await typed(pilot, "1734 12.5")
        await typed(pilot, "9: 200")
        assert "from -100 to 100" in complaint(app)
        await typed(pilot, "nine")
        assert "token id and a bias" in complaint(app)
        await typed(pilot, '"9": 20')
        await accepted(app, pilot)
        assert app.values == {"logit_bias": {"7": -100, "1734": 12.5, "9": 20}}
        assert "3 tokens" in app.line("logit_bias")


async def test_tools_are_checked_before_they_are_accepted() -> None:
    async with staged() as (app, pilot):
        await click(app, pilot, "tools", 2)
        area = app.screen.query_one(TextArea)
        area.text = "[{"
        await pilot.press("ctrl+s")
        await complained(app, pilot, "not JSON")
        area.text = json.dumps(
            [{"type": "function", "function": {"name": "f", "parameters": {"type": "nonsense"}}}]
        )
        await pilot.press("ctrl+s")
        await complained(app, pilot, "correct JSON schema")
        area.text = json.dumps([WEATHER])
        await accepted(app, pilot)
        assert app.values == {"tools": [WEATHER]}
        assert "get_weather" in app.line("tools")


async def test_the_example_is_itself_accepted() -> None:
    for name in ("tools", "response_format"):
        async with staged() as (app, pilot):
            await click(app, pilot, name, 0)
            if name == "response_format":
                await click(app, pilot, name, 4, line=4)
            await pilot.press("f2")
            await accepted(app, pilot)
            assert name in app.values


@pytest.mark.parametrize(
    "given_schema", [SCHEMA, {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}]
)
async def test_a_schema_comes_from_a_file(tmp_path: Path, given_schema: dict[str, Any]) -> None:
    path = tmp_path / "schema 城市.json"
    path.write_text(json.dumps(given_schema), encoding="utf-8")
    async with staged() as (app, pilot):
        await click(app, pilot, "response_format", 0)
        await click(app, pilot, "response_format", 4, line=4)
        await typed(pilot, "/nowhere/at/all.json")
        await complained(app, pilot, "cannot be read")
        await typed(pilot, str(path))
        await until(lambda: app.screen.query_one(TextArea).text, pause=pilot.pause)
        await accepted(app, pilot)
        value = app.values["response_format"]
        assert value["type"] == "json_schema"
        assert value["json_schema"]["schema"] == SCHEMA
        assert "json_schema" in app.line("response_format") or "JSON schema" in app.line("response_format")


async def test_an_emptied_editor_unsets() -> None:
    async with staged(values={"tools": [WEATHER]}) as (app, pilot):
        await click(app, pilot, "tools", 2)
        app.screen.query_one(TextArea).text = " "
        await accepted(app, pilot)
        assert app.values == {}


async def test_a_line_of_text_is_checked_accepted_and_unset() -> None:
    async with staged() as (app, pilot):
        focus_parameter(app.sidebar, "session_id")
        await pilot.press("enter")
        await typed(pilot, "x" * 257)
        await complained(app, pilot, "up to 256 characters")
        await typed(pilot, " sorting ")
        await until(lambda: len(app.screen_stack) == 1, lambda: complaint(app), pilot.pause)
        assert app.values == {"session_id": "sorting"}
        await pilot.press("enter")
        assert app.screen.query_one(Input).value == "sorting"
        await typed(pilot, "")
        await until(lambda: len(app.screen_stack) == 1, lambda: complaint(app), pilot.pause)
        assert app.values == {}


@pytest.mark.parametrize("name", ["metadata", "extra_body"])
async def test_an_example_of_an_object_is_itself_accepted(name: str) -> None:
    async with staged() as (app, pilot):
        focus_parameter(app.sidebar, name)
        await pilot.press("enter", "f2")
        await accepted(app, pilot)
        assert app.values[name]
