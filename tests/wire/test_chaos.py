"""A server that misbehaves at random, under many turns: nothing crashes, hangs, leaks or loses what came."""

import asyncio
import json
import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glmchat import turn
from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Timeouts
from glmchat.conversation import Message, State
from tests.waiting import until
from tests.wire.helpers import Memory, assemble, endpoint, request
from tests.wire.server import DONE, Reply, chunk, free_port, plain, serving

IDLE_S = 0.15
LIMIT_S = 20.0


@dataclass
class Plan:
    """What the server will do, and how much of the text a client must have at the end."""

    name: str
    reply: Reply
    content: str = ""
    states: tuple[State, ...] = (State.COMPLETE,)
    refuse: bool = False
    cancel: bool = False
    received: list[str] = field(default_factory=list)


def words(rng: random.Random) -> list[str]:
    alphabet = ["one ", "二", "🚀", "\u2028", "\n", "`x`", "\x1b[2J", "ä", "tail"]
    return ["begin ", *(rng.choice(alphabet) for _ in range(rng.randrange(30)))]


def good(rng: random.Random) -> tuple[str, list[bytes]]:
    pieces = words(rng)
    return "".join(pieces), [chunk({"content": piece}) for piece in pieces]


def slices(rng: random.Random, data: bytes, most: int) -> list[bytes]:
    places = sorted(rng.randrange(len(data)) for _ in range(rng.randrange(most)))
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


END = [chunk({}, "stop"), DONE]


def plan(rng: random.Random, *, big: bool) -> Plan:  # noqa: PLR0912  (one branch a misbehaviour)
    text, events = good(rng)
    whole = b"".join([*events, *END])
    part = b"".join(events)
    match rng.randrange(13):
        case 0:
            return Plan("good", Reply(slices(rng, whole, 20)), text)
        case 1:
            return Plan("refuses", Reply(), states=(State.FAILED,), refuse=True)
        case 2:
            stalls = Reply(slices(rng, part, 5), linger_s=60)
            return Plan("stalls", stalls, text, (State.CUT,))
        case 3:
            return Plan("resets", Reply(slices(rng, part, 5), reset=True), text, (State.CUT,))
        case 4:
            return Plan("cuts", Reply(slices(rng, part, 5), cut=True), text, (State.CUT,))
        case 5:
            garbage = [rng.randbytes(rng.randrange(1, 200)) + b"\n\n" for _ in range(3)]
            mixed = [*garbage[:1], *events, *garbage[1:], *END]
            return Plan("garbles", Reply(slices(rng, b"".join(mixed), 9)), text)
        case 6:
            flood = "x" * (1_000_000 if big else 200_000)
            return Plan("floods", Reply([chunk({"content": flood}), *END]), flood)
        case 7:
            count = 100_000 if big else 3_000
            tiny = (b": " + b"." * 50 + b"\n\n") * (count // 60) + whole
            return Plan("dribbles", Reply([tiny[k : k + 1] for k in range(len(tiny))]), text)
        case 8:
            return Plan("no reply", Reply([rng.randbytes(60)], raw=True), states=(State.FAILED,))
        case 9:
            status = rng.choice([400, 401, 429, 500, 503])
            return Plan("fails", plain(status, rng.randbytes(40).decode("latin-1")), states=(State.FAILED,))
        case 10:
            error = b"data: " + json.dumps({"error": {"message": "died", "code": 500}}).encode() + b"\n\n"
            return Plan("dies", Reply([*events, error]), text, (State.CUT,))
        case 11:
            return Plan("lingers", Reply([whole], linger_s=60), text)
        case _:
            return Plan("is left", Reply([part], linger_s=60), text, (State.STOPPED,), cancel=True)


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


async def drive(client: ChatClient, where: object, recorder: Memory, todo: Plan) -> None:
    async for event in turn.run(client, request(where, retries=0), recorder):  # type: ignore[arg-type]
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


@settings(max_examples=300, deadline=None)
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
