"""A session that was held elsewhere asks where it goes on, before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from glmchat.api.endpoint import Endpoint
from glmchat.tui.app import Start
from glmchat.tui.presenting.facts import header_facts
from glmchat.workspace import Defaults
from tests.scripted import Script
from tests.tui.stage import staged

PRIVATE = "http://private.invalid/v1"
NEWEST = Start(None, True, False, ())


async def hold(folder: Path) -> None:
    """Hold a conversation at an address that the next run does not know."""
    endpoints = {"wcode": Endpoint("wcode", PRIVATE, demo=True)}
    async with staged(folder, endpoints=endpoints, model="m") as stage:
        await stage.send("A secret.")


def resumed(folder: Path, script: Script, **more: Any) -> Any:
    return staged(folder, start=NEWEST, script=script, **more)


async def test_the_first_enter_asks_and_escape_sends_nothing(tmp_path: Path) -> None:
    await hold(tmp_path)
    script = Script()
    async with resumed(tmp_path, script) as stage:
        assert PRIVATE in stage.notices
        stage.app.chat.prompt.put("Go on.")
        await stage.press("enter")
        await stage.until(lambda: "Where should this conversation go on?" in stage.screen_text)
        assert PRIVATE in stage.screen_text
        assert "http://scripted.invalid/v1" in stage.screen_text
        await stage.press("escape")
        await stage.until(lambda: stage.prompt == "Go on.")
        assert (script.bodies, len(stage.messages())) == ([], 2)


async def test_it_goes_on_here_when_the_person_says_so(tmp_path: Path) -> None:
    await hold(tmp_path)
    script = Script()
    async with resumed(tmp_path, script) as stage:
        stage.app.chat.prompt.put("Go on.")
        await stage.press("enter")
        await stage.until(lambda: "Where should this conversation go on?" in stage.screen_text)
        await stage.press("down", "enter")
        await stage.until(lambda: len(script.bodies) == 1 and not stage.workspace.current.runs)
        assert [each.content for each in stage.messages()] == ["A secret.", "Yes.", "Go on.", "Yes."]
    async with resumed(tmp_path, script) as stage:
        assert not stage.workspace.current.held


async def test_another_model_may_be_chosen_instead(tmp_path: Path) -> None:
    await hold(tmp_path)
    script = Script()
    async with resumed(tmp_path, script) as stage:
        stage.app.chat.prompt.put("Go on.")
        await stage.press("enter")
        await stage.until(lambda: "Where should this conversation go on?" in stage.screen_text)
        await stage.press("enter")
        await stage.until(lambda: "Model and provider" in stage.screen_text)
        await stage.type("z-ai/glm-4.6 @ wcode")
        await stage.press("enter")
        await stage.until(lambda: len(script.bodies) == 1 and not stage.workspace.current.runs)
        assert script.bodies[0]["model"] == "z-ai/glm-4.6"


async def test_a_model_said_for_this_run_stands_in_the_header_at_once(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Hello.")
    async with resumed(tmp_path, Script(), defaults=Defaults(model="other/one")) as stage:
        assert header_facts(stage.workspace).model == "other/one"
        await stage.until(lambda: " tokens" in stage.screen_text.split("\n")[0])
        kept, _ = await stage.workspace.archive.load(stage.workspace.current.id)
        assert kept.model == "z-ai/glm-4.5"
        await stage.send("Go on.")
        await stage.workspace.settle()
        kept, _ = await stage.workspace.archive.load(stage.workspace.current.id)
        assert kept.model == "other/one"
