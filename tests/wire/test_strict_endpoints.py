"""Endpoints that refuse what the real ones refuse: every rung of every model of the table, off, not sent, titles."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from glmchat.api import dialects
from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint
from glmchat.api.learning.learned import Learned
from glmchat.core import depth
from glmchat.core.conversation import Message, State
from glmchat.core.glm import FAMILY
from glmchat.core.model import Model
from glmchat.core.thinking import RUNGS, Thinking
from glmchat.turn.request import TurnRequest
from glmchat.turn.run import Finished, run
from tests.wire.server import Received, Reply, plain, serving, stream

Strict = Callable[[Mapping[str, Any], Thinking], str]


def zai(body: Mapping[str, Any], model: Thinking, more: tuple[str, ...] = (), lax_off: bool = False) -> str:
    """The standard address: an always-thinking model takes its rungs alone, one without levels no effort."""
    if foreign := {"reasoning", "chat_template_kwargs", "enable_thinking", "think"} & body.keys():
        return f"unknown {foreign}"
    kind, effort = body.get("thinking", {}).get("type"), body.get("reasoning_effort")
    if kind not in (None, "enabled", "disabled"):
        return "type"
    if model.rungs == ():
        return "effort" if effort is not None else ""
    if model.optional is False:
        off = kind == "disabled" and not lax_off
        return "off" if off or effort not in (None, *(model.rungs or ()), *more) else ""
    return "off" if kind == "disabled" or effort not in (None, *RUNGS) else ""


def plan(body: Mapping[str, Any], model: Thinking) -> str:
    """The plan's address takes medium too, and passes over off."""
    return zai(body, model, ("medium",), lax_off=True)


def openrouter(body: Mapping[str, Any], model: Thinking) -> str:
    """Only `reasoning`, with an effort that the list states; what is mandatory cannot be switched off."""
    if foreign := {"thinking", "reasoning_effort", "chat_template_kwargs", "enable_thinking"} & body.keys():
        return f"unknown {foreign}"
    asked = body.get("reasoning", {})
    off = asked.get("enabled") is False or asked.get("effort") == "none"
    if off and model.optional is False:
        return "mandatory"
    return "effort" if asked.get("effort") not in (None, "none", *(model.rungs or ())) else ""


def vllm(body: Mapping[str, Any], model: Thinking) -> str:
    """A template of an always-thinking model knows no switch, and an effort belongs into the template's arguments."""
    if foreign := {"thinking", "reasoning", "enable_thinking", "think"} & body.keys():
        return f"unknown {foreign}"
    kwargs = body.get("chat_template_kwargs", {})
    if model.optional is False and ("enable_thinking" in kwargs or "reasoning_effort" in body):
        return "raw thought lands in the answer"
    return "effort" if kwargs.get("reasoning_effort") not in (None, *RUNGS) else ""


def dashscope(body: Mapping[str, Any], model: Thinking) -> str:
    """A switch and a budget, no effort."""
    wrong = {"thinking", "reasoning", "reasoning_effort", "chat_template_kwargs"} & body.keys()
    return "" if not wrong and isinstance(body.get("enable_thinking", True), bool) else f"unknown {wrong}"


ENDPOINTS: dict[str, Strict] = {
    "zai": zai, "zai-plan": plan, "wcode": openrouter, "vllm": vllm, "sglang": vllm, "dashscope": dashscope,
}  # fmt: skip


def told(dialect: str, model: Model) -> Thinking | None:
    """What the endpoint's own list says; OpenRouter states the levels, the others say nothing."""
    thinking = model.thinking
    if dialect != "wcode" or thinking is None:
        return thinking
    return Thinking(thinking.optional, thinking.unasked, thinking.rungs, thinking.default, {}, None, True)


async def asked(endpoint: Endpoint, model: Model, values: Mapping[str, Any], learned: Learned) -> Message:
    client = ChatClient()
    said = [{"role": "user", "content": "hi"}]
    request = TurnRequest(endpoint, model.name, said, values, learned, thinking=told(endpoint.dialect, model))
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
