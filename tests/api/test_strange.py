"""Streams of other interfaces, and text that is no stream: told as what they are, not as a reply that broke off."""

from __future__ import annotations

import json
from typing import Any

import pytest

from glmchat.core.conversation import State
from tests.wire.helpers import assemble
from tests.wire.server import DONE, chunk


def events(*bodies: Any) -> list[bytes]:
    return [b"data: " + json.dumps(body).encode() + b"\n\n" for body in bodies]


@pytest.mark.parametrize(
    "stream",
    [
        # The native interfaces of llama.cpp, TGI, Cohere, DashScope and Baidu.
        events({"index": 0, "content": "Hel", "stop": False}, {"index": 0, "content": "lo", "stop": True}),
        events({"token": {"id": 1, "text": "Hel"}}, {"token": {"id": 2, "text": "lo"}, "generated_text": "Hello"}),
        events({"type": "content-delta", "delta": {"message": {"content": {"text": "Hi"}}}}, {"type": "message-end"}),
        events({"output": {"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}}),
        events({"id": "x", "result": "Hi", "is_end": True}),
        [b"status = 401 Unauthorized, message = no such key"],
        [b"502 Bad Gateway\n"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("content_type", ["text/event-stream", "text/plain"])
def test_what_is_not_this_api_is_no_reply_that_broke_off(stream: list[bytes], content_type: str) -> None:
    failure = assemble(stream, content_type).failure
    assert failure is not None
    assert (failure.kind, failure.retryable) == ("protocol", False)


@pytest.mark.parametrize(
    "stream",
    [
        events({"type": "ping"}, {"type": "ping"}),
        [b": keepalive\n\n: keepalive\n\n"],
        [b"event: ping\ndata: {}\n\n"],
        events({"id": "x", "object": "chat.completion.chunk", "choices": []}),
        [b'data: {"choi'],
        [b"\xef\xbb\xbfdata:"],
        [chunk({"content": "Hel"}), *events({"status": "working"})],
    ],
)
def test_a_stream_that_only_began_is_cut(stream: list[bytes]) -> None:
    message = assemble(stream)
    assert message.state is State.CUT and message.failure is not None
    assert (message.failure.kind, message.failure.retryable) == ("cut", True)


def test_a_piece_that_is_a_bare_text_is_said() -> None:
    choices = [{"index": 0, "delta": "Hel"}, {"index": 0, "delta": "lo", "finish_reason": "stop"}]
    assert assemble([*events(*({"choices": [each]} for each in choices)), DONE]).content == "Hello"
    whole = {"choices": [{"message": "Hello", "finish_reason": "stop"}]}
    assert assemble([json.dumps(whole).encode()], "application/json").content == "Hello"
