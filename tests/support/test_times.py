"""How long ago something was, as people say it."""

from __future__ import annotations

import time

import pytest

from glmchat.support.times import age, ago

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


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "now"), (59, "now"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (86_399, "23 h"), (86_400, "1 d"),
        (14 * 86_400 - 1, "13 d"), (14 * 86_400, "2 wk"), (365 * 86_400 - 1, "52 wk"), (800 * 86_400, "2 y"),
    ],
)  # fmt: skip
def test_age(seconds: float, said: str) -> None:
    assert age(NOON - seconds, NOON) == said
