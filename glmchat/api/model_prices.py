"""What an endpoint's list of models says of prices, in the units and under the names that lists have.

Shapes read: OpenRouter (dollars a token, cache reads and writes), LiteLLM (costs per token), lists with a unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from glmchat.core.model import Price

_INPUT = re.compile(r"^(?:input|prompt)")
_OUTPUT = re.compile(r"^(?:output|completion)")
# What a price is for, by the words of its key or of a `unit` beside it: tokens.
_UNITS = (
    (re.compile(r"1k\b|1k_|_1k|1000\b|1,000|thousand|千"), 1000),
    (re.compile(r"1m\b|1m_|_1m|million|mtok|百万"), 1_000_000),
    (re.compile(r"token"), 1),
)
# No model costs this much a token, so a list with such a price gives its prices for 1,000.
_TOO_DEAR = 0.001
_OF_CACHE = re.compile(r"cache")
# Prices beside those two, by our names for them, and the names that lists have.
_BESIDE = {
    "cached": re.compile(r"cache.?read|read.?cache|cached|cache.?hit"),
    "cache_write": re.compile(r"cache.?(?:write|creation)|write.?cache"),
    "cache_write_1h": re.compile(r"cache.?(?:write|creation).*1h"),
}
# Those of what is no text or no answer: a zero there says that they are paid for like the rest.
_OWN = {
    "audio": re.compile(r"^audio$|^input_audio(?!_cache)|^input_cost_per_audio_token$"),
    "audio_output": re.compile(r"^audio_output$|^output_audio|^output_cost_per_audio_token$"),
    "image": re.compile(r"^input_cost_per_image_token$"),
    "image_output": re.compile(r"^output_cost_per_image_token$"),
    "reasoning": re.compile(r"^internal_reasoning$|^reasoning$|^output_cost_per_reasoning_token$"),
}


def _prices(entry: Mapping[str, Any]) -> tuple[Mapping[str, Any], str, str] | None:
    """Where an entry keeps its prices, and the keys of input and output there."""
    for place in (entry.get("pricing"), entry.get("price"), entry):
        if not isinstance(place, Mapping):
            continue
        numeric = [str(key) for key, value in place.items() if _amount(value) is not None]
        wanted = (
            numeric if place is not entry else [key for key in numeric if "price" in key or "cost" in key]
        )
        inputs = [key for key in wanted if _INPUT.match(key) and not _OF_CACHE.search(key)]
        outputs = [key for key in wanted if _OUTPUT.match(key)]
        if inputs and outputs:
            return place, min(inputs, key=len), min(outputs, key=len)
    return None


def _amount(value: Any) -> float | None:
    try:
        number = (
            float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else -1.0
        )
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number < 1e6 else None


def _unit(place: Mapping[str, Any], key: str) -> int | None:
    """For how many tokens a price is, where its key or a `unit` says so."""
    said = f"{place.get('unit', '')} {key}".lower()
    return next((tokens for pattern, tokens in _UNITS if pattern.search(said)), None)


def is_dear(entry: Mapping[str, Any]) -> bool:
    """Whether an entry's prices, whose unit nobody says, are too high for single tokens."""
    found = _prices(entry)
    if found is None or _unit(found[0], found[1]) is not None:
        return False
    return any((_amount(found[0][key]) or 0) >= _TOO_DEAR for key in found[1:])


def price_of(entry: Mapping[str, Any], *, per_thousand: bool) -> Price | None:
    """The price per 1,000 tokens.

    Where nothing says for how many tokens it is, `per_thousand` does: the wcode style gives yuan for 1,000 tokens,
    OpenRouter's dollars for one.
    """
    found = _prices(entry)
    if found is None:
        return None
    place, input_key, output_key = found
    unit = _unit(place, input_key)
    scale = 1000 / (unit or (1000 if per_thousand else 1))
    currency = place.get("currency") or entry.get("currency")
    if not isinstance(currency, str) or not currency:
        currency = "CNY" if per_thousand else "USD"
    input_price, output_price = _amount(place[input_key]), _amount(place[output_key])
    assert input_price is not None  # noqa: S101  (both keys were chosen for their amounts)
    assert output_price is not None  # noqa: S101
    beside = {
        name: _beside(place, pattern, scale, place is entry) for name, pattern in (_BESIDE | _OWN).items()
    }
    own = {name: beside.pop(name) or None for name in _OWN}
    return Price(
        round(input_price * scale, 9),
        round(output_price * scale, 9),
        currency.upper(),
        tiers=(),
        **beside,
        **own,
    )


def _beside(place: Mapping[str, Any], pattern: re.Pattern[str], scale: float, mixed: bool) -> float | None:
    """A price of another kind in the same unit: the first key with such a name; in a `mixed` place it says "price"."""
    named = (str(key) for key in place if pattern.search(str(key).lower()))
    keys = sorted((key for key in named if not mixed or "price" in key or "cost" in key), key=len)
    amounts = (_amount(place[key]) for key in keys)
    found = next((each for each in amounts if each is not None), None)
    return None if found is None else round(found * scale, 9)
