"""Bodies that are errors, no reply at all, or a reply in a shape of their own."""

import json

import pytest

from glmchat.core.conversation import State
from tests.wire.helpers import assemble
from tests.wire.server import DONE, chunk


@pytest.mark.parametrize(
    ("event", "kind", "words"),
    [
        (b'event: error\ndata: {"message": "boom", "code": 503}\n\n', "server", "boom"),
        (b"event: error\ndata: all is lost\n\n", "server", "all is lost"),
        (b'data: {"error": "text only"}\n\n', "server", "text only"),
        (b'data: {"object": "error", "message": "vllm died", "code": 500}\n\n', "server", "vllm died"),
        (
            b'data: {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}\n\n',
            "server",
            "busy",
        ),
        (b'data: {"error": {"code": "1301", "message": "unsafe"}}\n\n', "forbidden", "unsafe"),
        (b'data: {"code": 1302, "msg": "slow down"}\n\n', "rate_limit", "slow down"),
    ],
)
def test_an_error_in_the_stream_ends_the_reply_and_keeps_what_came(
    event: bytes, kind: str, words: str
) -> None:
    message = assemble([chunk({"content": "part"}), event, chunk({"content": " never"}), DONE])
    assert message.content == "part"
    assert message.failure is not None
    assert message.failure.kind == kind
    assert words in message.failure.message


def test_a_null_error_is_none() -> None:
    body = {"error": None, "choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}]}
    message = assemble([b"data: " + json.dumps(body).encode() + b"\n\n", DONE])
    assert message.state is State.COMPLETE


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "cut"),
        (b"   \n", "cut"),
        (b"<!doctype html><title>Sign in</title>", "protocol"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "protocol"),
        (b'{"hello": "world"}', "protocol"),
        (b'{"choices": []}', "protocol"),
        (b'["a"]', "protocol"),
        (b'{"id": "x", "choices": [{"mess', "cut"),
        (b'[{"error": {"code": 429, "message": "slow"}}]', "rate_limit"),
        (b'{"detail": "Not authenticated", "status": 401}', "auth"),
        (b'{"success": false, "code": 500, "msg": "404 NOT_FOUND"}', "server"),
        (b'{"base_resp": {"status_code": 1004, "status_msg": "login fail"}}', "auth"),
    ],
)
def test_bodies_that_are_no_reply(body: bytes, kind: str) -> None:
    message = assemble([body], "text/plain")
    assert message.failure is not None
    assert message.failure.kind == kind


def test_a_reply_that_is_plain_json_whatever_its_type() -> None:
    body = json.dumps({"choices": [{"message": {"content": "\nhi"}, "finish_reason": "stop"}]}).encode()
    for content_type in ("text/event-stream", "application/json", ""):
        message = assemble([body[:5], body[5:]], content_type)
        assert (message.content, message.state) == ("hi", State.COMPLETE)


def test_a_stream_is_a_stream_whatever_its_type() -> None:
    message = assemble([b"\n\n: hello\n\n", chunk({"content": "a"}), chunk({}, "stop")], "application/json")
    assert (message.content, message.state) == ("a", State.COMPLETE)


def test_blank_lines_without_end_before_a_reply_do_no_harm() -> None:
    for body in (
        chunk({"content": "a"}) + chunk({}, "stop"),
        b'{"choices": [{"message": {"content": "a"}}]}',
    ):
        message = assemble([b"\n"] * 9000 + [body])
        assert (message.content, message.state) == ("a", State.COMPLETE)


def test_done_alone_completes_a_reply() -> None:
    message = assemble([chunk({"content": "a"}), b"data:[DONE]\n"])
    assert (message.state, message.finish_reason) == (State.COMPLETE, None)


def test_named_events_that_keep_the_line_open_are_silent() -> None:
    message = assemble([b"event: ping\ndata: 12:00\n\n", chunk({"content": "a"}), chunk({}, "stop"), DONE])
    assert message.warnings == ()
