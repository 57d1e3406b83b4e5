"""A model, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from glmchat.core.thinking import Thinking

TEXT, THINK, SEE, VIDEO, PAPERS, RESEARCH = "text", "reasoning", "vision", "video", "pdf", "research"


@dataclass(frozen=True, slots=True)
class Tier:
    """Prices that hold for a whole request whose prompt is longer than `above` tokens, each per 1,000 tokens."""

    above: int
    input: float
    output: float
    cached: float | None = None
    cache_write: float | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """Price per 1,000 tokens in `currency` (ISO 4217); None where it is unknown.

    `cached` is the price of what the endpoint read from its cache, `cache_write` of what it put there, and
    `cache_write_1h` of what it keeps there for an hour. `audio` and `image` are those of spoken and drawn input,
    `audio_output` and `image_output` of such output, `reasoning` of thought. `tiers` are the higher prices of longer
    prompts.
    """

    input: float | None
    output: float | None
    currency: str
    cached: float | None = None
    cache_write: float | None = None
    audio: float | None = None
    tiers: tuple[Tier, ...] = ()
    cache_write_1h: float | None = None
    image: float | None = None
    reasoning: float | None = None
    audio_output: float | None = None
    image_output: float | None = None

    def at(self, prompt_tokens: int) -> Price:
        """The price that holds for a prompt of so many tokens."""
        reached = [tier for tier in self.tiers if prompt_tokens > tier.above]
        if not reached:
            return self
        tier = max(reached, key=lambda each: each.above)
        return replace(
            self,
            input=tier.input,
            output=tier.output,
            cached=tier.cached,
            cache_write=tier.cache_write,
            tiers=(),
        )


@dataclass(frozen=True, slots=True)
class Model:
    """One model.

    `id` is what the wire wants, None while only the name is known. `context` and `output`, the longest reply, are in
    tokens. `abilities` are words in English: text, reasoning, vision, video, pdf, research. `parameters` names what
    the endpoint says it supports, None where it did not say. `recommended` are values that the model's maker advises.
    """

    id: str | None
    name: str
    abilities: tuple[str, ...] = ()
    context: int | None = None
    price: Price | None = None
    parameters: tuple[str, ...] | None = None
    recommended: Mapping[str, Any] = field(default_factory=dict)
    output: int | None = None
    thinking: Thinking | None = None

    @property
    def wire_id(self) -> str:
        """What a request names it by: its name where nobody knows the id."""
        return self.id or self.name
