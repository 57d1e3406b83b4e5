"""What headers tell of limits, in the spellings of many endpoints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmchat.api.replies.quotas import quotas_of
from glmchat.core.quotas import Quota

NOW = 1_790_000_000.0


@pytest.mark.parametrize(
    ("headers", "quotas"),
    [
        # OpenAI, Groq
        (
            {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "59",
             "x-ratelimit-reset-requests": "1s", "x-ratelimit-limit-tokens": "150000",
             "x-ratelimit-remaining-tokens": "149984", "x-ratelimit-reset-tokens": "6m0s"},
            [Quota("requests", 59, 60, 1.0), Quota("tokens", 149984, 150000, 360.0)],
        ),
        ({"x-ratelimit-limit-requests": "14400", "x-ratelimit-remaining-requests": "14370",
          "x-ratelimit-reset-requests": "2m59.56s"}, [Quota("requests", 14370, 14400, 179.56)]),
        ({"X-RateLimit-Remaining-Tokens": "9", "X-RateLimit-Reset-Tokens": "7.66ms"},
         [Quota("tokens", 9, None, 0.00766)]),
        # Azure
        ({"x-ratelimit-remaining-requests": "9", "x-ratelimit-remaining-tokens": "9876",
          "x-ratelimit-reset-tokens": "17", "x-ms-region": "x"},
         [Quota("requests", 9), Quota("tokens", 9876, None, 17.0)]),
        # Mistral
        ({"x-ratelimit-limit-req-minute": "60", "x-ratelimit-remaining-req-minute": "59",
          "x-ratelimit-limit-tokens-minute": "500000", "x-ratelimit-remaining-tokens-minute": "499982",
          "x-ratelimit-tokens-query-cost": "18", "x-ratelimitbysize-remaining-month": "999",
          "x-ratelimitbysize-limit-month": "4000000000"},
         [Quota("requests a minute", 59, 60), Quota("tokens a minute", 499982, 500000),
          Quota("tokens a month", 999, 4000000000)]),
        # Anthropic
        ({"anthropic-ratelimit-requests-limit": "50", "anthropic-ratelimit-requests-remaining": "49",
          "anthropic-ratelimit-requests-reset": "2026-09-21T14:13:25Z",
          "anthropic-ratelimit-input-tokens-limit": "30000", "anthropic-ratelimit-input-tokens-remaining": "100",
          "anthropic-ratelimit-input-tokens-reset": "2026-09-21T14:13:30Z"},
         [Quota("requests", 49, 50, 5.0), Quota("input tokens", 100, 30000, 10.0)]),
        # OpenRouter: milliseconds since 1970
        ({"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1790000060000"},
         [Quota("requests", 0, 50, 60.0)]),
        # seconds since 1970, and what is over already
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "1789999990"}, [Quota("requests", 1, None, 0.0)]),
        # Cerebras, Fireworks, Together
        ({"x-ratelimit-limit-requests-day": "1000", "x-ratelimit-remaining-requests-day": "1",
          "x-ratelimit-reset-requests-day": "33011.382867"}, [Quota("requests a day", 1, 1000, 33011.382867)]),
        ({"x-ratelimit-limit-tokens-prompt": "60000", "x-ratelimit-remaining-tokens-prompt": "59000",
          "x-ratelimit-over-limit": "no"}, [Quota("prompt tokens", 59000, 60000)]),
        ({"x-tokenlimit-limit": "100", "x-tokenlimit-remaining": "7"}, [Quota("tokens", 7, 100)]),
        # The IETF's drafts
        ({"ratelimit-limit": "100, 100;w=60", "ratelimit-remaining": "50", "ratelimit-reset": "30"},
         [Quota("requests", 50, 100, 30.0)]),
        ({"ratelimit": "limit=100, remaining=50, reset=5"}, [Quota("requests", 50, 100, 5.0)]),
        ({"RateLimit-Policy": '"default";q=100;w=60', "RateLimit": '"default";r=50;t=30'},
         [Quota("requests", 50, 100, 30.0)]),
        # nothing to tell, or nothing that can be read
        ({"x-ratelimit-limit-requests": "60"}, []),
        ({"x-ratelimit-remaining-requests": "many"}, []),
        ({"x-ratelimit-remaining-requests": "-1"}, []),
        ({"x-ratelimit-remaining-unicorns": "3"}, []),
        ({"x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "soon"}, [Quota("requests", 3)]),
        ({"x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "9" * 15}, [Quota("requests", 3)]),
        ({"content-type": "x", "x-limit": "5"}, []),
    ],
)  # fmt: skip
def test_limits_are_read(headers: dict[str, str], quotas: list[Quota]) -> None:
    found = quotas_of(headers, NOW)
    assert [(each.what, each.left, each.limit) for each in found] == [
        (each.what, each.left, each.limit) for each in quotas
    ]
    for one, other in zip(found, quotas, strict=True):
        assert one.resets_s == (None if other.resets_s is None else pytest.approx(other.resets_s, abs=1e-6))


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "x-ratelimit-remaining-tokens",
                "x-ratelimit-limit-tokens",
                "x-ratelimit-reset-tokens",
                "ratelimit",
            ]
        ),
        st.text(max_size=30),
    )
)
def test_no_header_breaks_it(headers: dict[str, str]) -> None:
    for quota in quotas_of(headers, NOW):
        assert quota.left >= 0
        assert quota.sentence


@pytest.mark.parametrize(
    ("quota", "near"),
    [
        (Quota("r", 6, 60), True), (Quota("r", 7, 60), False), (Quota("r", 0, 1), True), (Quota("r", 1, 3), False),
        (Quota("r", 1, 5), True), (Quota("r", 2, 5), False), (Quota("r", 0), True), (Quota("r", 1), False),
        (Quota("r", 5, 0), False),
    ],
)  # fmt: skip
def test_little_is_a_tenth(quota: Quota, near: bool) -> None:
    assert quota.near is near


def test_what_is_left_is_said_in_words() -> None:
    assert Quota("requests", 3, 50, 12.2).sentence == "3 of 50 requests left, full again in 12 s"
    assert Quota("tokens a minute", 1200, 500000, 360).sentence == (
        "1,200 of 500,000 tokens a minute left, full again in 6 min"
    )
    assert Quota("requests a day", 0, None, 33011).sentence == "0 requests a day left, full again in 9 h"
