"""Faults as a person sees them: the whole app against a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from glmchat.api.endpoint import Endpoint, Secret, Timeouts
from glmchat.core.conversation import State
from glmchat.tui.commands.actions import messages
from glmchat.tui.widgets.transcript import Act, Action
from glmchat.workspace import Preferences
from tests.tui.stage import Stage, staged
from tests.wire.server import DONE, Answer, Received, Reply, Server, chunk, plain, serving, stream

KEY = "sk-on-screen-51c0"


@asynccontextmanager
async def facing(
    folder: Path, answer: Answer, base_url: str | None = None, key: str | None = None, idle: float = 10
) -> AsyncIterator[tuple[Stage, Server]]:
    async with serving(answer) as server:
        where = Endpoint(
            "wcode",
            base_url or server.base_url,
            key=Secret(key) if key else None,
            timeouts=Timeouts(connect=2, idle=idle),
        )
        async with staged(folder, endpoints={"wcode": where}, preferences=Preferences(retries=2)) as stage:
            yield stage, server


def flat(stage: Stage) -> str:
    """The conversation without its gutter and the ends of its lines."""
    lines = [line[line.index("▌") + 1 :] if "▌" in line else "" for line in stage.screen_text.splitlines()]
    return " ".join(" ".join(line[:60].split()) for line in lines)


async def say(stage: Stage, text: str) -> None:
    stage.app.chat.prompt.put(text)
    await stage.press("enter")


async def test_the_wait_that_a_server_asks_for_is_counted_down_and_escape_ends_it(tmp_path: Path) -> None:
    busy = plain(429, {"error": {"message": "slow down"}}, **{"retry-after": "30"})
    async with facing(tmp_path, busy) as (stage, server):
        await say(stage, "hello")
        await stage.until(lambda: "Trying again in 30 s (attempt 2 of 3)" in flat(stage))
        assert "slow down" in flat(stage)
        await stage.press("escape")
        await stage.until(lambda: not stage.workspace.current.runs)
        await stage.until(lambda: "Trying again" not in flat(stage))
        assert len(server.received) == 1
        assert stage.messages()[-1].state is State.STOPPED
        assert "You stopped this reply." in flat(stage)


async def test_a_stream_that_stalls_is_cut_and_offers_to_go_on(tmp_path: Path) -> None:
    async with facing(tmp_path, Reply([chunk({"content": "so far"})], linger_s=60), idle=0.3) as (stage, _):
        await say(stage, "hello")
        await stage.until(lambda: stage.messages()[-1].state is State.CUT)
        await stage.until(lambda: "Continue" in flat(stage))
        assert "so far" in flat(stage)
        assert "Ask again" in flat(stage).replace("\xa0", " ")


async def test_text_that_turns_out_to_be_thought_moves_to_the_panel_while_it_streams(tmp_path: Path) -> None:
    asked = [
        chunk({"content": "I ponder "}),
        chunk({"content": "a lot</think>"}),
        chunk({"content": "It is 4."}),
    ]

    async with facing(tmp_path, Reply([*asked, chunk({}, "stop"), DONE], pause_s=0.4)) as (stage, _):
        await say(stage, "hello")
        await stage.until(lambda: "I ponder" in flat(stage))
        await stage.until(lambda: stage.messages()[-1].state is State.COMPLETE)
        message = stage.messages()[-1]
        assert (message.content, message.reasoning) == ("It is 4.", "I ponder a lot")
        await stage.until(lambda: "It is 4." in flat(stage))
        await stage.until(
            lambda: "I ponder" not in flat(stage) or stage.presenter.thinking.panel.message_id == message.id
        )
        assert stage.presenter.thinking.panel.message_id == message.id


async def test_a_refused_parameter_is_left_out_remembered_and_greyed_with_the_reason(tmp_path: Path) -> None:
    def answer(request: Received) -> Reply:
        if "top_a" in request.body:
            return plain(400, {"error": {"message": "Unsupported parameter: top_a", "param": "top_a"}})
        return stream("fine")

    async with facing(tmp_path, answer) as (stage, server):
        await stage.command("/set top_a 0.4")
        await say(stage, "hello")
        await stage.until(lambda: "Send again without top_a" in flat(stage).replace("\xa0", " "))
        reply = stage.messages()[-1]
        stage.app.perform(messages.act, reply.id, Action(Act.WITHOUT, ("top_a",)))
        await stage.until(lambda: stage.messages()[-1].content == "fine")
        await stage.send("again")
        assert ["top_a" in request.body for request in server.received] == [True, False, False]
        omitted = (await stage.workspace.requests.preview()).omitted
        assert "refuses" in omitted["top_a"]
    async with facing(tmp_path, answer, base_url=server.base_url) as (stage, _):
        learned = stage.workspace.models.learned_of(stage.workspace.current)
        assert "top_a" in learned.refused


async def test_a_server_that_refuses_to_count_is_asked_without_from_then_on(tmp_path: Path) -> None:
    def answer(request: Received) -> Reply:
        if "stream_options" in request.body:
            return plain(
                400, {"error": {"message": "Unknown field: stream_options", "param": "stream_options"}}
            )
        return stream("fine")

    async with facing(tmp_path, answer) as (stage, server):
        await stage.send("one")
        await stage.send("two")
        assert [message.content for message in stage.messages()[1::2]] == ["fine", "fine"]
        assert ["stream_options" in request.body for request in server.received] == [True, False, False]


async def test_a_key_is_not_sent_over_plain_http_and_the_screen_says_why(tmp_path: Path) -> None:
    async with facing(tmp_path, stream("x"), "http://example.invalid/v1", KEY) as (stage, _):
        await stage.send("hello")
        await stage.until(lambda: "The key was not sent" in flat(stage))
        assert KEY not in stage.screen_text


async def test_a_redirect_is_named_and_the_key_goes_nowhere(tmp_path: Path) -> None:
    async with serving(stream("stolen")) as thief:
        moved = Reply([], 307, {"location": f"{thief.base_url}/chat/completions"})
        async with facing(tmp_path, moved, key=KEY) as (stage, _):
            await stage.send("hello")
            await stage.until(lambda: "Redirects are not followed" in flat(stage))
        assert thief.received == []


async def test_a_name_that_does_not_resolve_is_told(tmp_path: Path) -> None:
    async with facing(tmp_path, stream("x"), "https://nowhere.invalid/v1") as (stage, _):
        await say(stage, "hello")
        await stage.until(lambda: "Trying again" in flat(stage) or stage.messages()[-1].state is State.FAILED)
        assert "nowhere.invalid" in flat(stage)
        await stage.press("escape")
        await stage.until(lambda: not stage.workspace.current.runs)
