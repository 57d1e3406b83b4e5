"""A failed reply: a heading with the status, the server's words, what they mean, and what helps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from glmchat.api.errors.tree import ApiError
from glmchat.tui.presenting.words import HEADINGS
from tests.tui.stage import staged


def refusal(status: int, message: str, **more: Any) -> list[Any]:
    return [{"status": status, "body": {"error": {"message": message, **more}}}]


@pytest.mark.parametrize(
    ("status", "said", "heading", "ways"),
    [
        (401, "Invalid key", "✗ 401 Key not accepted", ["Add a key", "Choose a model", "Ask again"]),
        (402, "Insufficient balance", "✗ 402 No credit left", ["Choose a model", "Ask again"]),
        (404, "No such model", "✗ 404 Not found", ["Choose a model", "Ask again"]),
        (
            400,
            "maximum context length is 8192 tokens",
            "✗ 400 Too long",
            ["Leave the oldest turns out", "Ask again"],
        ),
    ],
)
async def test_a_failure_has_a_heading_the_words_their_meaning_and_ways_out(
    status: int, said: str, heading: str, ways: list[str], tmp_path: Path
) -> None:
    async with staged(tmp_path) as stage:
        stage.script.scripts.append(refusal(status, said))
        await stage.send("Hi")
        lines = [line.strip(" ▌│") for line in stage.screen_text.splitlines()]
        at = next(number for number, line in enumerate(lines) if heading in line)
        assert f"“{said}”" in lines[at + 1]
        assert lines[at + 2]
        buttons = " ".join(lines[at + 2 : at + 5])
        assert all(each in buttons for each in ways), lines


async def test_leaving_the_oldest_out_asks_again(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.script.scripts.append(refusal(400, "maximum context length is 8192 tokens"))
        await stage.send("Hi")
        reply = stage.messages()[-1]
        number = next(
            number for number, each in enumerate(stage.app.chat.decorate(reply.node(), reply).buttons)
            if each.label == "Leave the oldest turns out"
        )  # fmt: skip
        action = stage.app.chat.decorate(reply.node(), reply).buttons[number].action
        from glmchat.tui.commands.actions import messages

        stage.app.perform(messages.act, reply.id, action)
        await stage.until(lambda: len(stage.script.bodies) == 2)
        assert stage.workspace.current.drop_oldest


def test_each_kind_of_error_has_a_heading() -> None:
    assert {each.kind for each in ApiError.__subclasses__()} <= HEADINGS.keys()
