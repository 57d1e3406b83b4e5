"""A thought while it runs: its budget, its circles, the time to the answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.scripted import delta, reply
from tests.tui.stage import staged

CIRCLE = "Wait, let me check that once more. "


async def test_a_thought_in_circles_is_told_once_and_ctrl_g_ends_it(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
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
        header = stage.app.chat.thinking.header
        await stage.until(lambda: header.circling)
        text = "".join(span.text for span in header.spans())
        assert "in circles" in text
        assert "of 1,024 tokens" in text or not header.tokens
        assert stage.notices.count("repeats itself") == 1
        await stage.press("ctrl+g")
        await stage.until(lambda: "The answer." in stage.screen_text and not stage.workspace.current.runs)
        assert stage.script.bodies[1]["reasoning"] == {"enabled": False}
        assert not header.circling or not header.running


async def test_an_ordinary_thought_is_left_alone(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        thought = "".join(
            f"Point {number} is that row {number} holds {number * 37 % 101}. " for number in range(60)
        )
        stage.script.scripts = [reply("Done.", reasoning=thought)]
        await stage.send("How?")
        assert "repeats itself" not in stage.notices


async def test_the_panel_tells_when_the_answer_began(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.script.scripts = [reply("Done.", reasoning="I think.")]
        await stage.send("How?")
        text = "".join(span.text for span in stage.app.chat.thinking.header.spans())
        assert "answer after" in text


async def test_thoughts_of_replies_that_are_not_read_do_not_come_into_the_panel(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
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
        assert panel.message_id == last.id
        panel.fold(False)
        await stage.until(lambda: last.reasoning in stage.screen_text)
        assert stage.screen_text.count("thought of") == 1
