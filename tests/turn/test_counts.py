"""Tokens of a reply: estimated by its text while it runs, corrected by what the endpoint counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from glmchat.api import events as ev
from glmchat.api.endpoint import Endpoint
from glmchat.core.conversation import Message, Role, State, Timing
from glmchat.core.estimates import thought_s, thought_tokens
from glmchat.core.model import Price
from glmchat.turn.reply import Reply
from glmchat.turn.request import TurnRequest
from glmchat.workspace.provenance import taken_line

SENTENCE = "Consider what a stable sort does. "  # 34 characters, 8 or 9 tokens


def begun(**more: Any) -> Reply:
    endpoint = Endpoint("other", "https://example.org/v1")
    parts = [{"type": "text", "text": "y" * 400}]
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "x" * 400},
        {"role": "user", "content": parts},
    ]
    more = {"token_ratio": 1.0, "price": Price(0.001, 0.002, "USD"), **more}
    request = TurnRequest(endpoint, "m", messages, **more)
    reply = Reply(1)
    reply.begin(request, {"messages": messages})
    return reply


@pytest.mark.parametrize("pieces", [1, 5, 50, 1_700])
def test_tokens_do_not_depend_on_how_the_text_came(pieces: int) -> None:
    text = SENTENCE * 50
    size = len(text) // pieces
    reply = begun()
    for start in range(0, len(text), size):
        reply.add(ev.ReasoningDelta(text[start : start + size]))
        reply.add(ev.ContentDelta(text[start : start + size]))
    assert 400 <= reply.reasoning_tokens <= 450
    assert reply.content_tokens == reply.reasoning_tokens


def test_usage_corrects_and_may_come_early() -> None:
    reply = begun()
    reply.add(ev.ReasoningDelta(SENTENCE))
    reply.add(ev.ContentDelta(SENTENCE))
    reply.add(ev.Usage({"completion_tokens": 50, "completion_tokens_details": {"reasoning_tokens": 30}}))
    assert (reply.reasoning_tokens, reply.content_tokens) == (30, 20)


def test_what_endpoints_counted_before_corrects_the_estimate() -> None:
    reply = begun(token_ratio=2.0)
    reply.add(ev.ReasoningDelta("x" * 400))
    assert reply.reasoning_tokens == 200


def test_what_is_sorted_anew_is_counted_anew() -> None:
    reply = begun()
    reply.add(ev.ContentDelta("x" * 400))
    reply.add(ev.Resorted("x" * 200, "x" * 200))
    assert (reply.reasoning_tokens, reply.content_tokens) == (50, 50)


@pytest.mark.parametrize("state", [State.STOPPED, State.CUT, State.FAILED])
def test_a_reply_that_did_not_end_has_estimated_tokens_and_cost(state: State) -> None:
    reply = begun()
    reply.add(ev.ReasoningDelta("x" * 400))
    reply.add(ev.ContentDelta("x" * 400))
    message = reply.message(state)
    assert message.estimated
    assert (message.prompt_tokens, message.completion_tokens, message.reasoning_tokens) == (208, 200, 100)
    assert message.cost is not None and message.cost.amount == pytest.approx(0.000608)
    assert taken_line(message) == "prompt about 208 tokens · reply about 200 tokens (100 thought)"


def test_nothing_is_estimated_of_a_reply_that_was_counted_runs_ended_or_never_began() -> None:
    reply = begun()
    assert reply.message(State.STOPPED).usage is None
    reply.add(ev.ContentDelta("some text"))
    assert reply.message(State.STREAMING).usage is None and reply.message(State.COMPLETE).usage is None
    usage = {"prompt_tokens": 5, "completion_tokens": 3}
    reply.add(ev.Usage(usage))
    assert reply.message(State.STOPPED).usage == usage and not reply.message(State.STOPPED).estimated
    unasked = begun(token_ratio=None)
    unasked.add(ev.ContentDelta("some text"))
    assert unasked.message(State.STOPPED).usage is None


def counted(**thought: int) -> dict[str, Any]:
    return {"completion_tokens": 500, "completion_tokens_details": thought}


REPLY = Message(1, None, Role.ASSISTANT, "y" * 400, "x" * 1_200)


@pytest.mark.parametrize(
    ("message", "tokens"),
    [
        (replace(REPLY, usage=counted(reasoning_tokens=312)), (312, False)),
        (replace(REPLY, usage=counted()), (375, True)),
        (replace(REPLY, usage=counted(reasoning_tokens=0)), (375, True)),
        (REPLY, (300, True)),
        (replace(REPLY, reasoning=""), (0, True)),
    ],
)  # fmt: skip
def test_the_tokens_of_a_thought_by_what_was_counted(message: Message, tokens: tuple[int, bool]) -> None:
    assert thought_tokens(message) == tokens


def test_the_seconds_of_a_thought_end_with_the_answer_or_the_reply() -> None:
    assert thought_s(replace(REPLY, timing=Timing(0.5, 1.0, 5.0, 20.0))) == 4.0
    assert thought_s(replace(REPLY, timing=Timing(0.5, 1.0, None, 20.0))) == 19.0
    assert thought_s(REPLY) is None


def test_all_that_the_endpoint_told_is_said() -> None:
    usage = {
        "prompt_tokens": 3100,
        "prompt_tokens_details": {"cached_tokens": 2000},
        "completion_tokens": 526,
        "completion_tokens_details": {"reasoning_tokens": 312},
    }
    message = replace(
        REPLY, usage=usage, finish_reason="stop", native_finish_reason="end\x1b_turn", served_by="SiliconFlow"
    )
    assert taken_line(message) == (
        "prompt 3,100 tokens (2,000 from the cache) · reply 526 tokens (312 thought)"
        " · finish reason stop (the provider says end␛_turn) · served by SiliconFlow"
    )
