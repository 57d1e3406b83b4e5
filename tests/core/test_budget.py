"""What a reply makes of the limits, each currency for itself."""

from __future__ import annotations

import pytest

from glmchat.core.budget import Limits, expected, judge
from glmchat.core.conversation import Cost
from glmchat.core.model import Price, Tier

YUAN = Price(0.0055, 0.02, "CNY")


@pytest.mark.parametrize(
    ("price", "prompt", "limit", "cost"),
    [
        (YUAN, 1000, None, Cost(0.0055 + 1.024 * 0.02, "CNY")),
        (YUAN, 1000, 100, Cost(0.0055 + 0.1 * 0.02, "CNY")),
        (YUAN, 1000, 100_000, Cost(0.0055 + 1.024 * 0.02, "CNY")),
        (Price(1, 2, "USD", tiers=(Tier(500, 3, 4),)), 1000, 1000, Cost(3 + 4, "USD")),
        (Price(None, 0.02, "CNY"), 1000, None, None),
        (None, 1000, None, None),
    ],
)
def test_what_a_reply_may_cost(
    price: Price | None, prompt: int, limit: int | None, cost: Cost | None
) -> None:
    found = expected(price, prompt, limit)
    assert (found is None) is (cost is None)
    if found is not None and cost is not None:
        assert found.amount == pytest.approx(cost.amount)
        assert found.currency == cost.currency


@pytest.mark.parametrize(
    ("limits", "cost", "session", "day", "crossed", "key"),
    [
        (Limits(reply={"CNY": 1}), 0.5, 0, 0, None, ""),
        (Limits(reply={"CNY": 1}), 0.8, 0, 0, False, "reply CNY"),
        (Limits(reply={"CNY": 1}), 1.1, 0, 0, True, "reply CNY"),
        (Limits(session={"CNY": 1}), 0.1, 0.5, 9, None, ""),
        (Limits(session={"CNY": 1}), 0.1, 0.75, 9, False, "session CNY"),
        (Limits(session={"CNY": 1}), 0.1, 0.95, 9, True, "session CNY"),
        (Limits(day={"CNY": 10}), 0.1, 0.5, 9.95, True, "day CNY"),
        (Limits(session={"CNY": 1}, day={"CNY": 10}), 0.1, 0.8, 9.95, True, "day CNY"),
        (Limits(day={"USD": 0.01}), 0.1, 5, 5, None, ""),
    ],
)
def test_limits_are_come_near_or_crossed(
    limits: Limits, cost: float, session: float, day: float, crossed: bool | None, key: str
) -> None:
    verdict = judge(limits, Cost(cost, "CNY"), session, day)
    assert (None if verdict is None else verdict.crossed) is crossed
    assert verdict is None or verdict.key == key


def test_it_says_what_was_spent_and_what_is_expected() -> None:
    verdict = judge(Limits(day={"CNY": 10}), Cost(0.3, "CNY"), 0, 9.9)
    assert verdict is not None
    assert verdict.sentence == (
        "This reply may cross the budget of ¥10.00 for a day: ¥9.90 spent and about ¥0.3000 expected."
    )
