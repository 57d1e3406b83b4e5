from typing import Any

import pytest

from glmchat.api import dialect_rows, dialects, spelling
from glmchat.api.endpoint import Endpoint
from glmchat.api.learning.learned import Learned
from glmchat.core.catalogue import DEMO_MODEL_ID

MESSAGES = [{"role": "user", "content": "hi"}]


def built(
    dialect: str, values: dict[str, Any], learned: Learned | None = None, **more: Any
) -> dialects.Built:
    endpoint = Endpoint("e", "https://example.org/v1", dialect, **more)
    return dialects.build(endpoint, "m", MESSAGES, values, learned)


def sent(dialect: str, values: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = built(dialect, values, **more).body
    for key in ("model", "messages", "stream", "stream_options"):
        body.pop(key, None)
    return body


@pytest.mark.parametrize(
    ("dialect", "values", "expected"),
    [
        ("wcode", {"reasoning": True}, {"reasoning": {"enabled": True}}),
        ("wcode", {"reasoning": False}, {"reasoning": {"enabled": False}}),
        ("wcode", {"reasoning_effort": "low", "reasoning_max_tokens": 9, "reasoning_exclude": True},
         {"reasoning": {"effort": "low", "max_tokens": 9, "exclude": True}}),
        ("zai", {"reasoning": True}, {"thinking": {"type": "enabled"}}),
        ("zai", {"reasoning": False}, {"thinking": {"type": "disabled"}}),
        ("vllm", {"reasoning": False}, {"chat_template_kwargs": {"enable_thinking": False}}),
        ("sglang", {"reasoning": True, "reasoning_effort": "high"},
         {"chat_template_kwargs": {"enable_thinking": True}, "reasoning_effort": "high"}),
        ("ollama", {"reasoning": True}, {"reasoning_effort": "medium"}),
        ("ollama", {"reasoning": False, "reasoning_effort": "high"}, {"reasoning_effort": "none"}),
        ("ollama", {"reasoning_effort": "low"}, {"reasoning_effort": "low"}),
        ("deepseek", {"reasoning": True, "reasoning_effort": "high"},
         {"thinking": {"type": "enabled"}, "reasoning_effort": "high"}),
        ("moonshot", {"reasoning": False}, {"thinking": {"type": "disabled"}}),
        ("openai", {"reasoning_effort": "minimal", "max_tokens": 5},
         {"reasoning_effort": "minimal", "max_completion_tokens": 5}),
        ("wcode", {"top_logprobs": 3}, {"logprobs": True, "top_logprobs": 3}),
        ("wcode", {}, {}),
    ],
)  # fmt: skip
def test_each_dialect_spells_its_body(dialect: str, values: dict[str, Any], expected: dict[str, Any]) -> None:
    assert sent(dialect, values) == expected


def test_a_stream_and_its_usage_are_asked_for() -> None:
    body = built("wcode", {}).body
    assert body == {
        "model": "m",
        "messages": MESSAGES,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert "stream_options" not in built("wcode", {}, Learned(no_stream_options=True)).body
    no_stream = built("wcode", {}, Learned(no_stream=True)).body
    assert "stream" not in no_stream
    assert "stream_options" not in no_stream


def test_what_is_refused_is_left_out_and_explained() -> None:
    result = built(
        "openai", {"top_a": 0.5, "temperature": 1.0}, Learned().refuse("temperature", "It said no.")
    )
    assert "top_a" not in result.body
    assert "temperature" not in result.body
    assert result.omitted == {"top_a": "OpenAI does not take top_a.", "temperature": "It said no."}


def test_what_is_beyond_a_range_is_clamped_and_explained() -> None:
    result = built("zai", {"temperature": 1.7, "top_p": 0.0})
    assert (result.body["temperature"], result.body["top_p"]) == (1, 0.01)
    assert result.omitted["temperature"] == "Z.ai takes temperature up to 1, so 1 is sent instead of 1.7."
    assert result.omitted["top_p"].startswith("Z.ai takes top_p from 0.01 on")


def test_what_needs_something_refused_is_left_out_too() -> None:
    result = built("wcode", {"logprobs": True, "top_logprobs": 2}, Learned().refuse("logprobs", "None here."))
    assert "top_logprobs" not in result.body
    assert result.omitted["top_logprobs"].endswith("None here.")
    alone = built("wcode", {"top_logprobs": 2}, Learned().refuse("logprobs", "None here."))
    assert "logprobs" not in alone.body
    assert "top_logprobs" in alone.omitted


def test_a_provider_overrides_any_field_of_its_dialect() -> None:
    over = {
        "reasoning": "template",
        "refuses": ["seed"],
        "ranges": {"temperature": [0, 1]},
        "include_usage": False,
    }
    result = built("wcode", {"reasoning": True, "seed": 1, "temperature": 2.0}, overrides=over)
    assert result.body["chat_template_kwargs"] == {"enable_thinking": True}
    assert "seed" not in result.body
    assert result.body["temperature"] == 1
    assert "stream_options" not in result.body
    assert all(reason.endswith(".") for reason in result.omitted.values())


def test_extra_body_is_laid_over_the_rest_objects_into_objects() -> None:
    extra = {"reasoning": {"effort": "high"}, "provider": {"order": ["a"]}, "stream_options": None}
    body = built("wcode", {"reasoning": True}, extra_body=extra).body
    assert body["reasoning"] == {"enabled": True, "effort": "high"}
    assert body["provider"] == {"order": ["a"]}
    assert "stream_options" not in body
    assert extra["stream_options"] is None


@pytest.mark.parametrize(
    "overrides",
    [
        {"nonsense": 1},
        {"reasoning": "magic"},
        {"ranges": {"temperature": 3}},
        {"rewrites": {"top_k": 0}},
        {"renames": 1},
    ],
)
def test_a_wrong_override_is_named(overrides: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"field of a dialect|is one of|a range|a table of"):
        built("wcode", {}, overrides=overrides)


@pytest.mark.parametrize(
    ("url", "dialect"),
    [
        ("https://wcode.net/api/gpt/v1", "wcode"),
        ("https://openrouter.ai/api/v1", "wcode"),
        ("https://api.z.ai/api/paas/v4", "zai"),
        ("https://open.bigmodel.cn/api/paas/v4/", "zai"),
        ("http://localhost:11434/v1", "wcode"),
        ("http://127.0.0.1:8000/v1", "wcode"),
        ("https://api.deepseek.com", "deepseek"),
        ("https://api.moonshot.cn/v1", "moonshot"),
        ("https://api.openai.com/v1", "openai"),
        ("https://API.OpenAI.com/v1", "openai"),
        ("https://api.openai.com.evil.example/v1", "wcode"),
        ("http://127.0.0.1:41234/v1", "wcode"),
        ("nonsense", "wcode"),
        ("http://[bad", "wcode"),
    ],
)
def test_a_known_host_has_its_dialect(url: str, dialect: str) -> None:
    assert dialects.dialect_for(url) == dialect


@pytest.mark.parametrize("row", dialect_rows.TABLE, ids=lambda row: row.name)
def test_every_row_holds_together(row: dialect_rows.Dialect) -> None:
    from glmchat.core.parameters import BY_NAME

    assert row.reasoning in spelling.SPELLINGS
    assert set(row.refuses) <= set(BY_NAME)
    assert set(row.ranges) <= set(BY_NAME)
    assert all(reason.endswith(".") for reason in row.refuses.values())
    off = built(row.name, {"reasoning": False})
    assert spelling.reasoning_is_off(off.body)
    assert not spelling.reasoning_is_off(built(row.name, {"reasoning": True}).body)


def test_what_was_learned_survives_being_stored() -> None:
    learned = Learned({"seed": "No."}, no_stream_options=True, logprobs=False)
    assert Learned.from_json(learned.to_json()) == learned
    assert Learned.from_json({"refused": 3, "logprobs": "yes", "other": 1}) == Learned()
    assert Learned.from_json(None) == Learned()


def test_words_in_a_logit_bias_are_for_the_built_in_model_alone() -> None:
    values = {"logit_bias": {"fox": -100, "17": 5}}
    ours = dialects.build(Endpoint("e", "http://127.0.0.1/v1", "wcode"), DEMO_MODEL_ID, [], values)
    other = dialects.build(Endpoint("e", "http://127.0.0.1/v1", "wcode"), "some/model", [], values)
    assert ours.body["logit_bias"] == values["logit_bias"]
    assert other.body["logit_bias"] == {"17": 5}
    assert "'fox'" in other.omitted["logit_bias"]


@pytest.mark.parametrize(
    ("dialect", "base_url", "sent"),
    [
        ("wcode", "https://openrouter.ai/api/v1", {"reasoning": {"context": "all_turns"}}),
        ("wcode", "https://wcode.net/api/gpt/v1", {}),
        ("zai", "https://api.z.ai/api/paas/v4", {"thinking": {"type": "enabled", "clear_thinking": False}}),
        ("vllm", "http://127.0.0.1:8000/v1", {"chat_template_kwargs": {"clear_thinking": False}}),
        ("deepseek", "https://api.deepseek.com/v1", {}),
        ("openai", "https://api.openai.com/v1", {}),
    ],
)
def test_the_wish_that_thought_is_kept_is_spelled_as_the_endpoint_wants_it(
    dialect: str, base_url: str, sent: dict[str, Any]
) -> None:
    endpoint = Endpoint("x", base_url, dialect)
    body = dialects.build(endpoint, "glm-5.3", [], {"reasoning_preserve": True}).body
    names = ("reasoning", "thinking", "chat_template_kwargs")
    assert {name: body[name] for name in names if name in body} == sent
