"""A snapshot of models.dev: what it tells, of whom, and that it stands behind everything else."""

from __future__ import annotations

from typing import Any

import pytest

from glmchat.api import models_dev
from glmchat.api.endpoint import Endpoint
from glmchat.api.models import known_of, merge
from glmchat.core.model import Price, Tier

SNAPSHOT: dict[str, Any] = {
    "shop": {
        "id": "shop",
        "api": "https://api.shop.example/v1",
        "models": {
            "maker/thinker-2": {
                "id": "maker/thinker-2",
                "name": "Thinker 2",
                "reasoning": True,
                "modalities": {"input": ["text", "image", "pdf"], "output": ["text"]},
                "cost": {
                    "input": 1.25, "output": 10, "cache_read": 0.125, "cache_write": 1.5, "input_audio": 4,
                    "output_audio": 20, "reasoning": 12,
                    "context_over_200k": {"input": 2.5, "output": 15},
                },
                "limit": {"context": 400_000, "output": 128_000},
                "reasoning_options": [{"type": "effort", "values": ["low", "high"]}],
            },
            "broken": "no object",
            "bare": {},
        },
    },
    "other": {"models": {"thinker-2": {"limit": {"context": 1}, "cost": {"input": 9, "output": 9}}}},
    "odd": 5,
}  # fmt: skip
ENTRIES = models_dev.read(SNAPSHOT)
SHOP = Endpoint("shop", "https://api.shop.example/v1")
ELSEWHERE = Endpoint("mine", "http://127.0.0.1:8000/v1", "vllm")


def test_a_model_is_told_with_its_price_at_its_own_shop() -> None:
    model = known_of("maker/thinker-2", SHOP, ENTRIES)
    assert model is not None
    assert (model.name, model.context, model.output) == ("Thinker 2", 400_000, 128_000)
    assert model.abilities == ("text", "reasoning", "vision", "pdf")
    tiers = (Tier(200_000, 0.0025, 0.015),)
    rates = Price(0.00125, 0.01, "USD", 0.000125, 0.0015, 0.004, tiers, reasoning=0.012, audio_output=0.02)
    assert model.price == rates
    assert model.thinking is not None
    assert model.thinking.rungs == ("low", "high")


def test_elsewhere_the_same_model_has_no_price() -> None:
    model = known_of("Thinker-2", ELSEWHERE, ENTRIES)
    assert model is not None
    assert (model.price, model.id) == (None, "Thinker-2")
    assert known_of("nobody/knows", ELSEWHERE, ENTRIES) is None


def test_what_the_endpoint_says_counts_first() -> None:
    pricing = {"prompt": "0.000001", "completion": "0.000002"}
    listed = [{"id": "maker/thinker-2", "context_length": 1000, "pricing": pricing}]
    (model,) = [each for each in merge(listed, SHOP, ENTRIES) if each.id == "maker/thinker-2"]
    assert (model.context, model.output) == (1000, 128_000)
    assert model.price is not None
    assert model.price.output == pytest.approx(0.002)


@pytest.mark.parametrize("data", [None, [], {}, {"a": 1}, {"a": {"models": []}}, "text"])
def test_what_is_no_snapshot_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match="providers with models"):
        models_dev.read(data)
