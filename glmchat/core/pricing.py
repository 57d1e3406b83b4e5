"""Prices, costs and counts of tokens, in words."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, log10

from glmchat.core.conversation import Cost
from glmchat.core.model import Price

_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€"}


def count(tokens: int) -> str:
    """A number of tokens in few cells: 812, 3.1k, 128k."""
    if tokens < 1000:
        return str(tokens)
    return f"{tokens / 1000:.1f}k" if tokens < 10_000 else f"{tokens / 1000:.0f}k"


def tokens(number: int) -> str:
    """A number of tokens with its word: 1 token, 1,204 tokens."""
    return f"{number:,} token{'' if number == 1 else 's'}"


def total(costs: Mapping[str, float], known: bool = True) -> str:
    """Costs by currency, with as many digits as are significant, side by side; what is free adds nothing."""
    if not costs:
        return "" if known else "cost unknown"
    paid = {code: amount for code, amount in costs.items() if amount} or {"": 0.0}
    return " + ".join(short(Cost(amount, code)) for code, amount in paid.items())


def short(cost: Cost) -> str:
    """A cost with the currency's sign, with as many digits as are significant."""
    if not cost.amount:
        return "free"
    digits = 2 if cost.amount >= 1 else max(4, 1 - floor(log10(cost.amount)))
    return f"{_sign(cost.currency)}{cost.amount:.{digits}f}"


def money(cost: Cost) -> str:
    """An amount of money as people write it, which may be owed."""
    return f"{'-' if cost.amount < 0 else ''}{_sign(cost.currency)}{abs(cost.amount):,.2f}"


def exact(cost: Cost) -> str:
    """A cost with the currency's code, always to the same digits."""
    return f"{cost.amount:.4f} {cost.currency}"


def price(price: Price | None) -> str:
    """What 1,000 tokens cost in and out; a price that nobody gave is unknown."""
    if price is None or price.input is None or price.output is None:
        return "price unknown"
    sign = _sign(price.currency)
    cached = "" if price.cached is None else f" ({sign}{price.cached:g} cached)"
    return f"{sign}{price.input:g} in{cached}, {sign}{price.output:g} out per 1,000"


def rates(price: Price | None) -> str:
    """The same in few cells; nothing where it is unknown."""
    if price is None or price.input is None or price.output is None:
        return ""
    if not price.input and not price.output:
        return "free"
    return f"{_sign(price.currency)}{price.input:g}/{price.output:g} per 1k"


def price_cell(price: Price | None) -> str:
    """The same for a table whose head says what it is for."""
    if price is None or price.input is None or price.output is None:
        return "unknown"
    cached = "" if price.cached is None else f" (cached {price.cached:g})"
    return f"{price.input:g}{cached} / {price.output:g} {price.currency}"


def _sign(currency: str) -> str:
    return _SIGNS.get(currency, currency + " ")
