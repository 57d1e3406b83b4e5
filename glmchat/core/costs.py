"""What a reply costs: as the endpoint states it, else by its counts and the model's price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    """What counts cost; a part whose own rate is unknown is paid for like all the rest."""
    if counts.prompt is None or counts.completion is None:
        return None
    rates = price.at(counts.prompt)
    if rates.input is None or rates.output is None:
        return None
    long = rates.cache_write if rates.cache_write_1h is None else rates.cache_write_1h
    parts_in = (
        (counts.cached, rates.cached),
        (counts.cache_write_1h, long),
        ((counts.cache_write or 0) - (counts.cache_write_1h or 0), rates.cache_write),
        (counts.audio, rates.audio),
        (counts.image, rates.image),
    )
    parts_out = (
        (counts.reasoning, rates.reasoning),
        (counts.audio_output, rates.audio_output),
        (counts.image_output, rates.image_output),
    )
    amount = _of_parts(counts.prompt, rates.input, parts_in)
    amount += _of_parts(counts.completion, rates.output, parts_out)
    return Cost(amount, price.currency)


def _of_parts(tokens: int, rate: float, parts: Iterable[tuple[int | None, float | None]]) -> float:
    """What tokens cost of which some have rates of their own."""
    amount, plain = 0.0, tokens
    for count, own in parts:
        if count and own is not None:
            taken = min(count, plain)
            plain -= taken
            amount += taken * own / 1000
    return amount + plain * rate / 1000


def saved_by_cache(price: Price | None, usage: Mapping[str, Any] | None) -> Cost | None:
    """What the cached part of a prompt would have cost more; None where a rate or a count is unknown."""
    counts = counts_of(usage)
    if price is None or counts.cached is None or counts.prompt is None:
        return None
    rates = price.at(counts.prompt)
    if rates.input is None or rates.cached is None:
        return None
    return Cost(counts.cached * (rates.input - rates.cached) / 1000, price.currency)
