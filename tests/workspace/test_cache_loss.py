"""A cache that was lost is told where that is worth a word, with its cause."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from glmchat.core.conversation import Conversation, Message, Role
from glmchat.core.model import Price
from glmchat.workspace.cache_loss import told

PRICE = Price(0.0014, 0.0044, "USD", 0.00026)


def usage(prompt: int, cached: int) -> dict[str, Any]:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": cached},
    }


FIRST = Message(
    2, 1, Role.ASSISTANT, "a", usage=usage(100_000, 0), provider="zai", sent={"model": "glm-5.3"},
    settings={"reasoning_effort": "low"}, created_at=1000.0,
)  # fmt: skip
SECOND = replace(FIRST, id=4, parent_id=3, usage=usage(100_100, 0), created_at=1060.0)
# 100,000 tokens at 0.0014 less 0.00026 dollars for a thousand: 0.114 dollars.


def said(after: Message, before: Message = FIRST, price: Price | None = PRICE) -> str:
    conversation = Conversation(1)
    for each in (Message(1, None, Role.USER, "q"), before, Message(3, before.id, Role.USER, "r"), after):
        conversation.append(each)
    return told(conversation, after, price)


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (replace(SECOND, sent={"model": "glm-5.2"}), "another model"),
        (replace(SECOND, provider="other"), "another model"),
        (replace(SECOND, system="Be brief."), "another system prompt"),
        (replace(SECOND, settings={"reasoning_effort": "low", "tools": [1]}), "other tools"),
        (replace(SECOND, settings={}), "another depth of thought"),
        (replace(SECOND, parent_id=None), "an edit further up"),
        (replace(SECOND, created_at=1000.0 + 1800), "a pause of 30 minutes"),
    ],
)
def test_each_cause_is_named_with_what_it_cost(after: Message, why: str) -> None:
    assert said(after) == f"The endpoint's cache was lost to {why}: about $0.1140 more for this reply."


@pytest.mark.parametrize(
    ("after", "price"),
    [
        (SECOND, PRICE),
        (replace(SECOND, provider="other", usage=usage(100_100, 50_000)), PRICE),
        (replace(SECOND, provider="other", usage={"prompt_tokens": 100_100, "completion_tokens": 5}), PRICE),
        (replace(SECOND, provider="other"), Price(0.0014, 0.0044, "USD")),
        (replace(SECOND, provider="other"), None),
    ],
)
def test_nothing_is_said_without_a_cause_a_rate_or_a_loss_that_is_worth_it(
    after: Message, price: Price | None
) -> None:
    assert said(after, price=price) == ""
