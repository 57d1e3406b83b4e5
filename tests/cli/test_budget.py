"""A budget on the command line: told of at 80 %, and what would cross it is not sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from glmchat.support import paths
from tests.cli.conftest import Run
from tests.wire.server import DONE, Reply, chunk, serving_in_thread, usage

Write = Callable[[str], Path]


@pytest.fixture
def write_config() -> Write:
    def write(text: str) -> Path:
        path = paths.config_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def costing(yuan: float) -> Reply:
    """A reply of GLM-4.5 whose tokens come to that price."""
    return Reply([chunk({"content": "ok"}), chunk({}, "stop"), usage(0, round(yuan / 0.02 * 1000)), DONE])


def test_a_reply_that_would_cross_the_day_is_not_sent(run: Run, write_config: Write) -> None:
    write_config("[budget]\nday = { CNY = 0.1 }\n")
    with serving_in_thread(costing(0.095)) as server:
        base = ("ask", "--base-url", server.base_url, "--model", "z-ai/glm-4.5")
        assert run(*base, "one").status == 0
        ran = run(*base, "--json", "two")
        assert len(server.received) == 1
        words = run(*base, "three")
        assert len(server.received) == 1
        assert run(*base, "--no-history", "four").status == 0
    error = ran.json["error"]
    assert (ran.status, error["kind"], error["status"], error["retryable"]) == (4, "budget", None, False)
    assert "may cross the budget of ¥0.1000 for a day: ¥0.0950 spent" in error["message"]
    assert ran.json["request"] is None
    assert (words.status, words.out) == (4, "")
    assert "Raise the limit in the section [budget]" in words.err


def test_it_is_told_where_a_limit_is_near(run: Run, write_config: Write) -> None:
    write_config("[budget]\nreply = { CNY = 0.024 }\n")
    with serving_in_thread(costing(0.001)) as server:
        ran = run("ask", "--base-url", server.base_url, "--model", "z-ai/glm-4.5", "hi")
    assert (ran.status, ran.out) == (0, "ok\n")
    assert "This comes near the budget of ¥0.0240 for a reply" in ran.err


def test_an_unknown_price_is_told_and_holds_nothing_back(run: Run, write_config: Write) -> None:
    write_config("[budget]\nreply = { CNY = 0.0001 }\n")
    with serving_in_thread(costing(0.001)) as server:
        ran = run("ask", "--base-url", server.base_url, "--model", "nobody/knows", "hi")
    assert ran.status == 0
    assert "The price of nobody/knows" in ran.err
