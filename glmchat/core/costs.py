"""What a reply costs: as the endpoint states it, else by its counts and the model's price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glmchat.core.conversation import Cost
from glmchat.core.model import Price
from glmchat.core.usage import Counts, counts_of, stated_cost


def cost(price: Price | None, usage: Mapping[str, Any] | None, currency: str = "USD") -> Cost | None:
    """What a reply cost, or None where neither a cost was stated nor price and counts are known.

    `currency` is that of a cost that is stated without one at an endpoint whose price is unknown.
    """
    stated = stated_cost(usage)
    if stated is not None:
        amount, code = stated
        return Cost(amount, code or (price.currency if price is not None else currency))
    counts = counts_of(usage)
    return None if price is None else _by_price(price, counts)


def _by_price(price: Price, counts: Counts) -> Cost | None:
    """What counts cost; cached input whose own rate is unknown is paid for like any other."""
    if counts.prompt is None or counts.completion is None:
        return None
    rates = price.at(counts.prompt)
    if rates.input is None or rates.output is None:
        return None
    plain = counts.prompt
    amount = 0.0
    for tokens, rate in (
        (counts.cached, rates.cached),
        (counts.cache_write, rates.cache_write),
        (counts.audio, rates.audio),
    ):
        if tokens and rate is not None:
            taken = min(tokens, plain)
            plain -= taken
            amount += taken * rate / 1000
    amount += plain * rates.input / 1000 + counts.completion * rates.output / 1000
    return Cost(amount, price.currency)


def saved_by_cache(price: Price | None, usage: Mapping[str, Any] | None) -> Cost | None:
    """What the cached part of a prompt would have cost more; None where a rate or a count is unknown."""
    counts = counts_of(usage)
    if price is None or counts.cached is None or counts.prompt is None:
        return None
    rates = price.at(counts.prompt)
    if rates.input is None or rates.cached is None:
        return None
    return Cost(counts.cached * (rates.input - rates.cached) / 1000, price.currency)
