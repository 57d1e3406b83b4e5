"""What the tests of the wire share: endpoints, turns run to their end, replies decoded without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from glmchat.api import events as ev
from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint, Secret, Timeouts
from glmchat.api.errors.tree import ApiError
from glmchat.api.replies.body import ReplyReader
from glmchat.core.conversation import Message, State
from glmchat.turn import run
from glmchat.turn.reply import Reply
from glmchat.turn.request import TurnRequest

PROMPT = [{"role": "user", "content": "hello"}]
KEY = "sk-test-4f1b9c7e2a"


def endpoint(base_url: str, **more: Any) -> Endpoint:
    """An endpoint with short timeouts."""
    more.setdefault("timeouts", Timeouts(connect=5, idle=5))
    return Endpoint("test", base_url, **more)


def keyed(base_url: str, **more: Any) -> Endpoint:
    """An endpoint with a key."""
    return endpoint(base_url, key=Secret(KEY), **more)


def request(where: Endpoint, **more: Any) -> TurnRequest:
    """A request for one turn."""
    return TurnRequest(where, "z-ai/glm-4.5", PROMPT, **more)


class Memory:
    """A recorder that keeps every value it is given."""

    def __init__(self) -> None:
        self.soon: list[Message] = []
        self.saved: list[Message] = []

    def save_soon(self, message: Message) -> None:
        self.soon.append(message)

    async def save(self, message: Message) -> None:
        self.saved.append(message)


class Sleeper:
    """A wait that does not wait and remembers how long it should have."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)


async def run_turn(
    asked: TurnRequest, client: ChatClient | None = None, **more: Any
) -> tuple[list[run.TurnEvent], Message]:
    """Run a turn to its end; returns its events and the message."""
    own = client or ChatClient()
    try:
        got = [event async for event in run.run(own, asked, **more)]
    finally:
        if client is None:
            await own.aclose()
    assert isinstance(got[-1], run.Finished)
    return got, got[-1].message


async def collect(source: AsyncIterator[ev.Event]) -> tuple[list[ev.Event], ApiError | None]:
    """Read one attempt to its end or its error."""
    got: list[ev.Event] = []
    try:
        async for event in source:
            got.append(event)
    except ApiError as error:
        return got, error
    return got, None


def assemble(pieces: Sequence[bytes], content_type: str = "text/event-stream", **options: Any) -> Message:
    """Decode a body in these pieces, without a socket."""
    reader = ReplyReader(endpoint("http://127.0.0.1:1/v1"), **options)
    reply = Reply(1)
    for piece in pieces:
        for event in reader.feed(piece):
            reply.add(event)
    events, error = reader.end(None, content_type)
    for event in events:
        reply.add(event)
    return reply.message(State.CUT if error else State.COMPLETE, error.failure if error else None)


def essence(message: Message) -> dict[str, Any]:
    """What must be the same however the bytes were cut."""
    return {
        "content": message.content,
        "reasoning": message.reasoning,
        "refusal": message.refusal,
        "finish_reason": message.finish_reason,
        "native": message.native_finish_reason,
        "usage": message.usage,
        "calls": message.tool_calls,
        "details": message.reasoning_details,
        "logprobs": message.logprobs,
        "beside": (message.images, message.annotations),
        "warnings": message.warnings,
        "failure": message.failure,
        "ids": (message.response_id, message.created),
    }
