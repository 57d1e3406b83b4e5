"""A question without an answer: asked again where the program died over it, and sent along with the next one."""

from __future__ import annotations

from pathlib import Path

import pytest

from glmchat.core.conversation import Message, Role, new_id
from glmchat.history import Archive, Session
from glmchat.tui.app import Start
from glmchat.tui.commands.actions import messages
from glmchat.tui.widgets.transcript import Act, Action
from glmchat.workspace import Preferences
from tests.scripted import reply
from tests.tui.stage import Stage, staged

NEWEST = Start(None, True, False, ())
NOTE = "There is no reply to this yet."


async def killed(folder: Path) -> None:
    """Leave what a run leaves that is killed before the first token: the question alone."""
    archive = await Archive.open(folder / "history.db")
    session = Session(model="z-ai/glm-4.5", provider="wcode")
    archive.create(session)
    await archive.save(session.id, Message(new_id(), None, Role.USER, "Are you there?"))
    await archive.close()


async def asked_again(stage: Stage) -> None:
    await stage.until(lambda: len(stage.script.bodies) == 1 and not stage.workspace.current.runs)
    assert [each.content for each in stage.messages()] == ["Are you there?", "Yes."]
    await stage.until(lambda: NOTE not in stage.screen_text)


async def test_it_says_so_and_the_button_asks_again(tmp_path: Path) -> None:
    await killed(tmp_path)
    async with staged(tmp_path, start=NEWEST) as stage:
        await stage.until(lambda: NOTE in stage.screen_text)
        assert "Ask again" in stage.screen_text
        stage.app.perform(messages.act, stage.messages()[-1].id, Action(Act.RETRY))
        await asked_again(stage)


async def test_retry_asks_again(tmp_path: Path) -> None:
    await killed(tmp_path)
    async with staged(tmp_path, start=NEWEST) as stage:
        await stage.until(lambda: NOTE in stage.screen_text)
        await stage.command("/retry")
        await asked_again(stage)


async def test_a_question_whose_reply_runs_or_has_come_says_nothing(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.begin()
        assert NOTE not in stage.screen_text
        await stage.until(lambda: not stage.workspace.current.runs)
        assert NOTE not in stage.screen_text


@pytest.mark.parametrize(
    ("unanswered", "sent", "told"),
    [
        ("merge", "One?\n\nTwo?", "One question that has no answer is sent in one message with the next."),
        ("leave-out", "Two?", "One question that has no answer is left out."),
    ],
)
async def test_after_a_failed_reply_roles_take_turns_and_the_request_page_says_how(
    tmp_path: Path, unanswered: str, sent: str, told: str
) -> None:
    preferences = Preferences(retries=0, unanswered=unanswered)
    async with staged(tmp_path, preferences=preferences) as stage:
        stage.script.scripts = [[{"status": 400, "body": {"error": "Broken."}}], reply("Good.")]
        await stage.send("One?")
        await stage.until(lambda: "Broken." in stage.screen_text)
        await stage.send("Two?")
        assert stage.script.bodies[-1]["messages"] == [{"role": "user", "content": sent}]
        await stage.press("f4")
        await stage.until(lambda: told in " ".join(stage.screen_text.split()))
