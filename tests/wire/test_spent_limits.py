"""A limit that is used up: which one is said, and its return is waited for where the endpoint says no more."""

from __future__ import annotations

import pytest

from tests.wire.helpers import Sleeper, endpoint, request, run_turn
from tests.wire.server import plain, serving, stream

GOOD = stream("ok")
SPENT = {"x-ratelimit-limit-requests": "50", "x-ratelimit-remaining-requests": "0"}


@pytest.mark.parametrize(
    ("headers", "waits", "told"),
    [
        ({**SPENT, "x-ratelimit-reset-requests": "12s"}, [12.0], ""),
        ({**SPENT, "x-ratelimit-reset-requests": "12s", "retry-after": "3"}, [3.0], ""),
        ({**SPENT, "x-ratelimit-reset-requests": "9h0m0s"}, [], "asks to wait 540 min"),
    ],
)
async def test_a_limit_that_is_used_up_is_waited_for(
    headers: dict[str, str], waits: list[float], told: str
) -> None:
    sleeper = Sleeper()
    async with serving([plain(429, "slow", **headers), GOOD]) as server:
        _, message = await run_turn(request(endpoint(server.base_url)), sleep=sleeper)
    assert [round(each) for each in sleeper.waits] == waits
    assert (message.failure is None) is not bool(told)
    if message.failure is not None:
        assert told in message.failure.advice


async def test_which_limit_is_used_up_is_said() -> None:
    async with serving(plain(429, "slow", **SPENT)) as server:
        _, message = await run_turn(request(endpoint(server.base_url)), sleep=Sleeper())
    assert message.failure is not None
    assert message.failure.advice.endswith("0 of 50 requests left.")
