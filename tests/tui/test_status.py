"""A sign of life from Enter to the end of a reply, and a mark where text comes below what is read."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from glmchat.api import events as ev
from glmchat.api.endpoint import Endpoint
from glmchat.core.catalogue import known
from glmchat.tui.presenting.status import status
from glmchat.turn.reply import Reply
from glmchat.workspace.changes import RetryWaited
from glmchat.workspace.session import Running, Variant
from tests.scripted import Piece, Script, delta, held, reply
from tests.tui.stage import Stage, staged

SIZES = [(40, 12), (60, 16), (80, 24), (120, 40)]


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def running(clock: Clock) -> Running:
    model = known("z-ai/glm-4.5")
    assert model is not None
    variant = Variant("", {}, Endpoint("other", "https://example.org/v1"), model, "")
    return Running(7, None, variant, Reply(7, clock=clock))


def told(run: Running | None) -> str:
    return " | ".join(part.text for part in status(run))


def test_what_a_reply_does_is_told_from_its_request_to_its_end() -> None:
    clock = Clock()
    run = running(clock)
    assert told(None) == ""
    assert told(run) == "waiting 0 s | Esc stops"
    clock.now += 4
    assert told(run) == "waiting 4 s | Esc stops"
    run.waiting = RetryWaited(1, 7, 18.0, 2, 5, "Slow down.")
    assert told(run) == "waiting to retry | Esc stops"
    run.waiting = None
    run.reply.add(ev.ReasoningDelta("x" * 400))
    clock.now += 2
    assert told(run) == "thinking 2 s | ≈100 tokens | 50 tokens/s | Esc stops"
    run.reply.add(ev.ContentDelta("x" * 400))
    assert told(run) == "writing 6 s | ≈200 tokens | 100 tokens/s | Esc stops"
    clock.now += 75
    assert told(run) == "writing 1 min 21 s | ≈200 tokens | 3 tokens/s | no text for 1 min 15 s | Esc stops"
    run.reply.add(ev.ContentDelta("x"))
    assert "no text" not in told(run)


@pytest.mark.parametrize("size", SIZES)
async def test_there_is_a_sign_of_life_at_every_width(tmp_path: Path, size: tuple[int, int]) -> None:
    begin, think = asyncio.Event(), asyncio.Event()
    script: list[Piece] = [begin, delta(reasoning="Thought. "), think]
    pieces, end = held(delta(content="Part."))
    async with staged(tmp_path, size, script=Script()) as stage:
        stage.script.scripts = [[*script, *pieces]]
        await stage.begin("Run")
        await stage.until(lambda: "waiting 0 s" in stage.screen_text or "waiting 1 s" in stage.screen_text)
        begin.set()
        await stage.until(lambda: "thinking" in status_of(stage))
        think.set()
        await stage.until(lambda: "writing" in status_of(stage))
        end.set()
        await stage.until(lambda: not stage.app.chat.status.display)


def status_of(stage: Stage) -> str:
    line = stage.app.chat.status
    return line.render().plain if line.display else ""


async def test_a_mark_says_that_text_comes_below_and_a_click_goes_there(tmp_path: Path) -> None:
    pieces, end = held(delta(content="First part.\n\n"))
    async with staged(tmp_path, (80, 24), script=Script()) as stage:
        stage.script.scripts = [reply("line\n\n" * 60), pieces]
        await stage.send("Long")
        await stage.begin("More")
        await stage.until(lambda: "First part." in stage.screen_text)
        await stage.press("pageup")
        assert "below" not in status_of(stage)
        end.set()
        await stage.until(lambda: "new text below" in status_of(stage))
        line = stage.app.chat.status
        await stage.pilot.click(line, offset=(line.size.width - 3, 0))
        await stage.until(lambda: "And the rest." in stage.screen_text and not line.display)


async def test_a_reply_that_waits_is_headed_by_its_model(tmp_path: Path) -> None:
    slow = {"status": 429, "headers": {"retry-after": "3"}, "body": {"error": {"message": "Slow down"}}}
    pieces, _ = held(delta(content="Part."))
    async with staged(tmp_path, script=Script()) as stage:
        stage.script.scripts = [[slow], pieces, [asyncio.Event()]]
        stage.app.chat.prompt.put("Go")
        await stage.press("enter")
        await stage.until(lambda: "Slow down. Trying again" in stage.screen_text)
        assert "z-ai/glm-4.5" in stage.screen_text and "▌ Reply" not in stage.screen_text
        await stage.until(lambda: "Part." in stage.screen_text)
        await stage.press("escape")
        await stage.until(lambda: "You stopped this reply." in stage.screen_text)
        await stage.command("/continue")
        await stage.until(lambda: "‹ 2/2 ›" in stage.screen_text)
        assert "z-ai/glm-4.5" in stage.screen_text and "▌ Reply" not in stage.screen_text
