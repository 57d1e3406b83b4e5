"""The counts of a reply's usage, and the cost that it states, in all the shapes in which endpoints send them.

Shapes read: OpenAI's chat completions and responses, OpenRouter (cache writes, cost, cost_details), DeepSeek (hits of
the prompt's cache), Moonshot, Together and StepFun (cached tokens beside the others), Mistral and Inception (other
names for them), DashScope, LiteLLM and new-api (cache creation, by how long it is kept), Anthropic and Bedrock (input
without what was cached), SGLang (thought beside the others), xAI (thought beside the completion, cost in ticks),
Gemini and Vercel's SDK (`usage_shapes`), Cohere (billed units), Perplexity (cost as an object), DeepInfra (estimated
cost).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glmchat.core.usage_shapes import plain
from glmchat.support.numbers import amount_of

# More than any reply has, and few enough to reckon with.
_MOST_TOKENS = 10**15
_MOST_MONEY = 1e9

Path = tuple[str, ...]
_PROMPT: tuple[Path, ...] = (("prompt_tokens",), ("input_tokens",), ("billed_units", "input_tokens"))
_COMPLETION: tuple[Path, ...] = (
    ("completion_tokens",),
    ("output_tokens",),
    ("billed_units", "output_tokens"),
)
_IN, _OUT = (
    ("prompt_tokens_details", "input_tokens_details"),
    ("completion_tokens_details", "output_tokens_details"),
)
_CACHED: tuple[Path, ...] = (
    *((each, "cached_tokens") for each in _IN), ("prompt_cache_hit_tokens",), ("cached_tokens",),
    ("cache_read_input_tokens",), ("num_cached_tokens",), ("cached_input_tokens",),
)  # fmt: skip
_WRITTEN: tuple[Path, ...] = (
    *((each, "cache_write_tokens") for each in _IN), *((each, "cache_creation_tokens") for each in _IN),
    *((each, "cached_creation_tokens") for each in _IN), *((each, "cache_creation_input_tokens") for each in _IN),
    ("cache_creation_input_tokens",), ("cache_write_input_tokens",),
)  # fmt: skip
# What was put into the cache for five minutes, and for an hour.
_CREATION: tuple[Path, ...] = (
    ("cache_creation",), *((each, "cache_creation") for each in _IN),
    *((each, "cache_creation_token_details") for each in _IN),
)  # fmt: skip
_SHORT: tuple[Path, ...] = (
    *((*each, "ephemeral_5m_input_tokens") for each in _CREATION), ("claude_cache_creation_5_m_tokens",),
)  # fmt: skip
_LONG: tuple[Path, ...] = (
    *((*each, "ephemeral_1h_input_tokens") for each in _CREATION), ("claude_cache_creation_1_h_tokens",),
)  # fmt: skip
# Who has one of these counts the input without what was cached, where it has no `prompt_tokens`.
_BARE = {
    "cache_read_input_tokens", "cache_creation_input_tokens", "cache_write_input_tokens", "cache_creation",
}  # fmt: skip
_REASONING: tuple[Path, ...] = (*((each, "reasoning_tokens") for each in _OUT), ("reasoning_tokens",))
_PARTS = ("audio_tokens", "image_tokens")
_ESTIMATED = "estimated"
_TICKS = 1e10  # how many of xAI's ticks a dollar has


@dataclass(frozen=True, slots=True)
class Counts:
    """Tokens of one reply; None for what the endpoint did not count.

    `prompt` is all of the input, with what was read from the cache (`cached`) or put there (`cache_write`, of which
    `cache_write_1h` is kept for an hour); `completion` is all of the output, thought included. `audio` and `image` are
    those parts of the input, `audio_output` and `image_output` of the output.
    """

    prompt: int | None = None
    completion: int | None = None
    cached: int | None = None
    cache_write: int | None = None
    reasoning: int | None = None
    audio: int | None = None
    image: int | None = None
    cache_write_1h: int | None = None
    audio_output: int | None = None
    image_output: int | None = None

    @property
    def cached_share(self) -> float | None:
        """How much of the input came from the cache, from 0 to 1; None where that was not counted."""
        if not self.prompt or self.cached is None:
            return None
        return self.cached / self.prompt


def estimated(prompt: int, completion: int, reasoning: int) -> dict[str, Any]:
    """A `usage` that nobody counted, marked as such; shaped as endpoints send theirs."""
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "completion_tokens_details": {"reasoning_tokens": reasoning},
        _ESTIMATED: True,
    }


def is_estimated(usage: Mapping[str, Any] | None) -> bool:
    """Whether a `usage` is an estimate of ours."""
    return usage is not None and usage.get(_ESTIMATED) is True


def count_in(usage: Mapping[str, Any] | None, *keys: str) -> int | None:
    """A count of tokens in a `usage` as it was sent; None where it holds none, or nothing that can be one."""
    value: Any = usage
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value < _MOST_TOKENS else None


def counts_of(usage: Mapping[str, Any] | None) -> Counts:
    """The counts of a `usage` as it was sent."""
    usage = plain(usage) if isinstance(usage, Mapping) else None
    prompt, completion = _first(usage, _PROMPT), _first(usage, _COMPLETION)
    cached, written, reasoning = _first(usage, _CACHED), _first(usage, _WRITTEN), _first(usage, _REASONING)
    short, long = _first(usage, _SHORT), _first(usage, _LONG)
    written = max(written or 0, (short or 0) + (long or 0)) or written
    total, apart = count_in(usage, "total_tokens"), (cached or 0) + (written or 0)
    thought_apart = False
    if prompt is not None and completion is not None:
        thought_apart = bool(reasoning) and total == prompt + completion + (reasoning or 0)
    if prompt is not None and not thought_apart and _is_bare(usage, prompt, completion, apart):
        prompt += apart
        thought_apart = bool(reasoning) and total == prompt + (completion or 0) + (reasoning or 0)
    if completion is not None and thought_apart:
        completion += reasoning or 0
    audio, image = (_first(usage, tuple((each, kind) for each in _IN)) for kind in _PARTS)
    spoken, painted = (_first(usage, tuple((each, kind) for each in _OUT)) for kind in _PARTS)
    return Counts(prompt, completion, cached, written, reasoning, audio, image, long, spoken, painted)


def _is_bare(usage: Mapping[str, Any] | None, prompt: int, completion: int | None, apart: int) -> bool:
    """Whether the input is counted without what was read from a cache or put there, as Anthropic does."""
    if not apart or apart > prompt:
        return bool(apart)
    total = count_in(usage, "total_tokens")
    named = "prompt_tokens" not in (usage or {}) and not _BARE.isdisjoint(usage or {})
    return named or total == prompt + apart + (completion or 0)


def _first(usage: Mapping[str, Any] | None, paths: tuple[Path, ...]) -> int | None:
    """The first count that is there; a zero gives way to a count beside it."""
    found = [count for path in paths if (count := count_in(usage, *path)) is not None]
    return next((count for count in found if count), found[0] if found else None)


def stated_cost(usage: Mapping[str, Any] | None) -> tuple[float, str | None] | None:
    """What an endpoint itself says that a reply cost, and the currency where it says that; None where it says nothing.

    With a key of one's own behind a gateway, what its provider charges comes on top of the gateway's fee.
    """
    if not isinstance(usage, Mapping):
        return None
    cost = usage.get("cost")
    if isinstance(cost, Mapping):
        cost = cost.get("total_cost", cost.get("total"))
    amount = _amount(usage.get("total_cost") if cost is None else cost)
    upstream = _upstream(usage.get("cost_details"))
    if amount is None:
        amount = upstream
    elif usage.get("is_byok") is True and upstream is not None:
        amount += upstream
    if amount is None:
        amount = _amount(usage.get("estimated_cost"))
    ticks = _amount(usage.get("cost_in_usd_ticks"), _MOST_MONEY * _TICKS)
    if amount is None and ticks is not None:
        return ticks / _TICKS, "USD"
    currency = usage.get("currency") or usage.get("cost_currency")
    code = (
        currency.upper() if isinstance(currency, str) and len(currency) == 3 and currency.isalpha() else None
    )
    return None if amount is None else (amount, code)


def _upstream(details: Any) -> float | None:
    """What the provider behind a gateway charges: as a whole, else for the prompt and the reply together."""
    if not isinstance(details, Mapping):
        return None
    whole = _amount(details.get("upstream_inference_cost"))
    parts = [_amount(details.get(f"upstream_inference_{each}_cost")) for each in ("prompt", "completions")]
    known = [each for each in parts if each is not None]
    return whole if whole is not None or not known else sum(known)


def _amount(value: Any, most: float = _MOST_MONEY) -> float | None:
    amount = amount_of(value)
    return amount if amount is not None and 0 <= amount < most else None
