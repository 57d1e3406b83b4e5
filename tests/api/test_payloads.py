"""Events that hold no piece of the reply: empty ones, end marks in any form, errors in any place."""

import json
from typing import Any

import pytest

from glmchat.core.conversation import Message, State
from tests.wire.helpers import assemble
from tests.wire.server import chunk

A, B = chunk({"content": "a"}), chunk({"content": "b"}, "stop")


def event(data: Any, name: str = "") -> bytes:
    text = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {name}\n" if name else "").encode() + f"data: {text}\n\n".encode()


@pytest.mark.parametrize(
    "nothing",
    [
        b"data: null\n\n", b"data:\n\n", b"data: \n\n", b"data: {}\n\n", b"data: []\n\n", b'data: ""\n\n',
        b": comment\n\n",
        b"event: ping\ndata: {}\n\n", b"event: ping\ndata: now\n\n", b"data: ping\n\n", b"id: 7\n\n",
        b"retry: 10\n\n", b"\n\n",
        event({"choices": None}), event({"choices": [], "usage": None}), event({"choices": [{"index": 0,
        "delta": None}]}),
        event({"choices": [{"index": 0, "delta": {"role": "assistant"}}]}),
        event({"choices": [{"delta": {"content": None}}]}),
        event({"choices": [{"index": 1, "delta": {"content": ""}}]}), event({"choices": [None]}),
        event({"choices": [{"delta": {"content": "", "tool_calls": None, "images": [], "annotations": []}}]}),
        event({"type": "heartbeat"}),
    ],
)  # fmt: skip
def test_what_holds_nothing_is_nothing_to_warn_of(nothing: bytes) -> None:
    for pieces in ([A, nothing, B], [nothing, A, B, nothing]):
        message = assemble([b"".join(pieces)])
        assert (message.content, message.warnings, message.failure) == ("ab", (), None)


@pytest.mark.parametrize(
    "end",
    [
        b"data: [DONE]\n\n", b"data: [DONE]\r\n\r\n", b"data:[DONE]\r\r", b'data: "[DONE]"\n\n', b"data:  [DONE] \n\n",
        b"data: [done]\n\n", b"event: done\ndata: {}\n\n", b"event: end\ndata: bye\n\n",
        b"data: \xef\xbb\xbf[DONE]\n\n",
        b'data: {"done": true}\n\n', b'data: {"done": true, "done_reason": "stop"}\n\n',
    ],
)  # fmt: skip
def test_the_end_may_be_said_in_any_form(end: bytes) -> None:
    # Without a finish reason it is the mark alone that tells of the end.
    message = assemble([A, chunk({"content": "b"}), end, chunk({"content": "never"})])
    assert (message.state, message.content, message.warnings) == (State.COMPLETE, "ab", ())


def test_the_last_line_of_the_end_may_be_missing() -> None:
    assert assemble([chunk({"content": "a"}), b"data: [DONE]"]).state is State.COMPLETE


@pytest.mark.parametrize(
    "event", [b"data: {oh\n\n", b"data: 17\n\n", b'data: "more text"\n\n', b'data: [1, "x"]\n\n']
)
def test_what_may_hold_something_is_told(event: bytes) -> None:
    message = assemble([A, event, B])
    assert (message.content, len(message.warnings)) == ("ab", 1)


def test_several_chunks_may_come_in_one_list() -> None:
    bodies = [{"choices": [{"delta": {"content": piece}}]} for piece in "ab"]
    assert assemble([event(bodies), B]).content == "abb"


WORDS = {"message": "the worker died", "type": "server_error", "code": 500}


@pytest.mark.parametrize("before", [b"", A])
@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        (b'error: {"code":500,"message":"the worker died","type":"server_error"}\n\n', 500),
        (b'error:{"error":{"code":500,"message":"the worker died"}}\n', 500),
        (b"error: the worker died\n\n", None),
        (event({"error": WORDS}), 500),
        (event({"error": {**WORDS, "code": "500"}}), 500),
        (event({"error": "the worker died"}), None),
        (event(WORDS, "error"), 500),
        (event("the worker died", "error"), None),
        (event({"error": WORDS}, "exception"), 500),
        (event("[ERROR] the worker died"), None),
        (event({"type": "error", "error": WORDS}), 500),
        (event({"object": "error", **WORDS}), 500),
        (event({"choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error", "error": WORDS}]}), 500),
        (event({"choices": [{"index": 0, "delta": {}, "finish_reason": None, "error": WORDS}]}), 500),
        (event({"choices": [], "error": WORDS}), 500),
    ],
)  # fmt: skip
def test_an_error_is_found_wherever_it_stands(before: bytes, wrong: bytes, status: int | None) -> None:
    message = assemble([before + wrong + chunk({"content": "never"}) + b"data: [DONE]\n\n"])
    assert message.failure is not None
    assert (message.failure.message, message.failure.status) == ("the worker died", status)
    assert (message.failure.kind, message.content) == (
        "server" if status else message.failure.kind,
        "a" if before else "",
    )


def test_an_error_without_a_word_is_an_error() -> None:
    message = assemble([A, b"event: error\n\n"])
    assert message.failure is not None
    assert "did not say which" in message.failure.message


def worded(message: Message) -> str:
    return message.failure.message if message.failure else ""


@pytest.mark.parametrize(
    ("reason", "retryable"),
    [
        ("abort", True), ("insufficient_system_resource", True), ("network_error", True), ("ERROR", True),
        ("timeout", True),
        ("cancelled", True), ("OTHER", True), ("MALFORMED_FUNCTION_CALL", True), ("FINISH_REASON_OTHER", True),
        ("server-error", True), ("MISSING_THOUGHT_SIGNATURE", False), ({"type": "abort", "message": "gone"}, True),
    ],
)  # fmt: skip
def test_a_breakdown_is_no_complete_reply(reason: Any, retryable: bool) -> None:
    bodies: list[bytes] = [
        event({"choices": [{"delta": {"content": "Half"}}]})
        + event({"choices": [{"delta": {}, "finish_reason": reason}]}),
        json.dumps({"choices": [{"message": {"content": "Half"}, "finish_reason": reason}]}).encode(),
    ]
    for body in bodies:
        message = assemble([body])
        assert message.failure is not None
        assert (message.failure.kind, message.failure.retryable) == ("server", retryable)
        assert (message.content, message.state) == ("Half", State.CUT)
        assert message.finish_reason == (reason if isinstance(reason, str) else "abort")
        assert worded(message).endswith(".")


@pytest.mark.parametrize(
    "reason", ["stop", "end_turn", "length", "sensitive", "SAFETY", "eos", "model_length", "brand_new", 7]
)
def test_other_reasons_pass_as_they_are(reason: Any) -> None:
    message = assemble([event({"choices": [{"delta": {"content": "x"}, "finish_reason": reason}]})])
    assert (message.failure, message.finish_reason) == (None, str(reason))


@pytest.mark.parametrize("reason", [None, "", False, {}, 0])
def test_no_reason_is_none(reason: Any) -> None:
    message = assemble(
        [event({"choices": [{"delta": {"content": "x"}, "finish_reason": reason}]}), b"data: [DONE]\n\n"]
    )
    assert (message.failure, message.finish_reason) == (None, None)


def test_what_comes_after_the_finish_reason_counts() -> None:
    message = assemble(
        [
            chunk({"content": "a"}, "stop"),
            chunk({"content": "b"}),
            event({"choices": [], "usage": {"total_tokens": 3}}),
        ]
    )
    assert (message.content, message.usage, message.warnings) == ("ab", {"total_tokens": 3}, ())


CHUNKS = [
    {"choices": [{"delta": {"content": "a"}}]},
    {"choices": [{"delta": {"content": "b"}, "finish_reason": "stop"}]},
    {"choices": [], "usage": {"total_tokens": 2}},
]


@pytest.mark.parametrize(
    "body",
    [json.dumps(CHUNKS), "\n".join(map(json.dumps, CHUNKS)), "\r\n\r\n".join(map(json.dumps, CHUNKS)) + "\n"],
)
def test_chunks_may_come_as_json_without_a_stream(body: str) -> None:
    message = assemble([body.encode()], "application/json")
    assert (message.content, message.finish_reason, message.usage) == ("ab", "stop", {"total_tokens": 2})
    assert (message.failure, message.warnings) == (None, ())
    short = assemble([body.partition('"finish_reason"')[0].encode()], "application/json")
    assert short.failure is not None
    assert short.failure.kind == "cut"


def test_chunks_without_an_end_are_a_reply_that_was_cut() -> None:
    message = assemble([json.dumps(CHUNKS[:1] * 2).encode()], "application/json")
    assert message.failure is not None
    assert (message.content, message.failure.kind) == ("aa", "cut")
