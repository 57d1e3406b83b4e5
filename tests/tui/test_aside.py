"""The panel of a side question."""

from __future__ import annotations

from pathlib import Path

from glmchat.tui.screens.aside import AsideScreen
from tests.scripted import Script, delta, held, reply
from tests.tui.stage import Stage, staged


def panel(stage: Stage) -> AsideScreen:
    assert isinstance(stage.app.screen, AsideScreen)
    return stage.app.screen


async def asked(stage: Stage, question: str = "Where does it grow?") -> None:
    await stage.command(f"/aside {question}")
    await stage.until(lambda: isinstance(stage.app.screen, AsideScreen))
    await stage.until(lambda: panel(stage).aside.message is not None)


def scripted(*texts: str) -> Script:
    script = Script()
    script.scripts = [reply("A fruit."), *(reply(text) for text in texts)]
    return script


async def test_the_answer_comes_in_a_panel_and_closing_leaves_the_conversation_as_it_was(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path, script=scripted("In **Turkey**.")) as stage:
        await stage.send("What is a quince?")
        await asked(stage)
        await stage.until(lambda: "In Turkey." in stage.screen_text)
        assert "Where does it grow?" in stage.screen_text
        assert "20 tokens" in stage.screen_text
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.app.chat)
        assert [each.content for each in stage.messages()] == ["What is a quince?", "A fruit."]
        await stage.command("/aside")
        await stage.until(lambda: "In Turkey." in stage.screen_text)


async def test_enter_makes_it_the_next_turn(tmp_path: Path) -> None:
    async with staged(tmp_path, script=scripted("In Turkey.")) as stage:
        await stage.send("What is a quince?")
        await asked(stage)
        await stage.press("enter")
        await stage.until(lambda: len(stage.messages()) == 4)
        await stage.until(lambda: "In Turkey." in stage.screen_text and stage.app.screen is stage.app.chat)


async def test_p_puts_it_into_the_prompt(tmp_path: Path) -> None:
    async with staged(tmp_path, script=scripted("In Turkey.")) as stage:
        await stage.send("What is a quince?")
        await asked(stage)
        await stage.press("p")
        await stage.until(lambda: stage.prompt == "In Turkey.")


async def test_escape_stops_it_first(tmp_path: Path) -> None:
    script = Script()
    pieces, _ = held(delta(content="In Tur"))
    script.scripts = [pieces]
    async with staged(tmp_path, script=script) as stage:
        await stage.command("/aside Where?")
        await stage.until(lambda: "In Tur" in stage.screen_text)
        await stage.press("enter")
        await stage.until(lambda: "still coming" in stage.screen_text)
        await stage.press("escape")
        await stage.until(lambda: "stopped" in stage.screen_text)
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.app.chat)
        assert not stage.messages()


async def test_an_error_is_told_and_the_question_is_not_lost(tmp_path: Path) -> None:
    script = Script()
    script.scripts = [[{"status": 400, "body": {"error": {"message": "no such thing"}}}]]
    async with staged(tmp_path, script=script) as stage:
        await asked(stage, "Where?")
        await stage.until(lambda: "no such thing" in stage.screen_text)
        await stage.press("r")
        await stage.until(lambda: "Yes." in stage.screen_text)
        await stage.press("escape")
        script.scripts = [[{"status": 400, "body": {"error": {"message": "no such thing"}}}]]
        await asked(stage, "Where?")
        await stage.press("escape")
        await stage.until(lambda: stage.prompt == "/aside Where?")


async def test_with_nothing_asked_yet_it_says_how(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/aside")
        await stage.until(lambda: "Nothing was asked aside yet" in stage.told)
