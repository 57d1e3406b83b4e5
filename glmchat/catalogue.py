"""Models: what the API's description says of them, and what an endpoint's own list adds.

What nobody stated is unknown (None), never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from glmchat.conversation import Cost


@dataclass(frozen=True, slots=True)
class Price:
    """Price per 1,000 tokens in `currency` (ISO 4217); None where it is unknown."""

    input: float | None
    output: float | None
    currency: str


@dataclass(frozen=True, slots=True)
class Model:
    """One model.

    `id` is what the wire wants, None while only the name is known. `context` is in tokens. `abilities` are the
    description's own words in English: text, reasoning, vision, research. `parameters` names what the endpoint
    says it supports, None where it did not say. `recommended` are values that the model's maker advises.
    """

    id: str | None
    name: str
    abilities: tuple[str, ...] = ()
    context: int | None = None
    price: Price | None = None
    parameters: tuple[str, ...] | None = None
    recommended: Mapping[str, Any] = field(default_factory=dict)


_TEXT, _THINK, _SEE, _RESEARCH = "text", "reasoning", "vision", "research"

MODELS: tuple[Model, ...] = (
    Model(
        "z-ai/glm-4.5", "GLM 4.5", (_TEXT, _THINK), 128_000, Price(0.0055, 0.02, "CNY"),
        # Z.ai's own guide for GLM-4.5 names these as the model's defaults.
        recommended={"temperature": 0.6, "top_p": 0.95},
    ),
    Model(None, "GLM 4.6", (_TEXT, _THINK)),
    Model(None, "DeepSeek-V3.1", (_TEXT,)),
    Model(None, "DeepSeek V3.2 Exp", (_TEXT,)),
    Model(None, "MiniMax M2", (_TEXT, _THINK)),
    Model(None, "Kimi K2 Thinking", (_TEXT, _THINK)),
    Model(None, "Kimi Linear 48B A3B Instruct", (_TEXT,)),
    Model(None, "Qwen3 VL 30B A3B Instruct", (_SEE,)),
    Model(None, "Qwen3 VL 30B A3B Thinking", (_SEE, _THINK)),
    Model(None, "Qwen3 VL 32B Instruct", (_SEE,)),
    Model(None, "Qwen3 VL 235B A22B Instruct", (_SEE,)),
    Model(None, "Qwen3 VL 8B Instruct", (_SEE,)),
    Model(None, "Qwen3 Next 80B A3B Instruct", (_TEXT,)),
    Model(None, "Tongyi DeepResearch 30B A3B", (_TEXT, _RESEARCH)),
    Model(None, "Baidu ERNIE 4.5 21B A3B Thinking", (_TEXT, _THINK)),
)  # fmt: skip

DEFAULT_MODEL = "z-ai/glm-4.5"
DEFAULT_BASE_URL = "https://wcode.net/api/gpt/v1"
KEY_PAGE = "https://wcode.net/get-apikey"


def known(id: str) -> Model:
    """What is known of a model by its id; an id nobody heard of gives a model whose facts are unknown."""
    return next((model for model in MODELS if model.id == id), Model(id, id))


def is_home(host: str) -> bool:
    """Whether a host is that of the API's own description: its prices hold there, and other shops have their own."""
    return host == "wcode.net" or host.endswith(".wcode.net")


def known_at(id: str, host: str) -> Model:
    """What is known of a model at a host: the price only where it is the one that the description states."""
    model = known(id)
    return model if is_home(host) else replace(model, price=None)


def cost(price: Price | None, usage: Mapping[str, Any] | None) -> Cost | None:
    """What a reply cost by its usage, or None where a price or a count is unknown."""
    if price is None or price.input is None or price.output is None or not usage:
        return None
    counts = (usage.get("prompt_tokens"), usage.get("completion_tokens"))
    if not all(isinstance(count, int) and 0 <= count < 10**15 for count in counts):
        return None
    amount = (counts[0] or 0) * price.input / 1000 + (counts[1] or 0) * price.output / 1000
    return Cost(amount, price.currency)
