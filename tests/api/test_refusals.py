"""What refusals in many servers' words teach: a range, a pair, a name, or only that something is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from glmchat.api import dialect_rows
from glmchat.api.errors.bodies import make_error
from glmchat.api.learning.learned import Learned, Limit
from glmchat.api.learning.lessons import lesson_of
from glmchat.api.learning.refusals import Refusal, read

RANGES: list[tuple[str, str, float | None, float | None]] = [
    ("max_tokens must be at most 8192", "max_tokens", None, 8192),
    ("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", "max_tokens", 1, 8192),
    ("`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is less than the "
     "`context_window` for this model", "max_tokens", None, 8192),
    ("max_tokens is too large: 20000. This model supports at most 16384 completion tokens, whereas you provided 20000.",
     "max_tokens", None, 16384),
    ("max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens", "max_tokens", None, 64000),
    ("it has a maxOutputTokens value of 65536 but the supported range is from 1 (inclusive) to 65537 (exclusive)",
     "max_tokens", 1, 65536),
    ("Range of max_tokens should be [1, 8192]", "max_tokens", 1, 8192),
    ("The parameter max_tokens is not valid: integer above maximum value, expected a value <= 32768, but got 64000",
     "max_tokens", None, 32768),
    ("max_tokens for `m-3.1-8b` must be less than or equal to 8000", "max_tokens", None, 8000),
    ("max_tokens cannot exceed 8,192", "max_tokens", None, 8192),
    ("max_tokens must be less than 4096", "max_tokens", None, 4095),
    ("Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 1 instead.",
     "max_tokens", 16, None),
    ("max_tokens参数非法。取值范围[1,98304]", "max_tokens", 1, 98304),
    ("max_tokens 不能大于 4096", "max_tokens", None, 4096),
    ("max_tokens 必须小于等于 4096", "max_tokens", None, 4096),
    ("max_tokens 不能小于 16", "max_tokens", 16, None),
    ("The thinking_budget parameter must be a positive integer and not greater than 38912", "reasoning_max_tokens", 1,
     38912),
    ("Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.", "temperature",
     None, 2),
    ("temperature must be between 0 and 1", "temperature", 0, 1),
    ("temperature must be between 0 and 1 (exclusive)", "temperature", 0.01, 0.99),
    ("temperature should be in (0, 1)", "temperature", 0.01, 0.99),
    ("temperature: range: 0..1", "temperature", 0, 1),
    ("temperature: Input should be less than or equal to 1.5", "temperature", None, 1.5),
    ("temperature must be non-negative, got -1", "temperature", 0, None),
    ("it has a temperature value of 3.0 but the supported range is from 0.0 (inclusive) to 2.0001 (exclusive)",
     "temperature", 0, 2),
    ("invalid temperature: only 1 is allowed for this model", "temperature", 1, 1),
    ("Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
     "temperature", 1, 1),
    ("0 <= temperature <= 2 expected", "temperature", 0, 2),
    ("temperature 取值范围为 0~1", "temperature", 0, 1),
    ("temperature 的值应在 0 到 1 之间", "temperature", 0, 1),
    ("top_p must be in (0, 1], got 0.0.", "top_p", 0.01, 1),
    ("`top_p` must be > 0.0 and < 1.0", "top_p", 0.01, 0.99),
    ("top_p取值范围是：(0.0, 1.0) 开区间，不能等于 0 或 1", "top_p", 0.01, 0.99),
    ("presence_penalty must be in [-2, 2], got 3", "presence_penalty", -2, 2),
    ("repetition_penalty must be greater than zero, got 0", "repetition_penalty", 0.01, None),
    ("top_k must be -1 (disable), or at least 1, got 0.", "top_k", 1, None),
    ("Requested sample logprobs of 20, which is greater than max allowed: 5", "top_logprobs", None, 5),
    ("gpt-5 models don't support temperature=0.84. Only temperature=1 is supported.", "temperature", 1, 1),
    ("`temperature` may only be set to 1 when thinking is enabled.", "temperature", 1, 1),
    ("top_p must be 1 when using greedy sampling.", "top_p", 1, 1),
    ("top_p must be 0.95 or unset", "top_p", None, None),
    ("topP must be in the range [0.0, 1.0]", "top_p", 0, 1),
    ("* generation_config.top_k: top_k must be in the range [1, 40]", "top_k", 1, 40),
    ("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024", "reasoning_max_tokens", 1024,
     None),
    ("`max_tokens` must be greater than `thinking.budget_tokens`.", "max_tokens", None, None),
    ("The parameter top_k must be between -1 and 100", "top_k", -1, 100),
    ("Malformed input request: #/top_p: 1.5 is not less or equal to 1, please reformat your input", "top_p", None, 1),
    ("The maximum tokens you requested exceeds the model limit of 8192.", "max_tokens", None, 8192),
    ("The thinking budget 40000 is invalid. Choose one between 128 and 32768.", "reasoning_max_tokens", 128, 32768),
    ("temperature: must be at most 2; top_p: must be at most 1", "temperature", None, 2),
]  # fmt: skip


@pytest.mark.parametrize(("message", "name", "low", "high"), RANGES, ids=[row[0][:40] for row in RANGES])
def test_a_range_is_read_from_the_words(
    message: str, name: str, low: float | None, high: float | None
) -> None:
    found = read(None, (), message)
    assert (found.parameter, found.value, found.limit) == (
        name,
        True,
        None if low is high is None else Limit(low, high),
    )


@pytest.mark.parametrize(
    ("given", "message", "expected"),
    [
        (None, "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
         Refusal("temperature", "temperature", value=True, other="top_p")),
        (None, "temperature 与 top_p 不能同时设置，请检查文档",
         Refusal("temperature", "temperature", value=True, other="top_p")),
        ("max_tokens", "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
         Refusal("max_tokens", "max_tokens", renamed="max_completion_tokens")),
        (None, "please use max_completion_tokens instead of max_tokens",
         Refusal("max_tokens", "max_completion_tokens", renamed="max_completion_tokens")),
        ("top_a", "Unsupported parameter: top_a", Refusal("top_a", "top_a")),
        ("temperature", "temperature is not supported with this model", Refusal("temperature", "temperature")),
        (None, "temperature参数非法。请检查文档", Refusal("temperature", "temperature", value=True)),
        (None, "Reasoning is mandatory for this endpoint and cannot be disabled.",
         Refusal("reasoning", "Reasoning", value=True, limit=Limit(refused=(False,)))),
        (None, "Could not finish the message because max_tokens or model output limit was reached.",
         Refusal("max_tokens", "max_tokens", value=True)),
        ("reasoning_effort", "'minimal' is not supported. Supported values are: 'low', 'medium', and 'high'.",
         Refusal("reasoning_effort", "reasoning_effort", True, Limit(choices=("low", "medium", "high")))),
        (None, 'level "max" not supported, valid levels: low, medium, high, xhigh',
         Refusal("reasoning_effort", "reasoning_effort", True, Limit(choices=("low", "medium", "high", "xhigh")))),
        (None, "Unexpected reasoning effort high. Supported types are xhigh, medium, low",
         Refusal("reasoning_effort", "reasoning_effort", True, Limit(choices=("xhigh", "medium", "low")))),
        (None, "Model grok-4 does not support parameter presencePenalty.",
         Refusal("presence_penalty", "presencePenalty")),
        (None, "the model does not support the stopSequences parameter", Refusal("stop", "stopSequences")),
        (None, "The request is invalid: 'seed' is unsupported by this model", Refusal("seed", "seed")),
        (None, "Argument not supported on this model: stop", Refusal("stop", "stop")),
        (None, 'Invalid JSON payload received. Unknown name "top_k": Cannot find field.', Refusal("top_k", "top_k")),
        (None, "This model does not support the effort parameter.", Refusal("reasoning_effort", "effort parameter")),
        (None, "Budget 0 is invalid. This model only works in thinking mode.",
         Refusal("reasoning", "works in thinking mode", value=True, limit=Limit(refused=(False,)))),
        (None, "The value of the enable_thinking parameter is restricted to True.",
         Refusal("reasoning", "enable_thinking", value=True, limit=Limit(refused=(False,)))),
        (None, "thinking mode does not support this tool_choice", Refusal("tool_choice", "tool_choice")),
        (None, 'invalid reasoning value: \'minimal\' (must be "high", "medium", "low", or "none")',
         Refusal("reasoning_effort", "reasoning value", True, Limit(choices=("high", "medium", "low", "none")))),
        (None, "thinking.type is not valid", Refusal("reasoning", "thinking.type", value=True)),
        (None, "`stop` supports up to 4 stop sequences. Given: 6", Refusal("stop", "stop", value=True)),
        (None, "Penalty is not enabled for models/m", Refusal(unnamed=True)),
        (None, "No endpoints found that can handle the requested parameters.", Refusal(unnamed=True)),
        (None, "API 调用参数有误，请检查文档", Refusal(unnamed=True)),
        (None, "Invalid API parameter, please check the documentation.", Refusal(unnamed=True)),
        (None, "One or more parameters specified in the request are not valid.", Refusal(unnamed=True)),
        (None, "Provider returned error", Refusal(unnamed=True)),
        (None, "Invalid parameter: the content of messages[0] is empty", Refusal()),
        (None, "Something odd happened", Refusal()),
        (None, "please use streaming instead", Refusal()),
    ],
)  # fmt: skip
def test_what_a_refusal_says(given: str | None, message: str, expected: Refusal) -> None:
    assert read(given, (), message) == expected


def test_a_sentence_in_the_place_of_a_name_is_read_as_words() -> None:
    words = "max_tokens is too large: 99. This model supports at most 64 tokens."
    body = {"message": "Param Incorrect", "param": words}
    error = make_error(400, json.dumps({"error": body}))
    assert error.refusal == Refusal("max_tokens", "max_tokens", True, Limit(high=64))
    assert "at most 64" in error.failure.message


def test_codes_tell_a_value_from_a_parameter_and_something_from_nothing() -> None:
    assert read("seed", ("invalid_value",), "no").value
    assert not read("seed", ("unsupported_parameter",), "no").value
    assert read(None, ("1210",), "no").unnamed
    assert not read(None, ("400",), "no").unnamed


def taught(
    message: str, values: dict[str, Any], learned: Learned | None = None, dialect: str = "wcode"
) -> Any:
    error = make_error(400, message)
    lesson = lesson_of(error, learned or Learned(), dialect_rows.BY_NAME[dialect], values, {})
    return (lesson.learned, lesson.sentence) if lesson is not None else None


def test_a_range_is_learned_where_it_changes_what_is_sent() -> None:
    learned, sentence = taught("max_tokens must be at most 8192", {"max_tokens": 20000})
    assert learned.limits == {"max_tokens": Limit(high=8192)}
    assert sentence == "This endpoint takes max_tokens up to 8192, so 8192 is sent instead of 20000."
    assert taught("max_tokens must be at most 8192", {"max_tokens": 20000}, learned) is None
    assert taught("max_tokens must be at most 8192", {"max_tokens": 100}) is None
    assert taught("max_tokens must be at most 8192", {}) is None


def test_a_pair_is_learned_and_the_first_of_the_two_stays() -> None:
    message = "top_p and temperature cannot be used together"
    learned, sentence = taught(message, {"top_p": 0.5, "temperature": 0.5})
    assert learned.pairs == (("temperature", "top_p"),)
    assert sentence == "This endpoint takes temperature or top_p, not both, so top_p is left out."
    assert taught(message, {"top_p": 0.5}) is None


def test_a_name_is_learned_in_both_directions() -> None:
    learned, sentence = taught("Use 'max_completion_tokens' instead.", {"max_tokens": 9})
    assert learned.renames == {"max_tokens": "max_completion_tokens"}
    assert "max_completion_tokens" in sentence
    unknown = "Unknown parameter: 'max_completion_tokens'"
    assert taught(unknown, {"max_tokens": 9}, dialect="openai")[0].renames == {"max_tokens": "max_tokens"}
    assert taught(unknown, {"max_tokens": 9}) is None


def test_no_name_is_learned_that_is_another_parameters_or_the_requests_own() -> None:
    assert taught("max_tokens is unsupported, use stream_options instead", {"max_tokens": 9}) is None
    assert taught("temperature is unsupported, use top_p instead", {"temperature": 1.0}) is None


def test_an_effort_that_is_not_taken_becomes_the_nearest_rung() -> None:
    message = "reasoning_effort: Input should be 'low', 'medium' or 'high'"
    learned, sentence = taught(message, {"reasoning_effort": "minimal"})
    assert learned.limits["reasoning_effort"].nearest("max") == "high"
    assert "low is sent instead" in sentence


def test_that_a_parameter_is_not_taken_is_for_the_person_to_say() -> None:
    assert taught("Unsupported parameter: top_a", {"top_a": 0.5}) is None


def test_what_was_learned_survives_the_disk_and_damage() -> None:
    learned = (
        Learned()
        .refuse("top_a", "No.")
        .limit("max_tokens", Limit(1, 8192))
        .limit("max_tokens", Limit(refused=(7,)))
        .rename("max_tokens", "max_completion_tokens")
        .pair("temperature", "top_p")
    )
    assert Learned.from_json(json.loads(json.dumps(learned.to_json()))) == learned
    assert learned.sentences() == [
        "top_a is not sent. No.",
        "max_tokens: from 1 to 8192, not 7.",
        "max_tokens is sent as max_completion_tokens.",
        "temperature and top_p are not sent together.",
    ]
    damaged = {
        "limits": {"a": 5, "b": {"low": "x", "choices": 3}},
        "pairs": [["a"], 3, ["a", "b"]],
        "renames": [],
    }
    read_back = Learned.from_json(damaged)
    assert read_back.pairs == (("a", "b"),)
    assert read_back.limits["b"] == Limit()
    assert Learned.from_json({"refused": {"a": "old"}, "no_stream": True}).no_stream


def test_a_value_that_nothing_can_stand_for_is_left_out() -> None:
    assert Limit(refused=(3,)).nearest(3) is None
    assert Limit(refused=(3,)).nearest(4) == 4
    assert Limit(choices=("a",)).nearest("b") is None
    assert Limit(0.5, 2).nearest(1) == 1
    assert Limit(0.5, 2).nearest(0) == 0.5
