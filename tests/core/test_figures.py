"""What is told of a reply's speed and cache."""

from __future__ import annotations

from typing import Any

import pytest

from glmchat.core import figures
from glmchat.core.conversation import Message, Role, Timing


def said(timing: Timing | None, usage: dict[str, Any] | None) -> list[str]:
    return figures.words(Message(1, None, Role.ASSISTANT, "ok", timing=timing, usage=usage))


@pytest.mark.parametrize(
    ("timing", "usage", "expected"),
    [
        (None, None, []),
        (Timing(0.3, 0.4, 1.0, 2.4), {"completion_tokens": 100}, ["first 0.4 s", "50 tokens/s"]),
        (Timing(0.4, 0.4, 0.4, 0.4), {"completion_tokens": 100}, ["first 0.4 s"]),
        (Timing(None, None, None, 3.0), {"completion_tokens": 100}, []),
        (Timing(0.0, 0.0, 0.0, 1.0), {"completion_tokens": 0}, []),
        (
            Timing(1, 1, 1, 2),
            {"completion_tokens": 7, "prompt_tokens": 400, "prompt_tokens_details": {"cached_tokens": 300}},
            ["first 1.0 s", "7 tokens/s", "75% cached"],
        ),
        (None, {"prompt_tokens": 400, "prompt_cache_hit_tokens": 100}, ["25% cached"]),
        (None, {"prompt_tokens": 400, "prompt_tokens_details": {"cached_tokens": 0}}, []),
    ],
)
def test_figures_in_words(timing: Timing | None, usage: dict[str, Any] | None, expected: list[str]) -> None:
    assert said(timing, usage) == expected
