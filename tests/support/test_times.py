"""How long ago something was, as people say it."""

from __future__ import annotations

import time

import pytest

from glmchat.support.times import ago

NOON = time.mktime((2026, 3, 20, 12, 0, 0, 0, 0, -1))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (11 * 3600, "11 h ago"),
        (14 * 3600, "yesterday"),
        (24 * 3600, "yesterday"),
        (48 * 3600, "2 days ago"),
        (60 * 24 * 3600, "2026-01-19"),
    ],
)
def test_ago(seconds: float, said: str) -> None:
    assert ago(NOON - seconds, NOON) == said
