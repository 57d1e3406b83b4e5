"""What comes beside a reply's text: its pictures and sources, and an answer that came as thought."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from glmchat.core.conversation import State
from glmchat.tui.commands.actions import messages
from glmchat.tui.widgets.transcript import Act, Action
from tests.scripted import Piece, reply
from tests.tui.stage import Stage, staged

DATA = "data:image/png;base64,iVBORw0KGgo="
SOURCE = {"type": "url_citation", "url_citation": {"url": "https://news.example/rain", "title": "Rain"}}
OFFER = "Use the thought as the answer"


def body(message: dict[str, Any]) -> list[Piece]:
    choice = {"index": 0, "message": {"content": "", **message}, "finish_reason": "stop"}
    return [{"status": 200, "body": {"id": "a", "choices": [choice]}}]


async def test_pictures_and_sources_stand_under_their_message_and_are_saved(tmp_path: Path) -> None:
    image = {"type": "image_url", "image_url": {"url": DATA}}
    async with staged(tmp_path) as stage:
        stage.script.scripts = [body({"content": "It rained.", "images": [image], "annotations": [SOURCE]})]
        await stage.send("And?")
        await stage.until(lambda: "Picture: image/png, 8 bytes" in stage.screen_text)
        assert "1. Rain  https://news.example/rain" in stage.screen_text
        stage.app.perform(messages.act, stage.messages()[-1].id, Action(Act.SAVE_PICTURE))
        target = tmp_path / "rain.png"
        await stage.until(lambda: "Save the picture as" in stage.screen_text)
        stage.app.screen.query_one(Input).value = str(target)
        await stage.press("enter")
        await stage.until(target.exists)
        assert target.read_bytes() == b"\x89PNG\r\n\x1a\n"


async def thought_only(stage: Stage) -> None:
    stage.script.scripts = [body({"reasoning_content": "The capital is Oslo."}), reply("Right.")]
    await stage.send("The capital?")
    await stage.until(lambda: OFFER in stage.screen_text)
    assert "came as thought" in stage.screen_text


@pytest.mark.parametrize("way", ["button", "command"])
async def test_a_thought_is_taken_as_the_answer_and_the_reply_is_kept_beside_it(
    tmp_path: Path, way: str
) -> None:
    async with staged(tmp_path) as stage:
        await thought_only(stage)
        old = stage.messages()[-1]
        if way == "button":
            stage.app.perform(messages.act, old.id, Action(Act.TAKE_THOUGHT))
        else:
            await stage.command("/take-thought")
        await stage.until(lambda: stage.messages()[-1].content == "The capital is Oslo.")
        taken = stage.messages()[-1]
        assert (taken.reasoning, taken.state, taken.usage) == ("", State.COMPLETE, None)
        assert stage.workspace.current.conversation.siblings(old.id) == [old.id, taken.id]
        await stage.until(lambda: OFFER not in stage.screen_text)
        await stage.send("Sure?")
        assert [each["content"] for each in stage.script.bodies[-1]["messages"]] == [
            "The capital?", "The capital is Oslo.", "Sure?",
        ]  # fmt: skip


async def test_a_reply_with_an_answer_keeps_its_thought(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.script.scripts = [body({"content": "Oslo.", "reasoning_content": "Norway."})]
        await stage.send("The capital?")
        assert OFFER not in stage.screen_text
        await stage.command("/take-thought")
        await stage.until(lambda: "all thought" in stage.notices)
        assert stage.messages()[-1].reasoning == "Norway."
