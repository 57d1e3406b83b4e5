"""Refused values in the chat: asked again within the range, and a question where nobody says which it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from glmchat.api.learning.learned import Limit
from glmchat.tui.commands.actions import messages
from glmchat.tui.presenting.facts import sidebar_state
from glmchat.tui.widgets.sidebar.state import caution
from glmchat.tui.widgets.transcript import Act, Action
from tests.scripted import Script, reply
from tests.tui.stage import staged


def refusal(words: str, **more: Any) -> list[Any]:
    return [{"status": 400, "body": {"error": {"message": words, **more}}}]


async def test_a_value_beyond_the_range_is_sent_within_it_and_the_slider_ends_there(tmp_path: Path) -> None:
    script = Script()
    script.scripts = [refusal("max_tokens must be at most 8192"), reply("Good.")]
    async with staged(tmp_path, script=script) as stage:
        stage.workspace.tuning.set_value("max_tokens", 20000)
        await stage.send("Go")
        assert [body["max_tokens"] for body in script.bodies] == [20000, 8192]
        await stage.until(lambda: "8192 is sent instead of 20000" in stage.notices)
        state = sidebar_state(stage.workspace)
        assert state.ranges["max_tokens"] == (None, 8192)
        assert "8192 is sent instead" in caution(state, "max_tokens")
        await stage.press("f4")
        await stage.until(lambda: "8192 is sent instead of 20000" in " ".join(stage.screen_text.split()))


async def test_a_refused_value_is_left_out_and_another_one_is_sent(tmp_path: Path) -> None:
    script = Script()
    script.scripts = [
        refusal("temperature 参数非法。请检查文档", code="1214"),
        reply("Good."),
        reply("Better."),
    ]
    async with staged(tmp_path, script=script) as stage:
        stage.workspace.tuning.set_value("temperature", 2)
        await stage.begin()
        await stage.until(lambda: "Send again without temperature" in stage.screen_text)
        stage.app.perform(messages.act, stage.messages()[-1].id, Action(Act.WITHOUT, ("temperature",)))
        await stage.until(lambda: "Good." in stage.screen_text)
        assert "temperature" not in script.bodies[1]
        assert "temperature" not in stage.workspace.models.omitted()
        stage.workspace.tuning.set_value("temperature", 1.5)
        await stage.send("More")
        assert script.bodies[2]["temperature"] == 1.5


async def test_where_nobody_says_which_value_it_is_the_new_ones_are_asked_about(tmp_path: Path) -> None:
    script = Script()
    unnamed = refusal("API 调用参数有误，请检查文档", code="1210")
    script.scripts = [reply("One."), unnamed, unnamed, reply("Two."), reply("Three.")]
    async with staged(tmp_path, size=(99, 40), script=script) as stage:
        workspace = stage.workspace
        workspace.tuning.set_value("seed", 5)
        await stage.send("First")
        workspace.tuning.set_value("top_k", 7)
        workspace.tuning.set_value("min_p", 0.3)
        await stage.begin("Second")
        await stage.until(lambda: "It may be: top_k, min_p." in " ".join(stage.screen_text.split()))
        assert "Send again without any of them" in stage.screen_text
        stage.app.perform(messages.act, stage.messages()[-1].id, Action(Act.TRY_WITHOUT, ("top_k",)))
        await stage.until(lambda: "It may be: min_p." in " ".join(stage.screen_text.split()))
        assert not workspace.models.learned_of(workspace.current).limits
        stage.app.perform(messages.act, stage.messages()[-1].id, Action(Act.TRY_WITHOUT, ("min_p",)))
        await stage.until(lambda: "Two." in stage.screen_text)
        assert (script.bodies[-1]["seed"], "min_p" in script.bodies[-1]) == (5, False)
        learned = {"min_p": Limit(refused=(0.3,))}
        await stage.until(lambda: workspace.models.learned_of(workspace.current).limits == learned)
        await stage.until(lambda: "Without min_p = 0.30 it was taken" in stage.notices)
        await stage.send("Third")
        assert "min_p" not in script.bodies[-1]


async def test_what_several_were_left_out_for_is_unset_and_told(tmp_path: Path) -> None:
    script = Script()
    script.scripts = [refusal("Invalid API parameter", code="1210"), reply("Good."), reply("Better.")]
    async with staged(tmp_path, script=script) as stage:
        workspace = stage.workspace
        workspace.tuning.set_value("top_k", 7)
        workspace.tuning.set_value("min_p", 0.3)
        await stage.begin()
        await stage.until(lambda: "Send again without any of them" in stage.screen_text)
        stage.app.perform(messages.act, stage.messages()[-1].id, Action(Act.TRY_WITHOUT, ("top_k", "min_p")))
        await stage.until(lambda: "Without top_k = 7 and min_p = 0.30 it was taken" in stage.notices)
        assert workspace.current.values.plain() == {}
        assert not workspace.models.learned_of(workspace.current).limits
        workspace.tuning.undo()
        assert workspace.current.values.plain() == {"top_k": 7, "min_p": 0.3}


async def test_what_was_learned_is_shown_by_check_and_forgotten_there(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        session = stage.workspace.current
        models = stage.workspace.models
        models.remember(session, models.learned_of(session).limit("top_k", Limit(high=50)))
        await stage.command("/check")
        await stage.until(lambda: "top_k: at most 50." in " ".join(stage.screen_text.split()))
        await stage.press("down", "enter")
        await stage.until(lambda: "Forgotten." in stage.notices)
        assert not models.learned_of(session).sentences()
        assert not stage.script.bodies
