"""The ladder of thought on the screen: keys, slash commands, the sidebar, and the mark over the prompt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from glmchat.api.endpoint import Endpoint
from glmchat.core.catalogue import known
from tests.scripted import delta, finish, reply
from tests.tui.stage import Stage, staged

ZAI = {"zai": Endpoint("zai", "https://api.z.ai/api/paas/v4", "zai", demo=True)}


def glm(model: str) -> dict[str, Any]:
    return {"endpoints": dict(ZAI), "provider": "zai", "model": model, "models": {"zai": [known(model)]}}


def head(stage: Stage) -> str:
    return stage.screen_text.splitlines()[0]


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_alt_up_and_down_step_the_thought_and_the_header_says_it(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with staged(tmp_path, size, **glm("glm-5.2")) as stage:
        assert "thinking auto" in head(stage)
        await stage.type("typed")
        seen = []
        for key in ("alt+down", "alt+down", "alt+up", "alt+up"):
            await stage.press(key)
            await stage.until(lambda: "not sent" not in head(stage))
            seen.append(next(each for each in ("off", "high", "max") if f"thinking {each}" in head(stage)))
        assert seen == ["high", "off", "high", "max"]
        assert stage.prompt == "typed"
        await stage.press("enter")
        await stage.until(lambda: stage.script.bodies)
        assert stage.script.bodies[-1]["reasoning_effort"] == "max"


async def test_ctrl_r_on_a_model_that_cannot_stop_says_what_it_does(tmp_path: Path) -> None:
    async with staged(tmp_path, **glm("glm-5.3")) as stage:
        assert "thinking auto (max)" in head(stage)
        await stage.press("ctrl+r")
        assert stage.notices == "GLM 5.3 cannot stop thinking; low is its lowest level."
        assert "thinking low" in head(stage)
        await stage.press("ctrl+r")
        assert "thinking on" in head(stage)


async def test_effort_by_slash_command_and_what_it_offers(tmp_path: Path) -> None:
    async with staged(tmp_path, **glm("glm-5.3")) as stage:
        await stage.command("/effort")
        assert "The levels: on (its own depth, max), low (the least, never off), high, max" in stage.notices
        await stage.command("/effort high")
        assert "thinking high" in head(stage)
        assert "high × ▾" in stage.screen_text  # the sidebar
        await stage.command("/effort hihg")
        assert "no level of thought" in stage.notices
        assert "thinking high" in head(stage)
        stage.app.chat.prompt.put("/effort ")
        await stage.until(lambda: bool(stage.app.chat.slash.offers))
        offers = [each.text for each in stage.app.chat.slash.offers]
        assert offers == [f"/effort {each}" for each in ("on", "low", "high", "max", "unset")]


async def test_once_marks_the_prompt_until_the_message_is_sent(tmp_path: Path) -> None:
    async with staged(tmp_path, **glm("glm-5.2")) as stage:
        await stage.command("/once max")
        await stage.until(lambda: "This message alone: thinking max" in stage.screen_text)
        await stage.send("Hard")
        assert stage.script.bodies[-1]["reasoning_effort"] == "max"
        await stage.until(lambda: "This message alone" not in stage.screen_text)
        await stage.send("Easy")
        assert "reasoning_effort" not in stage.script.bodies[-1]


async def test_a_click_on_the_mark_takes_it_back(tmp_path: Path) -> None:
    async with staged(tmp_path, **glm("glm-5.2")) as stage:
        await stage.command("/once off")
        await stage.until(lambda: "This message alone" in stage.screen_text)
        await stage.pilot.click("#once", offset=(6, 0))
        await stage.until(lambda: not stage.app.chat.once.display)
        await stage.command("/once")
        assert "/once needs a level for the next message: off, on, high, max." in stage.notices


@pytest.mark.parametrize(
    ("label", "sent"),
    [
        ("Continue without thinking", {"max_tokens": 50, "reasoning_effort": "none"}),
        ("Double the limit", {"max_tokens": 100}),
    ],
)
async def test_a_thought_that_used_all_tokens_offers_two_ways_on(
    tmp_path: Path, label: str, sent: dict[str, Any]
) -> None:
    async with staged(tmp_path, **glm("glm-5.2")) as stage:
        stage.script.scripts = [[delta(reasoning_content="Hm, hm."), finish("length")], reply("42")]
        stage.workspace.tuning.set_value("max_tokens", 50)
        await stage.send("Go")
        await stage.until(lambda: label in stage.screen_text)
        lines = stage.screen_text.splitlines()
        row = next(number for number, line in enumerate(lines) if label in line)
        await stage.pilot.click(offset=(lines[row].index(label) + 2, row))
        await stage.until(lambda: stage.messages()[-1].content == "42" and not stage.workspace.current.runs)
        body = stage.script.bodies[-1]
        assert {name: body[name] for name in ("max_tokens", "reasoning_effort") if name in body} == sent


async def test_a_reply_is_begun_by_slash_command_and_marked_over_the_prompt(tmp_path: Path) -> None:
    async with staged(tmp_path, **glm("glm-5.2")) as stage:
        await stage.command("/prefill Dear Ada,")
        await stage.until(lambda: "The reply begins: Dear Ada," in stage.screen_text)
        stage.script.scripts = [reply(" hello.")]
        await stage.send("Write a letter")
        assert stage.script.bodies[-1]["messages"][-1] == {"role": "assistant", "content": "Dear Ada,"}
        assert stage.messages()[-1].content == "Dear Ada, hello."
        await stage.until(lambda: not stage.app.chat.once.display)
