"""Costs equal to ones that were worked out by hand, for each shape of usage."""

from dataclasses import replace
from typing import Any

import pytest

from glmchat.api.endpoint import Endpoint
from glmchat.core.conversation import Cost, Message, Role
from glmchat.core.costs import cost, saved_by_cache
from glmchat.core.model import Price, Tier
from glmchat.core.usage import Counts, counts_of, stated_cost
from glmchat.turn.reply import Reply
from glmchat.turn.request import TurnRequest

# GLM-5.2 at Z.ai: dollars per million 1.40 in, 0.26 cached, 4.40 out.
GLM = Price(0.0014, 0.0044, "USD", cached=0.00026)
YUAN = Price(0.0055, 0.02, "CNY")
WRITES = Price(0.003, 0.015, "USD", cached=0.0003, cache_write=0.00375, audio=0.1)
HOURLY = replace(WRITES, cache_write_1h=0.006)
SPOKEN = replace(WRITES, audio_output=0.2)
PAINTED = replace(WRITES, image=0.005, image_output=0.03, reasoning=0.06)
TIERED = Price(
    0.001,
    0.002,
    "USD",
    cached=0.0001,
    tiers=(Tier(200_000, 0.002, 0.004), Tier(32_000, 0.0015, 0.003, 0.00015)),
)


@pytest.mark.parametrize(
    ("price", "usage", "amount"),
    [
        # 1,000 x 0.0055 / 1,000 + 500 x 0.02 / 1,000
        (YUAN, {"prompt_tokens": 1000, "completion_tokens": 500}, 0.0155),
        # No cached rate is known: all of the input at the full one.
        (YUAN, {"prompt_tokens": 1000, "completion_tokens": 500, "prompt_tokens_details": {"cached_tokens": 900}},
         0.0155),
        # 200 x 1.40 + 800 x 0.26 + 100 x 4.40, per million
        (GLM, {"prompt_tokens": 1000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 800}},
         0.000928),
        # DeepSeek
        (GLM, {"prompt_tokens": 1000, "prompt_cache_hit_tokens": 800, "prompt_cache_miss_tokens": 200,
               "completion_tokens": 100}, 0.000928),
        # Moonshot
        (GLM, {"prompt_tokens": 1000, "cached_tokens": 800, "completion_tokens": 100}, 0.000928),
        # OpenAI's responses
        (GLM, {"input_tokens": 1000, "input_tokens_details": {"cached_tokens": 800}, "output_tokens": 100,
               "output_tokens_details": {"reasoning_tokens": 60}}, 0.000928),
        # Thought is part of the completion ...
        (GLM, {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100,
               "completion_tokens_details": {"reasoning_tokens": 60}}, 0.00184),
        # ... but beside it where the total says so: 1,000 x 1.40 + 160 x 4.40
        (GLM, {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1160,
               "completion_tokens_details": {"reasoning_tokens": 60}}, 0.002104),
        # OpenRouter, LiteLLM, DashScope: 100 x 3.00 + 600 x 0.30 + 300 x 3.75 + 10 x 15.00
        (WRITES, {"prompt_tokens": 1000, "completion_tokens": 10,
                  "prompt_tokens_details": {"cached_tokens": 600, "cache_write_tokens": 300}}, 0.001755),
        (WRITES, {"prompt_tokens": 1000, "completion_tokens": 10, "cache_read_input_tokens": 600,
                  "cache_creation_input_tokens": 300}, 0.001755),
        (WRITES, {"prompt_tokens": 1000, "completion_tokens": 10,
                  "prompt_tokens_details": {"cached_tokens": 600, "cache_creation_input_tokens": 300}}, 0.001755),
        # Anthropic counts the input without either.
        (WRITES, {"input_tokens": 100, "output_tokens": 10, "cache_read_input_tokens": 600,
                  "cache_creation_input_tokens": 300}, 0.001755),
        # 900 x 3.00 + 100 x 100.00 + 10 x 15.00
        (WRITES, {"prompt_tokens": 1000, "completion_tokens": 10,
                  "prompt_tokens_details": {"audio_tokens": 100, "image_tokens": 400}}, 0.01285),
        (TIERED, {"prompt_tokens": 32_000, "completion_tokens": 1000}, 0.034),
        # 31,001 x 1.50 + 1,000 x 0.15 + 1,000 x 3.00
        (TIERED, {"prompt_tokens": 32_001, "completion_tokens": 1000,
                  "prompt_tokens_details": {"cached_tokens": 1000}}, 0.0496515),
        # The dearest tier tells no cached rate.
        (TIERED, {"prompt_tokens": 200_001, "completion_tokens": 0,
                  "prompt_tokens_details": {"cached_tokens": 200_000}}, 0.400002),
        (Price(0, 0, "USD", 0), {"prompt_tokens": 5, "completion_tokens": 5}, 0),
        # Anthropic, with what is kept for an hour: 100 x 3.00 + 600 x 0.30 + 200 x 3.75 + 100 x 6.00 + 10 x 15.00
        (HOURLY, {"input_tokens": 100, "output_tokens": 10, "cache_read_input_tokens": 600,
                  "cache_creation_input_tokens": 300,
                  "cache_creation": {"ephemeral_5m_input_tokens": 200, "ephemeral_1h_input_tokens": 100}}, 0.00198),
        # ... and where only the two parts are told
        (HOURLY, {"input_tokens": 100, "output_tokens": 10, "cache_read_input_tokens": 600,
                  "cache_creation": {"ephemeral_5m_input_tokens": 200, "ephemeral_1h_input_tokens": 100}}, 0.00198),
        # ... and where nobody tells what an hour costs: 300 x 3.75
        (WRITES, {"input_tokens": 100, "output_tokens": 10, "cache_read_input_tokens": 600,
                  "cache_creation": {"ephemeral_5m_input_tokens": 200, "ephemeral_1h_input_tokens": 100}}, 0.001755),
        # LiteLLM in front of it
        (HOURLY, {"prompt_tokens": 1000, "completion_tokens": 10, "total_tokens": 1010,
                  "completion_tokens_details": {"reasoning_tokens": 0, "text_tokens": 10},
                  "prompt_tokens_details": {"cached_tokens": 600, "text_tokens": 100, "cache_write_tokens": 300,
                    "cache_creation_tokens": 300, "cache_creation_token_details":
                    {"ephemeral_5m_input_tokens": 200, "ephemeral_1h_input_tokens": 100}},
                  "cache_creation_input_tokens": 300, "cache_read_input_tokens": 600}, 0.00198),
        # new-api in front of it
        (HOURLY, {"prompt_tokens": 1000, "completion_tokens": 10, "total_tokens": 1010, "input_tokens": 0,
                  "output_tokens": 0, "input_tokens_details": None, "prompt_tokens_details":
                  {"cached_tokens": 600, "cached_creation_tokens": 300, "text_tokens": 0},
                  "claude_cache_creation_5_m_tokens": 200, "claude_cache_creation_1_h_tokens": 100}, 0.00198),
        # A gateway that passes Anthropic's count of the input on under OpenAI's name; the total tells.
        (HOURLY, {"prompt_tokens": 700, "completion_tokens": 10, "total_tokens": 1010, "cache_read_input_tokens": 200,
                  "cache_creation_input_tokens": 100}, 0.002685),  # 700 x 3.00 + 200 x 0.30 + 100 x 3.75 + 10 x 15.00
        # DashScope's explicit cache
        (WRITES, {"prompt_tokens": 1000, "completion_tokens": 10, "total_tokens": 1010, "prompt_tokens_details":
                  {"cached_tokens": 600, "cache_creation_input_tokens": 300, "cache_type": "ephemeral",
                   "cache_creation": {"ephemeral_5m_input_tokens": 300}}}, 0.001755),
        # Bedrock's Converse counts the input without either, too.
        (WRITES, {"inputTokens": 100, "outputTokens": 10, "totalTokens": 1010, "cacheReadInputTokens": 600,
                  "cacheWriteInputTokens": 300}, 0.001755),
        # Vercel's SDK: 200 x 1.40 + 800 x 0.26 + 100 x 4.40
        (GLM, {"inputTokens": 1000, "outputTokens": 100, "totalTokens": 1100, "cachedInputTokens": 800,
               "reasoningTokens": 60}, 0.000928),
        # Gemini's own: the cached part counts in the prompt, the thought beside the answer.
        (GLM, {"promptTokenCount": 1000, "cachedContentTokenCount": 800, "candidatesTokenCount": 40,
               "thoughtsTokenCount": 60, "totalTokenCount": 1100}, 0.000928),
        # ... in Vertex's other way of writing, with what a tool brought: 400 x 1.40 + 800 x 0.26 + 100 x 4.40
        (GLM, {"prompt_token_count": 1000, "cached_content_token_count": 800, "candidates_token_count": 40,
               "thoughts_token_count": 60, "tool_use_prompt_token_count": 200, "total_token_count": 1300}, 0.001208),
        # ... with speech in and out: 900 x 3.00 + 100 x 100.00 + 10 x 15.00 + 30 x 200.00
        (SPOKEN, {"promptTokenCount": 1000, "candidatesTokenCount": 40, "totalTokenCount": 1040,
                  "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 900},
                                          {"modality": "AUDIO", "tokenCount": 100}],
                  "candidatesTokensDetails": [{"modality": "AUDIO", "tokenCount": 30}]}, 0.01885),
        # OpenAI's speech: the same
        (SPOKEN, {"prompt_tokens": 1000, "completion_tokens": 40, "total_tokens": 1040,
                  "prompt_tokens_details": {"audio_tokens": 100, "cached_tokens": 0},
                  "completion_tokens_details": {"audio_tokens": 30, "reasoning_tokens": 0}}, 0.01885),
        # Pictures in and out, and thought at a price of its own:
        # 600 x 3.00 + 400 x 5.00 + 10 x 15.00 + 20 x 30.00 + 10 x 60.00
        (PAINTED, {"prompt_tokens": 1000, "completion_tokens": 40, "prompt_tokens_details": {"image_tokens": 400},
                   "completion_tokens_details": {"image_tokens": 20, "reasoning_tokens": 10}}, 0.00515),
        # Without prices of their own they are paid for like words.
        (GLM, {"prompt_tokens": 1000, "completion_tokens": 100, "prompt_tokens_details": {"image_tokens": 400},
               "completion_tokens_details": {"image_tokens": 20, "audio_tokens": 10}}, 0.00184),
        # xAI: thought beside the completion, and its own words for the parts. 200 x 1.40 + 800 x 0.26 + 100 x 4.40
        (GLM, {"prompt_tokens": 1000, "completion_tokens": 40, "total_tokens": 1100, "num_sources_used": 0,
               "prompt_tokens_details": {"text_tokens": 1000, "audio_tokens": 0, "image_tokens": 0,
                                         "cached_tokens": 800},
               "completion_tokens_details": {"reasoning_tokens": 60, "audio_tokens": 0,
                                             "accepted_prediction_tokens": 0}}, 0.000928),
        # Groq and Cerebras
        (GLM, {"queue_time": 0.02, "prompt_tokens": 1000, "prompt_time": 0.01, "completion_tokens": 100,
               "completion_time": 0.3, "total_tokens": 1100, "total_time": 0.31,
               "prompt_tokens_details": {"cached_tokens": 800}}, 0.000928),
        # Together and StepFun
        (GLM, {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100, "cached_tokens": 800}, 0.000928),
        # Mistral
        (GLM, {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100, "num_cached_tokens": 800,
               "prompt_audio_seconds": None}, 0.000928),
        # Inception
        (GLM, {"prompt_tokens": 1000, "completion_tokens": 100, "reasoning_tokens": 60, "total_tokens": 1100,
               "cached_input_tokens": 800}, 0.000928),
        # Ark, Fireworks, SiliconFlow
        (GLM, {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100,
               "prompt_tokens_details": {"cached_tokens": 800}, "prompt_cache_hit_tokens": 800,
               "prompt_cache_miss_tokens": 200, "completion_tokens_details": {"reasoning_tokens": 60}}, 0.000928),
        # Cohere
        (GLM, {"billed_units": {"input_tokens": 1000, "output_tokens": 100},
               "tokens": {"input_tokens": 1400, "output_tokens": 120}}, 0.00184),
    ],
)  # fmt: skip
def test_counts_cost_what_they_cost_by_hand(price: Price, usage: dict[str, Any], amount: float) -> None:
    found = cost(price, usage)
    assert found is not None
    assert found.amount == pytest.approx(amount, rel=1e-12)
    assert found.currency == price.currency


@pytest.mark.parametrize(
    ("usage", "stated"),
    [
        ({"cost": 0.95, "cost_details": {"upstream_inference_cost": 19}}, (0.95, None)),
        ({"cost": 0.05, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.95}}, (1.0, None)),
        ({"cost": 0.05, "is_byok": True, "cost_details": {"upstream_inference_cost": None}}, (0.05, None)),
        ({"cost_details": {"upstream_inference_cost": 0.25}}, (0.25, None)),
        (
            {
                "cost_details": {
                    "upstream_inference_prompt_cost": 0.1,
                    "upstream_inference_completions_cost": 0.2,
                }
            },
            (0.3, None),
        ),
        (
            {
                "cost": 0.01,
                "is_byok": True,
                "cost_details": {
                    "upstream_inference_cost": None,
                    "upstream_inference_prompt_cost": 0.1,
                    "upstream_inference_completions_cost": 0.2,
                },
            },
            (0.31, None),
        ),
        ({"cost_details": {"upstream_inference_completions_cost": 0.2}}, (0.2, None)),
        ({"total_cost": 0.006}, (0.006, None)),
        ({"cost": {"input": 0.001, "output": 0.002, "total": 0.003}}, (0.003, None)),
        ({"cost": {"total": "dear"}}, None),
        ({"cost": 0}, (0.0, None)),
        ({"cost": "0.0015", "currency": "cny"}, (0.0015, "CNY")),
        ({"cost": {"total_cost": 0.006}}, (0.006, None)),
        ({"cost_in_usd_ticks": 37_756_000}, (0.0037756, "USD")),
        ({"estimated_cost": 0.0002}, (0.0002, None)),
        ({"cost": None}, None),
        ({"cost": True}, None),
        ({"cost": -1}, None),
        ({"cost": float("nan")}, None),
        ({"cost": 10**400}, None),
        ({"cost": "dear"}, None),
        ({"cost_details": 3}, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_cost_that_is_stated_is_read(
    usage: dict[str, Any] | None, stated: tuple[float, str | None] | None
) -> None:
    found = stated_cost(usage)
    if found is None or stated is None:
        assert found == stated
    else:
        assert found[0] == pytest.approx(stated[0], rel=1e-12)
        assert found[1] == stated[1]


def test_what_is_stated_wins_over_what_is_reckoned() -> None:
    usage = {"prompt_tokens": 1000, "completion_tokens": 1000, "cost": 0.5}
    assert cost(GLM, usage) == Cost(0.5, "USD")
    assert cost(YUAN, usage) == Cost(0.5, "CNY")
    assert cost(None, usage) == Cost(0.5, "USD")
    assert cost(None, usage, "CNY") == Cost(0.5, "CNY")
    assert cost(YUAN, {**usage, "currency": "USD"}) == Cost(0.5, "USD")
    assert cost(None, {"prompt_tokens": 1, "completion_tokens": 1}) is None


def test_a_reply_states_its_cost_in_the_currency_of_its_endpoint() -> None:
    for name, url, currency in (
        ("wcode", "https://wcode.net/api/gpt/v1", "CNY"),
        ("openrouter", "https://openrouter.ai/api/v1", "USD"),
    ):
        reply = Reply(1)
        reply.begin(TurnRequest(Endpoint(name, url), "m", []), {})
        reply.usage = {"prompt_tokens": 1, "completion_tokens": 1, "cost": 0.25}
        assert reply.message(Message(1, None, Role.USER).state).cost == Cost(0.25, currency)


def test_the_share_and_the_worth_of_the_cache_are_told() -> None:
    usage = {"prompt_tokens": 1000, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 250}}
    assert counts_of(usage).cached_share == 0.25
    saved = saved_by_cache(GLM, usage)
    assert saved is not None
    assert saved.amount == pytest.approx(0.000285)
    assert saved_by_cache(YUAN, usage) is None
    assert counts_of({"prompt_tokens": 1000}).cached_share is None
    assert counts_of({"prompt_tokens": 0, "cached_tokens": 0}).cached_share is None


@pytest.mark.parametrize("wrong", [None, "7", 7.0, True, -1, 10**15, [], {}])
def test_what_is_no_count_counts_nothing(wrong: object) -> None:
    usage = dict.fromkeys(("prompt_tokens", "completion_tokens", "cached_tokens", "total_tokens"), wrong)
    assert counts_of({**usage, "prompt_tokens_details": {"cached_tokens": wrong}}) == Counts()


def test_a_zero_gives_way_to_the_same_count_beside_it() -> None:
    usage = {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 0}, "prompt_cache_hit_tokens": 4}
    assert counts_of(usage).cached == 4


def test_a_longer_prompt_keeps_the_prices_of_what_is_no_text() -> None:
    assert replace(SPOKEN, tiers=(Tier(10, 1, 2, 3, 4),)).at(11) == replace(
        SPOKEN, input=1, output=2, cached=3, cache_write=4, tiers=()
    )
