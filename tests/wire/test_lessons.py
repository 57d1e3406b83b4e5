"""Endpoints that refuse a value, a pair or a name are asked again in a way that they take; others are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from glmchat.api.learning.learned import Learned, Limit
from glmchat.core.conversation import State
from glmchat.turn import run
from tests.wire.helpers import Sleeper, endpoint, request, run_turn
from tests.wire.server import Received, Reply, plain, serving, stream

Rule = Callable[[dict[str, Any]], str | None]
GOOD = stream("hello")


def strict(*rules: Rule) -> Callable[[Received], Reply]:
    """An endpoint that answers 400 with what the first rule says that is broken."""

    def answer(received: Received) -> Reply:
        said = next((words for rule in rules if (words := rule(received.body))), None)
        return (
            GOOD
            if said is None
            else plain(400, {"error": {"message": said, "type": "invalid_request_error"}})
        )

    return answer


def small(body: dict[str, Any]) -> str | None:
    most = max(body.get("max_tokens", 0), body.get("max_completion_tokens", 0))
    return "max_tokens must be at most 8192" if most > 8192 else None


def single(body: dict[str, Any]) -> str | None:
    both = "temperature" in body and "top_p" in body
    return "`temperature` and `top_p` cannot both be specified for this model." if both else None


def renamed(body: dict[str, Any]) -> str | None:
    return (
        "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
        if "max_tokens" in body
        else None
    )


def unstreamed(body: dict[str, Any]) -> str | None:
    return "unknown field stream_options" if "stream_options" in body else None


def impossible(body: dict[str, Any]) -> str | None:
    return f"max_tokens must be at most {body['max_tokens'] - 1}" if "max_tokens" in body else None


@pytest.mark.parametrize(
    ("rules", "values", "sent", "count"),
    [
        ((small,), {"max_tokens": 20000}, {"max_tokens": 8192}, 2),
        ((single,), {"temperature": 0.5, "top_p": 0.9}, {"temperature": 0.5}, 2),
        ((renamed,), {"max_tokens": 9}, {"max_completion_tokens": 9}, 2),
        ((unstreamed, renamed, small, single), {"max_tokens": 20000, "temperature": 0.5, "top_p": 0.9},
         {"max_completion_tokens": 8192, "temperature": 0.5}, 5),
    ],
)  # fmt: skip
async def test_the_next_request_is_one_that_is_taken(
    rules: tuple[Rule, ...], values: dict[str, Any], sent: dict[str, Any], count: int
) -> None:
    async with serving(strict(*rules)) as server:
        events, message = await run_turn(request(endpoint(server.base_url), values=values), sleep=Sleeper())
        last = {name: value for name, value in server.received[-1].body.items() if name in (*values, *sent)}
        assert (last, len(server.received)) == (sent, count)
        learned = [event.learned for event in events if isinstance(event, run.LearnedSomething)]
        again = request(endpoint(server.base_url), values=values, learned=learned[-1])
        _, second = await run_turn(again, sleep=Sleeper())
        assert len(server.received) == count + 1
    assert (message.state, second.state) == (State.COMPLETE, State.COMPLETE)


async def test_a_refusal_that_goes_on_and_on_is_told_in_the_end() -> None:
    async with serving(strict(impossible)) as server:
        _, message = await run_turn(
            request(endpoint(server.base_url), values={"max_tokens": 100}), sleep=Sleeper()
        )
        assert len(server.received) == 7
    assert message.failure is not None
    assert message.failure.value


async def test_without_retries_it_is_learned_and_not_asked_again() -> None:
    async with serving(strict(small)) as server:
        asked = request(endpoint(server.base_url), values={"max_tokens": 20000}, retries=0)
        events, message = await run_turn(asked, sleep=Sleeper())
        assert len(server.received) == 1
    assert message.state is State.FAILED
    learned = [event.learned for event in events if isinstance(event, run.LearnedSomething)]
    assert learned == [Learned(limits={"max_tokens": Limit(high=8192)})]


async def test_a_lesson_costs_none_of_the_retries() -> None:
    replies = [
        plain(400, {"error": {"message": "max_tokens must be at most 8192"}}),
        plain(503, "busy"),
        plain(503, "busy"),
        GOOD,
    ]
    async with serving(replies) as server:
        asked = request(endpoint(server.base_url), values={"max_tokens": 20000}, retries=2)
        _, message = await run_turn(asked, sleep=Sleeper())
        assert len(server.received) == 4
    assert message.state is State.COMPLETE


async def test_what_needs_tools_is_never_sent_without_them() -> None:
    values = {"tool_choice": "auto", "parallel_tool_calls": True}
    async with serving(GOOD) as server:
        await run_turn(request(endpoint(server.base_url), values=values), sleep=Sleeper())
        assert not values.keys() & server.received[0].body.keys()
        tool = {"type": "function", "function": {"name": "f", "parameters": {}}}
        await run_turn(
            request(endpoint(server.base_url), values={**values, "tools": [tool]}), sleep=Sleeper()
        )
        assert values.items() <= server.received[1].body.items()


@pytest.mark.parametrize(
    ("status", "words", "parameter", "value", "unnamed"),
    [
        (400, "Unsupported parameter: top_a", "top_a", False, False),
        (400, "temperature 参数非法。请检查文档", "temperature", True, False),
        (400, "API 调用参数有误，请检查文档", None, False, True),
        (400, "The image could not be read", None, False, False),
        (500, "temperature must be at most 1", None, False, False),
    ],
)
async def test_other_refusals_are_told_and_say_what_they_are_about(
    status: int, words: str, parameter: str | None, value: bool, unnamed: bool
) -> None:
    async with serving(plain(status, {"error": {"message": words}})) as server:
        asked = request(endpoint(server.base_url), values={"top_a": 0.1, "temperature": 2.0}, retries=0)
        _, message = await run_turn(asked, sleep=Sleeper())
        assert len(server.received) == 1
    failure = message.failure
    assert failure is not None
    assert (failure.parameter, failure.value, failure.unnamed) == (parameter, value, unnamed)
