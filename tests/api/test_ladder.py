"""Levels of effort: what is sent for each, at endpoints that are as strict as the real ones."""

from collections.abc import Mapping
from typing import Any

import pytest

from glmchat.api import dialects
from glmchat.api.endpoint import Endpoint
from glmchat.api.learning.learned import Learned, Limit
from glmchat.api.model_thinking import thinking_of
from glmchat.core import glm
from glmchat.core.catalogue import known
from glmchat.core.thinking import RUNGS, Thinking

IDS = [model.name.replace(" ", "-").lower() for model in glm.FAMILY]
WISHES: list[dict[str, Any]] = [
    {}, {"reasoning": True}, {"reasoning": False}, {"reasoning": False, "reasoning_effort": "high"},
    *({"reasoning_effort": level} for level in RUNGS),
    *({"reasoning": True, "reasoning_effort": level} for level in RUNGS),
]  # fmt: skip


def built(
    dialect: str,
    model: str,
    values: Mapping[str, Any],
    learned: Learned | None = None,
    thinking: Thinking | None = None,
) -> dialects.Built:
    return dialects.build(
        Endpoint("e", "https://example.org/v1", dialect), model, [], values, learned, thinking
    )


def sent(dialect: str, model: str, values: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    body = built(dialect, model, values, **more).body
    return {
        key: value
        for key, value in body.items()
        if key not in ("model", "messages", "stream", "stream_options")
    }


def zai_refuses(model: str, body: Mapping[str, Any], *, plan: bool) -> bool:
    """Whether Z.ai answers 400 with code 1210."""
    effort, type_ = body.get("reasoning_effort"), body.get("thinking", {}).get("type")
    if model.startswith("glm-5.3"):
        taken = ("low", "medium", "high", "max") if plan else ("low", "high", "max")
        return type_ == "disabled" or (effort is not None and effort not in taken)
    if model == "glm-5.2":
        return type_ == "disabled" or (effort is not None and effort not in RUNGS)
    return effort is not None


@pytest.mark.parametrize("values", WISHES, ids=str)
@pytest.mark.parametrize("model", IDS)
@pytest.mark.parametrize("dialect", ["zai", "zai-plan"])
def test_no_wish_is_refused_at_z_ai(dialect: str, model: str, values: dict[str, Any]) -> None:
    result = built(dialect, model, values)
    assert not zai_refuses(model, result.body, plan=dialect == "zai-plan")
    asked = {key for key in ("thinking", "reasoning_effort") if key in result.body}
    off = values.get("reasoning") is False or values.get("reasoning_effort") == "none"
    if not values:
        assert not asked
    elif model.startswith("glm-5.3") and off:
        assert result.body["reasoning_effort"] == "low"
        assert any("cannot stop thinking" in each for each in result.omitted.values())
    elif off:
        told = (
            result.body.get("thinking") == {"type": "disabled"}
            or result.body.get("reasoning_effort") == "none"
        )
        assert told


@pytest.mark.parametrize(
    ("model", "values", "expected"),
    [
        ("glm-4.6", {"reasoning_effort": "none"}, {"thinking": {"type": "disabled"}}),
        ("glm-4.6", {"reasoning": True, "reasoning_effort": "high"}, {"thinking": {"type": "enabled"}}),
        ("glm-5.2", {"reasoning": False}, {"reasoning_effort": "none"}),
        ("glm-5.2", {"reasoning_effort": "low"}, {"reasoning_effort": "low"}),
        ("glm-5.2", {"reasoning": True, "reasoning_effort": "max"},
         {"thinking": {"type": "enabled"}, "reasoning_effort": "max"}),
        ("glm-5.3", {"reasoning_effort": "xhigh"}, {"reasoning_effort": "high"}),
        ("glm-5.3", {"reasoning_effort": "minimal"}, {"reasoning_effort": "low"}),
        ("glm-5.3", {"reasoning": True}, {"thinking": {"type": "enabled"}}),
        ("glm-5.3-flash", {}, {}),
        ("glm-unheard-of", {"reasoning_effort": "medium"}, {"reasoning_effort": "medium"}),
    ],
)  # fmt: skip
def test_z_ai_is_asked_in_its_own_words(model: str, values: dict[str, Any], expected: dict[str, Any]) -> None:
    assert sent("zai", model, values) == expected


def test_the_plan_takes_medium_too() -> None:
    assert sent("zai-plan", "glm-5.3", {"reasoning_effort": "medium"}) == {"reasoning_effort": "medium"}
    told = built("zai", "glm-5.3", {"reasoning_effort": "medium"})
    assert told.body["reasoning_effort"] == "low"
    assert told.omitted == {
        "reasoning_effort": "GLM 5.3 does not take reasoning_effort = medium, so low is sent instead."
    }


@pytest.mark.parametrize(
    ("dialect", "model", "values", "expected"),
    [
        ("vllm", "zai-org/GLM-4.6", {"reasoning": False}, {"chat_template_kwargs": {"enable_thinking": False}}),
        ("vllm", "zai-org/GLM-4.6", {"reasoning_effort": "none"}, {"chat_template_kwargs": {"enable_thinking": False}}),
        ("sglang", "zai-org/GLM-5.3-Flash", {"reasoning": False},
         {"chat_template_kwargs": {"reasoning_effort": "low"}}),
        ("vllm", "zai-org/GLM-5.3-Flash-FP8", {"reasoning": True, "reasoning_effort": "max"},
         {"chat_template_kwargs": {"reasoning_effort": "max"}}),
        ("vllm", "zai-org/GLM-5.3-Flash", {"reasoning": True}, {}),
        ("vllm", "zai-org/GLM-5.2", {"reasoning": True, "reasoning_effort": "high"},
         {"chat_template_kwargs": {"enable_thinking": True, "reasoning_effort": "high"}}),
        ("llamacpp", "gpt-oss-20b", {"reasoning_effort": "high"},
         {"chat_template_kwargs": {"reasoning_effort": "high"}, "reasoning_format": "auto"}),
        ("llamacpp", "glm-4.7-flash", {"reasoning": False},
         {"chat_template_kwargs": {"enable_thinking": False}, "reasoning_format": "auto"}),
        ("llamacpp", "glm-4.7-flash", {}, {}),
        ("dashscope", "glm-4.6", {"reasoning": True, "reasoning_max_tokens": 99},
         {"enable_thinking": True, "thinking_budget": 99}),
        ("dashscope", "qwen3-max", {"reasoning": False}, {"enable_thinking": False}),
        ("dashscope", "qwen3-max", {"reasoning_effort": "none"}, {"enable_thinking": False}),
        ("dashscope", "qwen3-max", {"reasoning_effort": "high"}, {}),
        ("moonshot", "kimi-k2.5", {"reasoning_effort": "none"}, {"thinking": {"type": "disabled"}}),
        ("mistral", "mistral-small-latest", {"reasoning_effort": "high", "seed": 3},
         {"reasoning_effort": "high", "random_seed": 3}),
        ("mistral", "mistral-small-latest", {"reasoning": False}, {"reasoning_effort": "none"}),
        ("minimax", "MiniMax-M2", {}, {"reasoning_split": True}),
        ("minimax", "MiniMax-M3", {"reasoning": False, "max_tokens": 9},
         {"reasoning_split": True, "thinking": {"type": "disabled"}, "max_completion_tokens": 9}),
        ("wcode", "z-ai/glm-4.5", {"reasoning_effort": "none"}, {"reasoning": {"effort": "none"}}),
        ("wcode", "z-ai/glm-4.5", {"reasoning_effort": "xhigh"}, {"reasoning": {"effort": "xhigh"}}),
        ("wcode", "z-ai/glm-5.3", {"reasoning": False}, {"reasoning": {"effort": "low"}}),
        ("deepseek", "deepseek-chat", {"reasoning_effort": "none"}, {"thinking": {"type": "disabled"}}),
    ],
)  # fmt: skip
def test_each_endpoint_is_asked_in_its_own_words(
    dialect: str, model: str, values: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert sent(dialect, model, values) == expected


@pytest.mark.parametrize(
    ("entry", "thinking"),
    [
        ({"supported_efforts": ["high", "low", "none"], "default_effort": "high", "default_enabled": True,
          "mandatory": False, "supports_max_tokens": False},
         Thinking(True, True, ("low", "high"), "high", budget=False, stated=True)),
        ({"supported_efforts": None, "mandatory": True}, Thinking(False, None, RUNGS[1:], stated=True)),
        ({"default_enabled": False}, Thinking(None, False, (), stated=True)),
        ({"supported_efforts": ["ultra", "max", 7, "a b"]}, Thinking(rungs=("max", "ultra"), stated=True)),
        ({"supported_efforts": "all", "mandatory": "yes"}, Thinking(rungs=(), stated=True)),
    ],
)  # fmt: skip
def test_what_openrouter_lists_is_read(entry: dict[str, Any], thinking: Thinking) -> None:
    assert thinking_of({"id": "m", "reasoning": entry}) == thinking


def test_other_lists_are_read_and_other_words_are_not() -> None:
    options = [{"type": "toggle"}, {"type": "effort", "values": [None, "low", "max"]}]
    assert thinking_of({"reasoning_options": options}) == Thinking(True, None, ("low", "max"), stated=True)
    copilot = {"capabilities": {"supports": {"reasoning_effort": ["low", "high"]}}}
    assert thinking_of(copilot) == Thinking(rungs=("low", "high"), stated=True)
    silent: list[dict[str, Any]] = [
        {},
        {"reasoning": True},
        {"reasoning_options": []},
        {"capabilities": ["thinking"]},
    ]
    for nothing in silent:
        assert thinking_of(nothing) is None


def test_what_the_list_says_wins_over_the_table_and_a_refusal_over_both() -> None:
    told = Thinking(rungs=("low", "medium", "high"), stated=True).over(known("z-ai/glm-5.3").thinking)
    assert sent("wcode", "z-ai/glm-5.3", {"reasoning_effort": "medium"}, thinking=told)["reasoning"] == {
        "effort": "medium"
    }
    assert sent("wcode", "z-ai/glm-5.3", {"reasoning_effort": "max"}, thinking=told)["reasoning"] == {
        "effort": "high"
    }
    refused = Learned().limit("reasoning_effort", Limit(refused=("medium",)))
    body = sent("wcode", "z-ai/glm-5.3", {"reasoning_effort": "medium"}, learned=refused, thinking=told)
    assert body["reasoning"] == {"effort": "low"}


def test_a_model_that_turns_out_to_think_always_gets_its_lowest_rung() -> None:
    learned = Learned().limit("reasoning", Limit(refused=(False,)))
    told = Thinking(rungs=("medium", "high"), stated=True)
    assert sent("wcode", "x/new", {"reasoning": False}, learned=learned, thinking=told)["reasoning"] == {
        "effort": "medium"
    }
    assert sent("wcode", "x/new", {"reasoning": False}, learned=learned) == {}
    listed = Learned().limit("reasoning_effort", Limit(choices=("high", "low")))
    assert sent("openai", "o9", {"reasoning": False}, learned=listed) == {"reasoning_effort": "low"}


def test_an_unknown_level_passes_with_a_warning() -> None:
    result = built("wcode", "z-ai/glm-4.5", {"reasoning_effort": "ultra"})
    assert result.body["reasoning"] == {"effort": "ultra"}
    assert (result.omitted, list(result.warned)) == ({}, ["reasoning_effort"])
    assert built("zai", "glm-5.3", {"reasoning_effort": "ultra"}).body["reasoning_effort"] == "ultra"
    assert built("wcode", "m", {"reasoning_effort": "max"}).warned == {}
    listed = built(
        "wcode", "m", {"reasoning_effort": "ultra"}, thinking=Thinking(rungs=("ultra",), stated=True)
    )
    assert (listed.warned, listed.body["reasoning"]) == ({}, {"effort": "ultra"})


def test_a_limit_of_the_thought_goes_only_where_one_is_taken() -> None:
    told = Thinking(budget=False, rungs=(), stated=True)
    result = built("wcode", "m", {"reasoning_max_tokens": 9}, thinking=told)
    assert "reasoning" not in result.body
    assert "takes no limit of tokens" in result.omitted["reasoning_max_tokens"]


def test_more_of_openrouters_object_comes_by_the_providers_extra_body() -> None:
    extra = {"reasoning": {"context": "all_turns", "mode": "pro"}}
    endpoint = Endpoint("e", "https://openrouter.ai/api/v1", extra_body=extra)
    body = dialects.build(endpoint, "m", [], {"reasoning_max_tokens": 9}).body
    assert body["reasoning"] == {"max_tokens": 9, "context": "all_turns", "mode": "pro"}


@pytest.mark.parametrize(
    ("url", "dialect"),
    [
        ("https://api.z.ai/api/coding/paas/v4", "zai-plan"),
        ("https://open.bigmodel.cn/api/coding/paas/v4/", "zai-plan"),
        ("https://open.bigmodel.cn/api/paas/v4", "zai"),
        ("https://api.z.ai/api/codings/v4", "zai"),
        ("https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "dashscope"),
        ("https://api.mistral.ai/v1", "mistral"),
        ("https://api.minimaxi.com/v1", "minimax"),
    ],
)
def test_a_known_address_has_its_dialect(url: str, dialect: str) -> None:
    assert dialects.dialect_for(url) == dialect
