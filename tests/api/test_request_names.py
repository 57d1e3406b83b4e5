"""Who asks, in which conversation, with which labels, and more keys of the body: as each endpoint wants them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from glmchat.api import dialects
from glmchat.api.dialect_rows import TABLE
from glmchat.api.endpoint import Endpoint
from glmchat.core import parameters
from glmchat.core.parameters.kind import ValueRefused

VALUES = {"session_id": "s-1", "user": "u-1", "metadata": {"project": "p"}}
SPELLED: dict[str, dict[str, Any]] = {
    "wcode": VALUES,
    "zai": {"user_id": "u-1"},
    "zai-plan": {"user_id": "u-1"},
    "vllm": {"user": "u-1"},
    "sglang": {"user": "u-1"},
    "openai": {"prompt_cache_key": "s-1", "safety_identifier": "u-1"},
    "moonshot": {"prompt_cache_key": "s-1", "safety_identifier": "u-1"},
    "mistral": {"prompt_cache_key": "s-1", "metadata": {"project": "p"}},
}


def built(dialect: str, values: dict[str, Any], **more: Any) -> dialects.Built:
    return dialects.build(Endpoint("e", "https://e.example/v1", dialect, **more), "m", [], values)


@pytest.mark.parametrize("dialect", [row.name for row in TABLE])
def test_names_and_labels_are_sent_as_the_endpoint_wants_them(dialect: str) -> None:
    plain, named = built(dialect, {}), built(dialect, VALUES)
    more = {key: value for key, value in named.body.items() if key not in plain.body}
    assert more == SPELLED.get(dialect, {})
    assert set(named.omitted) == {name for name in VALUES if VALUES[name] not in more.values()}


def test_more_of_the_body_is_laid_over_it_last_and_over_that_of_the_provider() -> None:
    mine = {"provider": {"only": ["b"]}, "temperature": None, "thinking": {"x": 1}, "metadata": {"n": "2"}}
    given = {"temperature": 0.5, "metadata": {"m": "1"}, "extra_body": mine}
    body = built("wcode", given, extra_body={"provider": {"only": ["a"], "sort": "price"}}).body
    assert body["provider"] == {"only": ["b"], "sort": "price"}
    assert body["metadata"] == {"m": "1", "n": "2"}
    assert body["thinking"] == {"x": 1}
    assert {"temperature", "extra_body"} & body.keys() == set()


def test_tools_in_more_of_the_body_carry_a_choice_among_them() -> None:
    tool = {"type": "web_search", "web_search": {"enable": True}}
    body = built("zai", {"tool_choice": "auto", "extra_body": {"tools": [tool]}}).body
    assert (body["tool_choice"], body["tools"]) == ("auto", [tool])


@pytest.mark.parametrize(
    "secret",
    [
        {"api_key": "sk-12345"},
        {"provider": {"auth": {"header": "Bearer abc"}}},
        {"plugins": [{"access_token": "t-12345"}]},
    ],
)
def test_a_secret_does_not_go_into_a_session(secret: dict[str, Any]) -> None:
    with pytest.raises(ValueRefused, match="belongs into extra_body of its provider") as refused:
        parameters.BY_NAME["extra_body"].validate(secret)
    assert not {"sk-12345", "Bearer abc", "t-12345"} & set(str(refused.value).replace('"', " ").split(" "))
    assert "***" in str(refused.value)


@pytest.mark.parametrize(
    "fine", [{"prompt_cache_key": "c"}, {"max_tokens": 5}, {"stop_token_ids": [1, 2]}, {"author": "me"}]
)
def test_what_only_sounds_like_a_secret_is_taken(fine: dict[str, Any]) -> None:
    assert parameters.BY_NAME["extra_body"].parse(json.dumps(fine)) == fine


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("session_id", ""), ("session_id", " \n"), ("session_id", "a\nb"), ("session_id", "x" * 257),
        ("session_id", 7), ("user", "\x1b[1m"), ("metadata", {}), ("metadata", {"n": 1}), ("metadata", []),
        ("metadata", "m"), ("extra_body", []), ("extra_body", {}), ("extra_body", "x"),
    ],
)  # fmt: skip
def test_a_value_of_another_shape_is_refused(name: str, wrong: object) -> None:
    with pytest.raises(ValueRefused):
        parameters.BY_NAME[name].validate(wrong)


@pytest.mark.parametrize("dialect", [row.name for row in TABLE])
def test_only_openrouters_style_is_sent_a_mode_and_a_context_of_thought(dialect: str) -> None:
    values = {"reasoning_effort": "high", "reasoning_mode": "pro", "reasoning_context": "all_turns"}
    told = built(dialect, values)
    if dialect == "wcode":
        assert told.body["reasoning"] == {"effort": "high", "mode": "pro", "context": "all_turns"}
    else:
        assert {"reasoning_mode", "reasoning_context"} <= told.omitted.keys()
        assert "pro" not in str(told.body)


def test_a_context_that_is_chosen_wins_and_earlier_thought_goes_back_with_all_turns() -> None:
    endpoint = Endpoint("openrouter", "https://openrouter.ai/api/v1")
    values = {"reasoning_preserve": True, "reasoning_context": "auto"}
    assert dialects.build(endpoint, "m", [], values).body["reasoning"] == {"context": "auto"}
    assert dialects.preserves(endpoint, {"reasoning_context": "all_turns"})
    assert not dialects.preserves(endpoint, {"reasoning_context": "current_turn"})
    assert not dialects.preserves(endpoint, {"reasoning_context": "all_turns", "reasoning_preserve": False})
