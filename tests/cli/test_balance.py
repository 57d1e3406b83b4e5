"""``glmchat models balance``, and what ask says of limits that are near."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.wire.server import EVENT_STREAM, Received, Reply, plain, serving_in_thread, stream

CREDITS = {"data": {"total_credits": 20, "total_usage": 7.5}}


def credits(request: Received) -> Reply:
    return (
        plain(200, CREDITS) if request.path.endswith("/credits") else plain(404, {"error": {"message": "no"}})
    )


def test_the_balance_is_printed_in_words_and_as_json(run: Run) -> None:
    with serving_in_thread(credits) as server:
        words = run("models", "balance", "--base-url", server.base_url)
        told = run("models", "balance", "--json", "--base-url", server.base_url).json
    assert (words.status, words.out) == (0, "Credit: $12.50 of $20.00 left, $7.50 used.\n")
    assert told == [{"what": "Credit", "currency": "USD", "left": 12.5, "total": 20, "used": 7.5}]


def test_a_refusal_ends_like_that_of_a_reply(run: Run) -> None:
    with serving_in_thread(plain(401, {"error": {"message": "No cookie auth credentials found"}})) as server:
        ran = run("models", "balance", "--base-url", server.base_url)
    assert (ran.status, ran.out) == (3, "")
    assert "did not tell a balance. No cookie auth credentials found" in ran.err


def test_an_endpoint_without_a_balance_says_so(run: Run, write_config: Callable[[str], Path]) -> None:
    write_config('[providers.local]\nbase_url = "http://127.0.0.1:9/v1"\ndialect = "vllm"\n')
    ran = run("models", "balance", "--provider", "local")
    assert (ran.status, ran.out) == (4, "")
    assert "no known way to ask for a balance" in ran.err
    assert "costs nothing" in run("models", "balance", "--demo").err


@pytest.mark.parametrize("words", [("balanse",), ("balance", "now")])
def test_another_verb_is_told_which_there_are(run: Run, words: tuple[str, ...]) -> None:
    ran = run("models", *words)
    assert ran.status == 2
    assert "`glmchat models balance`" in ran.err


@pytest.mark.parametrize(("left", "said"), [("2", True), ("40", False)])
def test_a_limit_that_is_near_is_said_beside_the_reply(run: Run, left: str, said: bool) -> None:
    headers = {**EVENT_STREAM, "x-ratelimit-limit-requests": "50", "x-ratelimit-remaining-requests": left}
    with serving_in_thread(stream("ok", headers=headers)) as server:
        ran = run("ask", "--base-url", server.base_url, "hi")
    assert (ran.status, ran.out) == (0, "ok\n")
    assert ("2 of 50 requests left" in ran.err) is said
