"""Several replies to one question, asked for or not: one counts, the others are told of."""

from __future__ import annotations

import json
from typing import Any

import pytest

from glmchat.core.conversation import Message, State, ToolCall
from tests.wire.helpers import assemble
from tests.wire.server import DONE

ONE = "The endpoint sent another reply beside this one, not kept. A comparison with repeats keeps each."
TWO = "The endpoint sent 2 other replies beside this one, not kept. A comparison with repeats keeps each."


def streamed(*chunks: list[Any]) -> Message:
    return assemble([b"data: %b\n\n" % json.dumps({"choices": each}).encode() for each in chunks] + [DONE])


def whole(*choices: dict[str, Any]) -> Message:
    return assemble([json.dumps({"choices": choices}).encode()], "application/json")


def piece(index: Any, text: str, finish: str | None = None) -> dict[str, Any]:
    return {"index": index, "delta": {"content": text}, "finish_reason": finish}


def test_others_among_the_pieces_of_a_reply_are_not_mixed_in_and_told_of() -> None:
    message = streamed(
        [piece(1, "no"), piece(0, "y")],
        [piece(2, "no")],
        [piece(1, "no", "length")],
        [piece(0, "es")],
        [{"index": 0, "delta": {}, "finish_reason": "stop"}],
        [piece(2, "no", "stop")],
    )
    assert (message.content, message.finish_reason, message.state) == ("yes", "stop", State.COMPLETE)
    assert message.warnings == (TWO,)


@pytest.mark.parametrize("index", [1, "1", [1], 1.5])
def test_another_reply_comes_first_or_last(index: Any) -> None:
    assert streamed([piece(index, "no")], [piece(0, "yes", "stop")]).content == "yes"
    message = streamed([piece(0, "yes", "stop")], [piece(index, "no")])
    assert (message.content, message.warnings) == ("yes", (ONE,))


def test_what_says_nothing_is_no_other_reply() -> None:
    message = streamed([piece(0, "yes")], [{"index": 1, "delta": {"role": "assistant", "content": ""}}, 5])
    assert (message.content, message.warnings) == ("yes", ())


@pytest.mark.parametrize("index", [1, 7, "1"])
def test_a_server_that_never_counts_from_zero_is_heard(index: Any) -> None:
    message = streamed(
        [piece(index, "ye")], [piece(index, "s")], [{"index": index, "finish_reason": "length"}]
    )
    assert (message.content, message.finish_reason, message.warnings) == ("yes", "length", ())
    assert streamed([piece(index, "yes")], [piece(9, "no")]).warnings == (ONE,)


def test_a_whole_reply_with_others() -> None:
    said = [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"} for text in "abc"]
    assert (whole(*said).content, whole(*said).warnings) == ("a", (TWO,))
    numbered = [{**each, "index": 2 - place} for place, each in enumerate(said)]
    assert (whole(*numbered).content, whole(*numbered).warnings) == ("c", (TWO,))


def test_calls_in_a_choice_of_their_own_belong_to_the_text_before_them() -> None:
    calls = [{"id": "x", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    message = whole(
        {"finish_reason": "tool_calls", "message": {"role": "assistant", "content": "Let me look."}},
        {"finish_reason": "tool_calls", "message": {"role": "assistant", "tool_calls": calls}},
    )
    assert (message.content, message.warnings) == ("Let me look.", ())
    assert message.tool_calls == (ToolCall("x", "f", "{}"),)
