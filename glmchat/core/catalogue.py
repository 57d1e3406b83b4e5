"""Models: what the API's description says of them, and what an endpoint's own list adds.

What nobody stated is unknown (None), never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from glmchat.core.conversation import Cost, count_in
from glmchat.support.address import host_of, is_loopback


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

    @property
    def wire_id(self) -> str:
        """What a request names it by: its name where nobody knows the id."""
        return self.id or self.name


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

# Whom people talk to who chose nobody else.
DEFAULT_PROVIDER = "wcode"
DEFAULT_BASE_URL = "https://wcode.net/api/gpt/v1"
DEFAULT_MODEL = "z-ai/glm-4.5"
KEY_PAGE = "https://wcode.net/get-apikey"

# The built-in model and its provider. The host can never be one on the network (RFC 2606); nothing is ever sent.
DEMO = "demo"
DEMO_BASE_URL = "https://demo.invalid/v1"
DEMO_MODEL_ID = "glmchat/demo"
DEMO_CONTEXT = 32_768
DEMO_MODEL = Model(DEMO_MODEL_ID, "the built-in model", (_TEXT, _THINK), DEMO_CONTEXT)


def known(id: str) -> Model:
    """What is known of a model by its id; an id nobody heard of gives a model whose facts are unknown."""
    return next((model for model in MODELS if model.id == id), Model(id, id))


def is_home(host: str, provider: str) -> bool:
    """Whether the prices of the API's own description hold at a host; other shops have their own.

    An address on this machine that belongs to no provider (its name is the address) stands in for the API's own.
    """
    at_home = host == "wcode.net" or host.endswith(".wcode.net")
    return at_home or (is_loopback(host) and host_of(f"//{provider}") == host)


def known_at(id: str, host: str, provider: str) -> Model:
    """What is known of a model at a host: the price only where it is the one that the description states."""
    model = known(id)
    return model if is_home(host, provider) else replace(model, price=None)


def cost(price: Price | None, usage: Mapping[str, Any] | None) -> Cost | None:
    """What a reply cost by its usage, or None where a price or a count is unknown."""
    if price is None or price.input is None or price.output is None:
        return None
    prompt, reply = count_in(usage, "prompt_tokens"), count_in(usage, "completion_tokens")
    if prompt is None or reply is None:
        return None
    amount = prompt * price.input / 1000 + reply * price.output / 1000
    return Cost(amount, price.currency)
