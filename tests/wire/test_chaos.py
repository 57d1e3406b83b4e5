"""A server that misbehaves at random, under many turns: nothing crashes, hangs, leaks or loses what came."""

import asyncio
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint, Timeouts
from glmchat.core.conversation import Message, State
from glmchat.turn import run
from tests.waiting import until
from tests.wire.helpers import Memory, assemble, endpoint, request
from tests.wire.moods import IDLE_S, Plan, plan
from tests.wire.server import free_port, serving

LIMIT_S = 20.0


async def one_turn(client: ChatClient, todo: Plan) -> Message:
    recorder = Memory()
    async with serving(todo.reply) as server:
        base = f"http://127.0.0.1:{free_port()}/v1" if todo.refuse else server.base_url
        where = endpoint(base, timeouts=Timeouts(connect=2, idle=60 if todo.cancel else IDLE_S))
        task = asyncio.create_task(drive(client, where, recorder, todo))
        if todo.cancel:
            await until(lambda: "".join(todo.received) == todo.content, lambda: todo.name)
            task.cancel()
        await asyncio.wait([task], timeout=LIMIT_S)
        assert task.done(), f"{todo.name}: it hangs"
        if not task.cancelled():
            await task
        await until(lambda: not server.open_connections)
    assert len(recorder.saved) == 1
    return recorder.saved[0]


async def drive(client: ChatClient, where: Endpoint, recorder: Memory, todo: Plan) -> None:
    async for event in run.run(client, request(where, retries=0), recorder):
        todo.received.append(getattr(event, "text", ""))


async def chaos(seed: int, turns: int, *, big: bool) -> dict[str, int]:
    rng = random.Random(seed)
    client = ChatClient()
    done: dict[str, int] = {}
    before = asyncio.all_tasks()
    for _ in range(turns):
        todo = plan(rng, big=big)
        message = await one_turn(client, todo)
        assert message.state in todo.states, (todo.name, message.failure)
        assert message.content == todo.content, todo.name
        assert (message.failure is None) == (message.state in (State.COMPLETE, State.STOPPED))
        done[todo.name] = done.get(todo.name, 0) + 1
    await client.aclose()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
    return done


@pytest.mark.parametrize("seed", [11, 12, 13])
async def test_a_misbehaving_server_loses_and_leaks_nothing(seed: int) -> None:
    await chaos(seed, 14, big=False)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(5))
async def test_five_hundred_turns_lose_and_leak_nothing(seed: int) -> None:
    done = await chaos(seed, 100, big=True)
    print(seed, done)


KEYS = [
    "id", "model", "created", "choices", "index", "delta", "message", "content", "reasoning", "reasoning_content",
    "reasoning_details", "tool_calls", "function_call", "function", "name", "arguments", "type", "text", "refusal",
    "logprobs", "finish_reason", "usage", "error", "code", "detail", "native_finish_reason", "base_resp", "status",
    "metadata", "object", "data",
]  # fmt: skip
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**20) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=300)
@given(st.lists(JSON_VALUES, min_size=1, max_size=4), st.booleans())
def test_no_json_whatever_breaks_the_assembly(values: list[object], as_stream: bool) -> None:
    if as_stream:
        wrapped = [{"choices": [{"index": 0, "delta": value}]} for value in values] + values
        pieces = [b"data: " + json.dumps(value).encode() + b"\n\n" for value in wrapped]
    else:
        pieces = [json.dumps({"choices": [{"message": values[0]}]}).encode()]
    message = assemble(pieces)
    assert message.state in (State.COMPLETE, State.CUT)
    assert isinstance(message.content, str)
    for call in message.tool_calls:
        json.loads(call.arguments)
