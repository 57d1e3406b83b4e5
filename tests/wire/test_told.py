"""What a turn tells about itself: attempts as counted, bodies that never left, warnings without the key."""

import json
from typing import Any

import pytest

from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Secret
from glmchat.core.conversation import State
from glmchat.turn import run
from tests.wire.helpers import KEY, Memory, collect, endpoint, keyed, request, run_turn
from tests.wire.server import DONE, Received, Reply, chunk, plain, serving, stream


def picky(received: Received) -> Reply:
    if "stream_options" in received.body:
        return plain(400, {"error": {"message": "Unknown parameter", "param": "stream_options"}})
    return stream("hello")


async def test_no_retries_means_one_request_also_where_something_is_learned() -> None:
    async with serving(picky) as server:
        where = endpoint(server.base_url)
        events, message = await run_turn(request(where, retries=0))
        assert (len(server.received), message.state) == (1, State.FAILED)
        learned = [event.learned for event in events if isinstance(event, run.LearnedSomething)]
        assert [each.no_stream_options for each in learned] == [True]
        _, message = await run_turn(request(where, retries=0, learned=learned[0]))
        assert (len(server.received), message.content) == (2, "hello")
        _, message = await run_turn(request(where, retries=1))
        assert (len(server.received), message.content) == (4, "hello")


async def test_a_body_that_never_left_is_not_reported_as_sent() -> None:
    _, message = await run_turn(request(keyed("http://example.org/v1")))
    assert message.failure is not None
    assert (message.failure.kind, message.sent) == ("auth", None)
    _, message = await run_turn(request(endpoint("not an address")))
    assert (message.state, message.sent) == (State.FAILED, None)


async def test_a_key_that_comes_back_in_a_call_is_in_no_warning() -> None:
    padding = "x" * 180  # the sentence is shortened where the key stands
    call = {"index": 0, "id": "a", "function": {"name": f"f{KEY}", "arguments": f"{{{padding} {KEY}"}}
    async with serving(Reply([chunk({"tool_calls": [call]}, "tool_calls"), DONE])) as server:
        recorder = Memory()
        events, message = await run_turn(request(keyed(server.base_url)), recorder=recorder)
    assert len(message.warnings) == 1
    assert KEY[:12] not in repr((events[-2:], message.warnings, recorder.saved[-1].warnings))


async def test_a_key_that_comes_back_as_the_type_of_a_part_is_in_no_warning() -> None:
    part = {"type": f"odd-{KEY}"}
    async with serving(Reply([chunk({"content": [part]}), chunk({"content": "x"}, "stop"), DONE])) as server:
        _, message = await run_turn(request(keyed(server.base_url)))
    assert message.warnings
    assert KEY not in repr(message.warnings)


async def test_a_key_in_the_host_of_a_redirect_is_not_shown_in_any_case() -> None:
    moved = Reply([], 302, {"location": "http://sk-TEST-4F1B9c.example/"})
    client = ChatClient()
    async with serving(moved) as server:
        where = endpoint(server.base_url, key=Secret("sk-TEST-4F1B9c"))
        _, error = await collect(client.stream(where, {"model": "m", "stream": True}))
    await client.aclose()
    assert error is not None
    assert "sk-test-4f1b9c" not in error.failure.message.lower()


SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
BY_SCHEMA = {"type": "json_schema", "json_schema": {"name": "reply", "schema": SCHEMA}}


@pytest.mark.parametrize(
    ("wanted", "said", "warned"),
    [
        (BY_SCHEMA, '{"n": 1}', False),
        (BY_SCHEMA, '{"n": "one"}', True),
        (BY_SCHEMA, "no JSON", True),
        ({"type": "json_object"}, "{}", False),
        ({"type": "json_object"}, "[]", True),
        ({"type": "text"}, "no JSON", False),
    ],
)
async def test_a_reply_is_held_to_the_format_that_was_asked_for(
    wanted: dict[str, Any], said: str, warned: bool
) -> None:
    recorder = Memory()
    async with serving(stream(said)) as server:
        asked = request(endpoint(server.base_url), values={"response_format": wanted})
        _, message = await run_turn(asked, recorder=recorder)
    assert (message.state, bool(message.warnings)) == (State.COMPLETE, warned)
    assert recorder.saved[-1] == message
    assert all("response_format" in sentence for sentence in message.warnings)


async def test_a_refusal_and_a_tool_call_are_held_to_no_format() -> None:
    call = {"index": 0, "id": "a", "function": {"name": "f", "arguments": json.dumps({})}}
    for delta in ({"refusal": "No."}, {"tool_calls": [call]}):
        async with serving(Reply([chunk(delta, "stop"), DONE])) as server:
            asked = request(endpoint(server.base_url), values={"response_format": BY_SCHEMA})
            _, message = await run_turn(asked)
        assert (message.state, message.warnings) == (State.COMPLETE, ())
