import asyncio
from dataclasses import replace

import pytest

from glmchat.api import events as ev
from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Timeouts
from glmchat.core.conversation import Message, State
from glmchat.turn.ending_notes import remarks
from glmchat.turn.reply import Reply
from tests.wire.helpers import collect, endpoint, request, run_turn
from tests.wire.server import Case, case, cases, serving


def check(message: Message, expected: Case) -> None:
    want = expected.expect
    assert message.content == want["content"]
    assert message.reasoning == want["reasoning"]
    assert message.finish_reason == want["finish_reason"]
    assert message.usage == want["usage"]
    calls = [{"id": call.id, "name": call.name, "arguments": call.arguments} for call in message.tool_calls]
    assert calls == want["tool_calls"]
    assert bool((*message.warnings, *remarks(message))) == bool(want.get("warnings"))
    error, failure = want["error"], message.failure
    assert (failure is None) == (error is None), failure
    if failure is not None:
        assert failure.kind == error["kind"]
        assert failure.retryable == error["retryable"]
        assert error.get("message_contains", "") in failure.message
        assert failure.advice.endswith((".", "!"))
        if "status" in error:
            assert failure.status == error["status"]


@pytest.mark.parametrize("name", cases())
async def test_a_turn_makes_of_a_recorded_reply_what_it_should(name: str) -> None:
    recorded = case(name)
    async with serving(recorded.reply) as server:
        _, message = await run_turn(request(endpoint(server.base_url), retries=0))
        check(message, recorded)
        assert len(server.received) == 1


async def test_a_reply_is_complete_with_its_last_event_however_long_the_connection_stays_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("glmchat.api.replies.body.GRACE_S", 3600)
    recorded = case("linger_after_done")
    async with serving(replace(recorded.reply, linger_s=3600)) as server, asyncio.timeout(60):
        where = endpoint(server.base_url, timeouts=Timeouts(connect=5, idle=3600))
        _, message = await run_turn(request(where, retries=0))
    check(message, recorded)


@pytest.mark.parametrize("name", cases())
async def test_the_client_alone_yields_everything_and_then_the_error(name: str) -> None:
    recorded = case(name)
    client = ChatClient()
    async with serving(recorded.reply) as server:
        where = endpoint(server.base_url)
        events, error = await collect(client.stream(where, {"model": "m", "messages": [], "stream": True}))
        await client.aclose()
    reply = Reply(1)
    for event in events:
        reply.add(event)
    state = State.CUT if error else State.COMPLETE
    check(reply.message(state, error.failure if error else None), recorded)
    assert (
        isinstance(events[-1], ev.Done) if error is None else not any(isinstance(e, ev.Done) for e in events)
    )
