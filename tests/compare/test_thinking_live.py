"""A thought while it runs: its budget, its circles, the time to the answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from glmchat.workspace import Preferences
from tests.scripted import delta, reply
from tests.tui.stage import Stage, staged

CIRCLE = "Wait, let me check that once more. "
PLACES = ("message", "panel")


def head(stage: Stage) -> str:
    """The line over the only thought on the screen, in the message or in the panel; empty where there is none."""
    marks = ("▾ thinking", "▸ thinking", "▾ thought", "▸ thought")
    found = [line for line in stage.screen_text.split("\n") if any(mark in line.lower() for mark in marks)]
    assert len(found) < 2, found
    return found[0] if found else ""


@pytest.mark.parametrize("place", PLACES)
async def test_a_thought_in_circles_is_told_once_and_ctrl_g_ends_it(place: str, tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=Preferences(thought_place=place)) as stage:
        stage.workspace.tuning.set_value("reasoning_max_tokens", 1024)
        stage.script.scripts = [
            [
                delta(reasoning="First, the question. "),
                *(delta(reasoning=CIRCLE) for _ in range(60)),
                asyncio.Event(),
            ],
            reply("The answer."),
        ]
        stage.app.chat.prompt.put("How?")
        await stage.press("enter")
        await stage.until(lambda: "The thought repeats itself. Ctrl+G ends it" in stage.notices)
        await stage.until(lambda: "in circles" in head(stage) and "of 1,024 tokens" in head(stage))
        assert stage.app.chat.thinking.display == (place == "panel")
        assert stage.told.count("repeats itself") == 1
        await stage.press("ctrl+g")
        await stage.until(lambda: "The answer." in stage.screen_text and not stage.workspace.current.runs)
        assert stage.script.bodies[1]["reasoning"] == {"enabled": False}
        assert stage.told.count("repeats itself") == 1
        assert "in circles" not in head(stage) and "answer now" not in head(stage)


@pytest.mark.parametrize("place", PLACES)
async def test_what_is_said_of_a_thought_goes_when_the_answer_begins(place: str, tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=Preferences(thought_place=place)) as stage:
        answered = asyncio.Event()
        circles = [delta(reasoning="First. "), *(delta(reasoning=CIRCLE) for _ in range(60))]
        stage.script.scripts = [[*circles, answered, *reply("The answer.")]]
        await stage.begin("How?")
        await stage.until(lambda: "The thought repeats itself." in stage.notices)
        answered.set()
        await stage.until(lambda: "The answer." in stage.screen_text)
        assert "repeats itself" not in stage.notices


async def test_an_ordinary_thought_is_left_alone(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        thought = "".join(
            f"Point {number} is that row {number} holds {number * 37 % 101}. " for number in range(60)
        )
        stage.script.scripts = [reply("Done.", reasoning=thought)]
        await stage.send("How?")
        assert "repeats itself" not in stage.told


@pytest.mark.parametrize("place", PLACES)
async def test_the_line_over_a_thought_tells_when_the_answer_began(place: str, tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=Preferences(thought_place=place)) as stage:
        stage.script.scripts = [reply("Done.", reasoning="I think.")]
        await stage.send("How?")
        await stage.until(lambda: "answer after" in head(stage))
        assert stage.app.chat.thinking.display == (place == "panel")


@pytest.mark.parametrize("place", PLACES)
async def test_thoughts_of_replies_that_are_not_read_do_not_come_in(place: str, tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=Preferences(thought_place=place)) as stage:
        stage.script.scripts = [
            reply("a", reasoning="thought of one"),
            reply("b", reasoning="thought of two"),
        ]
        comparisons = stage.workspace.comparisons
        comparison = comparisons.start(comparisons.sweep("temperature", ["0", "1"]), "How?")
        await stage.until(lambda: not stage.workspace.current.runs)
        await stage.pilot.pause()
        last = comparison.message(comparison.columns[-1])
        panel = stage.app.chat.thinking
        assert panel.message_id == (last.id if place == "panel" else None)
        await stage.press("ctrl+t")
        await stage.until(lambda: last.reasoning in stage.screen_text)
        assert stage.screen_text.count("thought of") == 1
