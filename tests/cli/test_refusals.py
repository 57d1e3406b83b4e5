"""Refused values on the command line: asked again where the words say how, named where nobody says which."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.wire.server import Received, Reply, plain, serving_in_thread, stream

GOOD = stream("Fine.")


def refusing(words: str, *keys: str, most: int | None = None) -> Any:
    """An endpoint that refuses a body that holds all the keys, or more than `most` under the first."""

    def answer(received: Received) -> Reply:
        body = received.body or {}
        broken = all(key in body for key in keys) and (most is None or body[keys[0]] > most)
        return plain(400, {"error": {"message": words}}) if broken else GOOD

    return answer


def test_a_value_beyond_the_range_is_asked_again_within_it_and_told(run: Run) -> None:
    words = "max_tokens must be at most 8192"
    with serving_in_thread(refusing(words, "max_tokens", most=8192)) as server:
        ran = run("ask", "--json", "--base-url", server.base_url, "--max-tokens", "20000", "hi")
        assert (ran.status, ran.json["content"]) == (0, "Fine.")
        assert ran.json["warnings"] == [
            "This endpoint takes max_tokens up to 8192, so 8192 is sent instead of 20000."
        ]
        assert ran.json["request"]["max_tokens"] == 8192
        assert len(server.received) == 2
        again = run("ask", "--base-url", server.base_url, "--max-tokens", "20000", "hi")
        assert (again.status, again.out, len(server.received)) == (0, "Fine.\n", 3)
        assert "8192 is sent instead" in again.err
        forgotten = run("check", "--forget", "--base-url", server.base_url)
        assert (forgotten.status, forgotten.out) == (0, "forgotten: max_tokens: at most 8192.\n")
        run("ask", "--base-url", server.base_url, "--max-tokens", "20000", "hi")
        assert len(server.received) == 5
        run("check", "--forget", "--base-url", server.base_url)
        assert "Nothing was learned" in run("check", "--forget", "--base-url", server.base_url).err


def test_what_is_not_asked_again_is_not_said_to_be_sent(run: Run) -> None:
    words = "max_tokens must be at most 8192"
    with serving_in_thread(refusing(words, "max_tokens", most=8192)) as server:
        asked = (
            "ask",
            "--json",
            "--base-url",
            server.base_url,
            "--max-tokens",
            "20000",
            "--retries",
            "0",
            "hi",
        )
        ran = run(*asked)
        assert (ran.status, ran.json["warnings"], ran.json["request"]["max_tokens"]) == (4, [], 20000)
        again = run(*asked)
        assert (again.status, again.json["request"]["max_tokens"]) == (0, 8192)
        assert "8192 is sent instead" in again.err


@pytest.mark.parametrize(
    ("words", "flags", "sent"),
    [
        ("`temperature` and `top_p` cannot both be specified for this model.",
         {"temperature": 0.5, "top_p": 0.9}, {"temperature": 0.5}),
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
         {"max_tokens": 9}, {"max_completion_tokens": 9}),
    ],
)  # fmt: skip
def test_a_pair_and_a_name_are_learned(
    run: Run, words: str, flags: dict[str, Any], sent: dict[str, Any]
) -> None:
    given = [each for name, value in flags.items() for each in (f"--{name.replace('_', '-')}", str(value))]
    with serving_in_thread(refusing(words, *flags)) as server:
        ran = run("ask", "--no-history", "--base-url", server.base_url, *given, "hi")
        body = server.received[-1].body
    assert (ran.status, ran.out) == (0, "Fine.\n")
    assert {name: value for name, value in body.items() if name in (*flags, *sent)} == sent
    assert "This endpoint" in ran.err


@pytest.mark.parametrize("words", ["API 调用参数有误，请检查文档", "Invalid API parameter"])
def test_a_refusal_that_names_nothing_names_what_was_sent(run: Run, words: str) -> None:
    with serving_in_thread(refusing(words, "temperature")) as server:
        flags = ("--temperature", "1.5", "--top-k", "3")
        ran = run("ask", "--no-history", "--base-url", server.base_url, *flags, "hi")
        told = run("ask", "--json", "--no-history", "--base-url", server.base_url, *flags, "hi")
    assert ran.status == told.status == 4
    assert "temperature = 1.50, top_k = 3" in ran.err
    assert words in ran.err
    assert told.json["error"]["kind"] == "bad_request"
    assert "temperature = 1.50, top_k = 3" in told.json["warnings"][-1]


def test_a_choice_of_tools_without_tools_is_never_sent(run: Run) -> None:
    with serving_in_thread(GOOD) as server:
        ran = run(
            "ask",
            "--no-history",
            "--base-url",
            server.base_url,
            "--tool-choice",
            "auto",
            "--parallel-tool-calls",
            "hi",
        )
        body = server.received[-1].body
    assert ran.status == 0
    assert not {"tool_choice", "parallel_tool_calls"} & body.keys()
    assert "tool_choice needs tools" in ran.err
