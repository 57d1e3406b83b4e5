"""Where characters go: into the prompt, unless it is plain to see that they do something else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual import events

from glmchat.tui.widgets.sidebar.entry import Entry
from tests.scripted import Script, reply
from tests.tui.stage import Stage, staged

TYPED = (
    "sure, a new box of it: 0.75/U"  # each character that acts on a message or on a parameter stands in it
)
NAMES = {" ": "space", ",": "comma", ":": "colon", ".": "full_stop", "/": "slash"}
CODE = "Some text\n\n```python\nprint(1)\n```\n\nand [a link](https://example.org)"


async def click(stage: Stage, x: int, y: int) -> None:
    """Click a cell of the screen."""
    await stage.pilot.click(offset=(x, y))
    await stage.pilot.pause()


async def click_text(stage: Stage, text: str) -> None:
    """Click the first place where a text stands on the screen."""
    lines = stage.screen_text.split("\n")
    y = next((number for number, line in enumerate(lines) if text in line), None)
    assert y is not None, f"There is no {text!r} on the screen:\n{stage.screen_text}"
    await click(stage, lines[y].index(text) + 1, y)


async def type_text(stage: Stage, text: str) -> None:
    """Type as a terminal brings it, faster than anyone could."""
    for char in text:
        stage.app.post_message(events.Key(NAMES.get(char, char), char))
    await stage.pilot.pause()
    await stage.until(lambda: stage.app.inputs.at_rest)


async def in_a_dialog_pressed_away(stage: Stage) -> None:
    await stage.until(lambda: stage.app.inputs.at_rest)
    if len(stage.app.screen_stack) > 1:
        await stage.press("escape")
        await stage.until(lambda: len(stage.app.screen_stack) == 1)


PLACES: dict[str, Callable[[Stage], Awaitable[None]]] = {
    "thought, to open it": lambda stage: click_text(stage, "▸ thought"),
    "thought": lambda stage: click_text(stage, "A thought."),
    "thought, to fold it": lambda stage: click_text(stage, "▾ thought"),
    "text of the reply": lambda stage: click_text(stage, "Some text"),
    "own message": lambda stage: click_text(stage, "Question"),
    "code": lambda stage: click_text(stage, "print(1)"),
    "link": lambda stage: click_text(stage, "a link"),
    "copy of code": lambda stage: click_text(stage, "copy"),
    "copy of a message": lambda stage: click_text(stage, "Copy"),
    "edit": lambda stage: click_text(stage, "Edit"),
    "empty conversation": lambda stage: click(stage, 60, 25),
    "header": lambda stage: click(stage, 2, 0),
    "sessions: title": lambda stage: click(stage, 5, 1),
    "sessions: heading": lambda stage: click_text(stage, "Today"),
    "sessions: the session": lambda stage: click(stage, 5, 3),
    "sessions: below": lambda stage: click(stage, 5, 20),
    "sidebar: name": lambda stage: click_text(stage, "temperature"),
    "sidebar: system prompt": lambda stage: click_text(stage, "System prompt"),
    "sidebar: heading": lambda stage: click_text(stage, "▾ Sampling"),
    "sidebar: below": lambda stage: click(stage, 100, 30),
}


@pytest.mark.parametrize("before", ["prompt", "transcript", "sidebar", "sessions"])
async def test_what_is_typed_after_a_click_is_in_the_prompt(tmp_path: Path, before: str) -> None:
    script = Script()
    script.scripts = [reply(CODE, reasoning="A thought.")]
    async with staged(tmp_path, script=script) as stage:
        await stage.send("Question")
        await stage.until(lambda: "Today" in stage.screen_text and "Some text" in stage.screen_text)
        asked, values = len(script.bodies), stage.workspace.current.values.plain()
        for name, place in PLACES.items():
            getattr(stage.app.chat, before).focus()
            await stage.pilot.pause()
            await place(stage)
            await in_a_dialog_pressed_away(stage)
            await type_text(stage, TYPED)
            assert stage.prompt == TYPED, name
            assert len(stage.app.screen_stack) == 1, name
            assert (len(script.bodies), stage.workspace.current.values.plain()) == (asked, values), name
            assert len(stage.messages()) == 2, name
            stage.app.chat.prompt.put("")


async def test_characters_and_pastes_go_on_in_the_prompt_where_no_message_is_selected(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Question")
        stage.app.chat.prompt.put("so far ")
        stage.app.chat.transcript.focus()
        await stage.pilot.pause()
        await type_text(stage, "xs")
        assert stage.prompt == "so far xs"
        assert stage.app.chat.prompt.has_focus
        stage.app.chat.transcript.focus()
        await stage.pilot.pause()
        stage.app.post_message(events.Paste(", pasted"))
        await stage.until(lambda: stage.prompt == "so far xs, pasted")


async def test_a_click_on_a_track_sets_a_value_and_leaves_the_keyboard_in_the_prompt(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.app.chat.sidebar.focus()
        await stage.pilot.pause()
        controls = stage.app.chat.sidebar.controls
        place = controls.place_of(next(row for row in controls.outline.rows if row.name == "temperature"))
        await stage.pilot.click(controls, offset=(place.x + 8, place.y + 1))
        await stage.until(lambda: stage.workspace.current.values.get("temperature") is not None)
        assert stage.app.chat.prompt.has_focus
        before = stage.workspace.current.values.plain()
        await stage.press("right", "delete", "home")
        assert stage.workspace.current.values.plain() == before


@pytest.mark.parametrize("last", ["enter", "escape"])
async def test_who_clicked_a_number_and_typed_another_goes_on_in_the_prompt(
    tmp_path: Path, last: str
) -> None:
    async with staged(tmp_path) as stage:
        stage.workspace.tuning.set_value("temperature", 1.0)
        await stage.until(lambda: "1.00" in stage.screen_text)
        await click_text(stage, "1.00")
        await stage.until(lambda: isinstance(stage.app.focused, Entry))
        await type_text(stage, ".5")
        await stage.press(last)
        await stage.until(lambda: stage.app.chat.prompt.has_focus)
        assert stage.workspace.current.values.get("temperature") == (1.5 if last == "enter" else 1.0)


async def test_a_click_on_a_filter_of_sessions_goes_on_with_it(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.app.chat.sessions.focus()
        await stage.pilot.pause()
        await type_text(stage, "ab")
        await click(stage, 60, 25)
        await type_text(stage, "x")
        await click(stage, 5, 1)
        await type_text(stage, "c")
        assert (stage.app.chat.sessions.query_text, stage.prompt) == ("abc", "x")


async def test_the_filter_of_the_parameters_shows_each_letter_once(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.app.chat.sidebar.focus()
        await stage.pilot.pause()
        await type_text(stage, "/resp")
        await stage.until(lambda: "/resp" in stage.screen_text)
        assert "rresp" not in stage.screen_text


async def test_letters_act_on_a_message_that_the_keyboard_selected_and_the_line_says_so(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Question")
        await stage.press("tab")
        await stage.until(lambda: stage.app.chat.transcript.has_focus)
        assert "Letters act on the message" not in stage.screen_text
        await stage.press("shift+up")
        await stage.until(lambda: "Letters act on the message" in stage.screen_text)
        await stage.pilot.resize_terminal(60, 16)
        await stage.until(
            lambda: "Letters act on the message" in stage.screen_text and "Esc back" in stage.screen_text
        )
        await stage.press("k")
        assert stage.prompt == ""
        assert stage.app.chat.transcript.selected == stage.messages()[0].id
        await stage.press("escape")
        await stage.until(lambda: stage.app.chat.prompt.has_focus)
        await stage.until(lambda: "Letters act on the message" not in stage.screen_text)
        await type_text(stage, "k")
        assert stage.prompt == "k"


@pytest.mark.parametrize("letter", ["a", "g", "b", "o", "x"])
async def test_no_letter_sends_writes_or_deletes_without_a_question(tmp_path: Path, letter: str) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Question")
        sessions = len(stage.workspace.open_sessions)
        await stage.press("tab", "shift+up")
        await stage.until(lambda: stage.app.chat.transcript.selected is not None)
        await stage.press(letter)
        await stage.until(lambda: len(stage.app.screen_stack) == 2)
        await type_text(stage, "nd so on")
        await stage.press("enter")
        await stage.until(lambda: stage.app.inputs.at_rest)
        assert len(stage.script.bodies) == 1
        assert len(stage.messages()) == 2
        assert len(stage.workspace.open_sessions) == sessions


async def test_a_capital_acts_on_a_selected_message_as_the_line_prints_it(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Question")
        await stage.press("tab", "shift+up")
        await stage.until(lambda: "A ask again" in stage.screen_text)
        await stage.press("A")
        await stage.until(lambda: "Ask again?" in stage.screen_text)


async def test_a_question_that_is_answered_is_carried_out(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Question")
        await stage.press("tab", "shift+up", "a")
        await stage.until(lambda: "Ask again?" in stage.screen_text)
        await stage.press("enter")
        await stage.until(lambda: len(stage.script.bodies) == 2)


async def test_the_line_at_the_bottom_tells_what_letters_do_in_the_other_panes(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("tab", "tab")
        await stage.until(lambda: "u undo" in stage.screen_text)
        await stage.press("tab")
        await stage.until(lambda: "Type to filter the sessions" in stage.screen_text)
        await stage.press("tab")
        await stage.until(lambda: "Type to filter the sessions" not in stage.screen_text)
