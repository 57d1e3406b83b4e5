"""Endpoints that refuse what the real ones refuse: every rung of every model of the table, off, not sent, titles."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from glmchat.api import dialects
from glmchat.api.client import ChatClient
from glmchat.api.dialect_rows import BY_NAME, TABLE
from glmchat.api.endpoint import Endpoint
from glmchat.api.learning.learned import Learned
from glmchat.api.messages import wire_messages
from glmchat.core import depth, parameters
from glmchat.core.conversation import Message, Role, State, Timing, ToolCall
from glmchat.core.glm import FAMILY
from glmchat.core.model import Model
from glmchat.core.thinking import RUNGS, Thinking
from glmchat.turn.request import TurnRequest
from glmchat.turn.run import Finished, run
from tests.wire.server import Received, Reply, plain, serving, stream
from tests.wire.strict import ENDPOINTS


def told(dialect: str, model: Model) -> Thinking | None:
    """What the endpoint's own list says; OpenRouter states the levels, the others say nothing."""
    thinking = model.thinking
    if dialect != "wcode" or thinking is None:
        return thinking
    return Thinking(thinking.optional, thinking.unasked, thinking.rungs, thinking.default, {}, None, True)


async def asked(
    endpoint: Endpoint,
    model: Model,
    values: Mapping[str, Any],
    learned: Learned,
    messages: Sequence[dict[str, Any]] = ({"role": "user", "content": "hi"},),
) -> Message:
    client = ChatClient()
    thinking = told(endpoint.dialect, model)
    request = TurnRequest(endpoint, model.name, list(messages), values, learned, thinking=thinking)
    try:
        async for event in run(client, request):
            if isinstance(event, Finished):
                return event.message
    finally:
        await client.aclose()
    raise AssertionError


def wishes(endpoint: Endpoint, model: Model) -> list[tuple[str, dict[str, Any]]]:
    """Everything that the chat asks of a model: each depth that it offers, every rung there is, titles, answers now."""
    known = dialects.ladder_at(endpoint, model.name, Learned(), told(endpoint.dialect, model)).thinking
    places = dict.fromkeys((*depth.scale(known), *RUNGS[1:], depth.OFF, depth.UNSENT))
    given = [(place, depth.values_of(place)) for place in places]
    title = depth.unthinking({"temperature": 0.0, "max_tokens": 64}, known)
    return [*given, ("title", title), ("answer now", depth.unthinking({"reasoning_effort": "max"}, known))]


@pytest.mark.parametrize("dialect", ENDPOINTS)
async def test_every_wish_for_thought_is_taken_at_once(dialect: str) -> None:
    by_name = {model.name: model for model in FAMILY}
    refused: list[tuple[str, Any, str]] = []

    def answer(request: Received) -> Reply:
        thinking = by_name[request.body["model"]].thinking or Thinking()
        wrong = ENDPOINTS[dialect](request.body, thinking)
        if wrong:
            refused.append((request.body["model"], request.body, wrong))
            return plain(400, {"error": {"code": "1210", "message": "API 调用参数有误，请检查文档。"}})
        return stream("ok")

    async with serving(answer) as server:
        endpoint = Endpoint("strict", server.base_url, dialect)
        for model in FAMILY:
            for place, values in wishes(endpoint, model):
                message = await asked(endpoint, model, values, Learned())
                assert message.state is State.COMPLETE, (model.name, place, refused[-1])
    assert not refused


@pytest.mark.parametrize(
    ("place", "sent"),
    [
        ("off", "low"),
        ("minimal", "low"),
        ("medium", "low"),
        ("xhigh", "high"),
        ("high", "high"),
        ("max", "max"),
    ],
)
def test_what_an_always_thinking_model_is_sent_at_the_standard_address(place: str, sent: str) -> None:
    endpoint = Endpoint("zai", "https://api.z.ai/api/paas/v4", "zai")
    body = dialects.build(endpoint, "glm-5.3", [], depth.values_of(place)).body
    assert (body.get("reasoning_effort"), "thinking" in body) == (sent, False)


def test_nothing_is_sent_where_nothing_was_asked_for() -> None:
    for dialect in ENDPOINTS:
        body = dialects.build(Endpoint("e", "https://e.example/v1", dialect), "glm-5.3", [], {}).body
        assert "effort" not in json.dumps(body)
        assert "think" not in json.dumps(body)


# Every parameter of the table but those of thinking, each with a value that somebody may set.
ALL: dict[str, Any] = {
    "temperature": 1.9, "top_p": 0.001, "top_k": 5, "min_p": 0.1, "top_a": 0.1, "frequency_penalty": 0.5,
    "presence_penalty": 0.5, "repetition_penalty": 1.1, "max_tokens": 900_000, "seed": 7, "stop": ["END"],
    "verbosity": "low", "response_format": {"type": "json_object"}, "structured_outputs": True, "logprobs": True,
    "top_logprobs": 3, "logit_bias": {"5": 1}, "tool_choice": "auto", "parallel_tool_calls": True,
    "tools": [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}],
    "session_id": "s", "user": "u-00001", "metadata": {"a": "b"},
}  # fmt: skip


def test_no_parameter_is_missing_here() -> None:
    own = set(parameters.REASONING) | {parameters.EXTRA}
    assert ALL.keys() == parameters.BY_NAME.keys() - own


@pytest.mark.parametrize(
    "thought", [{}, {"reasoning": True}, {"reasoning": False}, {"reasoning_preserve": True}]
)
@pytest.mark.parametrize("dialect", ENDPOINTS)
async def test_every_parameter_at_once_is_taken_at_once(dialect: str, thought: dict[str, Any]) -> None:
    model = next(each for each in FAMILY if each.name == "GLM 4.7")
    wrong = await refusals(dialect, model, {**ALL, **thought})
    assert wrong == []


@pytest.mark.parametrize("values", [{}, {"reasoning": False}])
@pytest.mark.parametrize("dialect", [row.name for row in TABLE if row.prefill])
async def test_a_reply_that_is_begun_is_taken_where_it_is_known_to_be(
    dialect: str, values: dict[str, Any]
) -> None:
    model = next(each for each in FAMILY if each.name == "GLM 4.7")
    messages = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "Oslo"}]
    assert await refusals(dialect, model, values, messages) == []


@pytest.mark.parametrize("dialect", ENDPOINTS)
async def test_a_tool_turn_is_taken_with_the_thought_that_the_endpoint_wants(dialect: str) -> None:
    model = next(each for each in FAMILY if each.name == "GLM 4.7")
    call = ToolCall("c1", "look", "{}")
    path = [
        Message(1, None, Role.USER, "look"),
        Message(2, 1, Role.ASSISTANT, reasoning="Hm.", tool_calls=(call,), provider="strict", timing=Timing(),
                sent={"model": model.name}),
        Message(3, 2, Role.TOOL, "found", tool_call_id="c1"),
    ]  # fmt: skip
    wire = wire_messages(BY_NAME[dialect], path, None, "strict", None, model.name)
    assert await refusals(dialect, model, {"tools": ALL["tools"], "reasoning": True}, wire) == []


LOWEST = {
    "temperature": 0.0, "top_p": 0.0, "top_k": 0, "min_p": 0.0, "frequency_penalty": -2.0, "presence_penalty": -2.0,
    "repetition_penalty": 0.0,
}  # fmt: skip
HIGHEST = {**LOWEST, "temperature": 2.0, "top_p": 1.0, "frequency_penalty": 2.0, "repetition_penalty": 2.0}


@pytest.mark.parametrize("values", [LOWEST, HIGHEST, {"tool_choice": "required", "tools": ALL["tools"]}])
async def test_sglang_takes_the_ends_of_every_scale(values: dict[str, Any]) -> None:
    model = next(each for each in FAMILY if each.name == "GLM 4.7")
    assert await refusals("sglang", model, values) == []


def test_all_tokens_are_told_sglang_in_its_own_way() -> None:
    """Its sampler refuses 0, and a lesson from that would make it 1, which is the opposite."""
    sglang = Endpoint("s", "http://127.0.0.1:30000/v1", "sglang")
    assert dialects.build(sglang, "m", [], {"top_k": 0}).body["top_k"] == -1
    assert dialects.build(sglang, "m", [], {"top_k": 5}).body["top_k"] == 5


async def test_an_older_sglang_that_knows_three_levels_is_asked_again_with_one_of_them() -> None:
    """What SGLang 0.5 says, word for word."""
    told = (
        "1 validation error:\n  {'type': 'literal_error', 'loc': ('body', 'reasoning_effort'), 'msg': \"Input should "
        "be 'low', 'medium' or 'high'\", 'input': 'xhigh', 'ctx': {'expected': \"'low', 'medium' or 'high'\"}}\n\n"
        '  File "/sgl-workspace/sglang/python/sglang/srt/entrypoints/http_server.py", line 1324, in '
        "openai_v1_chat_completions\n    POST /v1/chat/completions [{'type': 'literal_error', 'loc': ('body', "
        "'reasoning_effort'), 'msg': \"Input should be 'low', 'medium' or 'high'\", 'input': 'xhigh'}]"
    )
    bodies: list[Any] = []

    def answer(request: Received) -> Reply:
        bodies.append(request.body)
        if request.body.get("reasoning_effort") not in ("low", "medium", "high"):
            return plain(
                400, {"object": "error", "message": told, "type": "Bad Request", "param": None, "code": 400}
            )
        return stream("ok")

    async with serving(answer) as server:
        endpoint = Endpoint("s", server.base_url, "sglang")
        message = await asked(endpoint, Model("m", "m"), {"reasoning_effort": "xhigh"}, Learned())
    assert message.state is State.COMPLETE
    assert [each["reasoning_effort"] for each in bodies] == ["xhigh", "high"]


async def refusals(
    dialect: str, model: Model, values: Mapping[str, Any], messages: Sequence[dict[str, Any]] | None = None
) -> list[str]:
    """What a strict endpoint of a dialect refuses of one question."""
    refused: list[str] = []

    def answer(request: Received) -> Reply:
        if wrong := ENDPOINTS[dialect](request.body, model.thinking or Thinking()):
            refused.append(wrong)
            return plain(400, {"error": {"message": "No."}})
        return stream("ok")

    async with serving(answer) as server:
        endpoint = Endpoint("strict", server.base_url, dialect)
        said = messages or [{"role": "user", "content": "hi"}]
        message = await asked(endpoint, model, values, Learned(), said)
    assert refused or message.state is State.COMPLETE
    return refused


async def test_a_refusal_with_1210_that_tells_the_levels_is_mended_by_one_question() -> None:
    words = "API 调用参数有误：reasoning_effort 取值为 'low', 'high', 'max'"
    bodies: list[Any] = []

    def answer(request: Received) -> Reply:
        bodies.append(request.body)
        if request.body.get("reasoning_effort") not in ("low", "high", "max"):
            return plain(400, {"error": {"code": "1210", "message": words}})
        return stream("ok")

    async with serving(answer) as server:
        model = Model("glm-9", "glm-9")
        message = await asked(
            Endpoint("z", server.base_url, "zai"), model, {"reasoning_effort": "medium"}, Learned()
        )
    assert message.state is State.COMPLETE
    assert [each["reasoning_effort"] for each in bodies] == ["medium", "low"]


@pytest.mark.parametrize(
    ("effort", "sent"), [("minimal", "low"), ("xhigh", "high"), ("max", "max"), ("high", "high")]
)
def test_an_effort_that_ollama_has_no_word_for_is_sent_as_the_nearest(effort: str, sent: str) -> None:
    built = dialects.build(
        Endpoint("o", "http://127.0.0.1:11434/v1", "ollama"), "m", [], {"reasoning_effort": effort}
    )
    assert built.body["reasoning_effort"] == sent
    assert bool(built.omitted) is (effort != sent)
