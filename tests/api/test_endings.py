"""How a reply ends: with an error of its own, in an envelope, with calls in their order; whole and streamed alike."""

import json
from typing import Any

import pytest

from glmchat.core.conversation import Message, State, ToolCall
from tests.wire.helpers import assemble
from tests.wire.server import DONE, chunk


def whole(body: Any) -> Message:
    return assemble([json.dumps(body).encode()], "application/json")


def streamed(*bodies: Any) -> Message:
    return assemble([b"data: " + json.dumps(body).encode() + b"\n\n" for body in bodies] + [DONE])


def choice(kind: str, **more: Any) -> dict[str, Any]:
    """A body whose one choice says a word and ends as `more` says."""
    return {"id": "a", "choices": [{"index": 0, kind: {"content": "part"}, **more}]}


def both(**more: Any) -> list[Message]:
    return [whole(choice("message", **more)), streamed(choice("delta", **more))]


def test_an_error_inside_the_choice_is_the_error_of_the_reply() -> None:
    for message in both(finish_reason="error", error={"code": 429, "message": "choice-level words"}):
        assert message.failure is not None
        assert (message.failure.kind, message.failure.status) == ("rate_limit", 429)
        assert message.failure.message == "choice-level words"
        assert (message.content, message.finish_reason) == ("part", "error")


@pytest.mark.parametrize("reason", ["error", "ERROR", "network_error"])
def test_a_finish_reason_that_is_an_error_fails_the_reply(reason: str) -> None:
    for message in both(finish_reason=reason):
        assert message.failure is not None
        assert (message.failure.kind, message.failure.retryable) == ("server", True)
        assert (message.content, message.finish_reason) == ("part", reason)


def test_an_empty_error_inside_the_choice_is_none() -> None:
    for message in both(finish_reason="stop", error=None):
        assert message.failure is None


OK_CODES: list[Any] = [200, 201, 299, 0, "200", "ok", "OK", "success", "Success"]


@pytest.mark.parametrize("code", OK_CODES)
def test_an_envelope_that_says_success_is_no_error(code: Any) -> None:
    inner = choice("message", finish_reason="stop")
    message = whole({"code": code, "msg": "success", "data": inner})
    assert (message.failure, message.content, message.response_id) == (None, "part", "a")
    message = streamed({"code": code, "msg": "ok", "request_id": "r"}, choice("delta", finish_reason="stop"))
    assert (message.failure, message.content, message.warnings) == (None, "part", ())
    assert streamed({"code": code, "message": "ok", "data": inner}).content == "part"


@pytest.mark.parametrize("code", [199, 300, 500, "500", "1113", "fail", -1])
def test_an_envelope_that_says_anything_else_is_an_error(code: Any) -> None:
    body = {"code": code, "msg": "no", "data": None}
    for message in (whole(body), streamed(body)):
        assert message.failure is not None
        assert message.failure.message == "no"


def test_an_envelope_without_a_reply_is_not_this_api() -> None:
    message = whole({"code": 200, "msg": "success", "data": None})
    assert message.failure is not None
    assert message.failure.kind == "protocol"


def test_leading_newlines_of_a_refusal_are_dropped() -> None:
    deltas = [{"refusal": "\n"}, {"refusal": "\r\n\nI can"}, {"refusal": "\nnot."}]
    message = assemble([*(chunk(delta) for delta in deltas), chunk({}, "stop"), DONE])
    assert message.refusal == "I can\nnot."
    body = {"choices": [{"message": {"content": None, "refusal": "\n\nNo."}, "finish_reason": "stop"}]}
    assert whole(body).refusal == "No."


def call(index: Any, id: Any = None, name: str = "", arguments: str = "") -> dict[str, Any]:
    function = {"arguments": arguments, **({"name": name} if name else {})}
    return {"index": index, "function": function, **({} if id is None else {"id": id})}


def called(*deltas: list[dict[str, Any]]) -> tuple[ToolCall, ...]:
    pieces = [chunk({"tool_calls": delta}) for delta in deltas]
    message = assemble([*pieces, chunk({}, "tool_calls"), DONE])
    assert message.state is State.COMPLETE
    return message.tool_calls


def test_calls_stand_in_the_order_of_their_indices() -> None:
    assert called(
        [call(1, "b", "second")],
        [call(0, "a", "first", '{"x"')],
        [call(1, None, "", '{"y":'), call(0, None, "", ":1}")],
        [call(1, None, "", "2}")],
    ) == (ToolCall("a", "first", '{"x":1}'), ToolCall("b", "second", '{"y":2}'))


def test_an_index_may_be_digits_in_a_string() -> None:
    assert called(
        [call("0", "a", "f", '{"a"'), call("1", "b", "g", '{"b"')],
        [call("0", None, "", ":1}")],
        [call("1", None, "", ":2}")],
    ) == (ToolCall("a", "f", '{"a":1}'), ToolCall("b", "g", '{"b":2}'))


def test_an_id_that_is_a_number_becomes_text() -> None:
    assert called([call(0, 17, "f", "{}")], [call(1, 18, "g", "{}")]) == (
        ToolCall("17", "f", "{}"),
        ToolCall("18", "g", "{}"),
    )
