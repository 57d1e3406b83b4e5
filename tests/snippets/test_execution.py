"""Snippets really run against a server on the loopback interface, which compares what they send."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from glmchat.snippets import render
from tests.snippets.loopback import ANSWER, REFUSAL, answering, refusing
from tests.snippets.runners import RUNNERS, csharp
from tests.snippets.samples import HALVES, REQUEST, TEXTS, URL
from tests.snippets.toolchains import need
from tests.wire.server import Server, serving_in_thread

KEY = "loopback-key-1"
BODY = {**REQUEST, "messages": [{"role": "user", "content": text} for text in TEXTS]}
QUICK = ("curl", "ruby", "php-curl", "php-guzzle", "python-httpx")
WHOLE = [name if name in QUICK else pytest.param(name, marks=pytest.mark.full) for name in RUNNERS]
# Mono has no System.Text.Json to take a stream apart with.
STREAM = [name if name in QUICK else pytest.param(name, marks=pytest.mark.full) for name in RUNNERS
          if name != "csharp-httpclient"]  # fmt: skip


def _code(form: str, server: Server, body: dict[str, Any], stream: bool) -> str:
    """The snippet for the real address, with nothing changed in it but that address."""
    code = render(form, URL, body, headers={"X-Title": "it's $HOME", "X-Empty": ""}, stream=stream)
    base = URL.removesuffix("/chat/completions")
    assert base in code
    return code.replace(base, server.base_url)


def _checked(server: Server, body: dict[str, Any]) -> None:
    assert server.received
    for request in server.received:
        assert request.path == "/v1/chat/completions"
        assert request.body == body
        assert request.headers["authorization"] == f"Bearer {KEY}"
        assert request.headers["content-type"].startswith("application/json")
        assert request.headers["x-title"] == "it's $HOME"
        assert request.headers["x-empty"] == ""


@pytest.mark.parametrize("form", WHOLE)
def test_a_snippet_sends_the_body_and_prints_the_answer(form: str, tmp_path: Path) -> None:
    with serving_in_thread(answering) as server:
        done = RUNNERS[form](tmp_path, _code(form, server, BODY, stream=False), {"GLMCHAT_API_KEY": KEY})
        assert done.returncode == 0, done.stderr.decode()
        printed = done.stdout.decode()
        assert ANSWER[:7] in printed
        assert "fine" in printed
        _checked(server, BODY)


@pytest.mark.parametrize("form", STREAM)
def test_a_streaming_snippet_prints_the_deltas(form: str, tmp_path: Path) -> None:
    with serving_in_thread(answering) as server:
        done = RUNNERS[form](tmp_path, _code(form, server, BODY, stream=True), {"GLMCHAT_API_KEY": KEY})
        assert done.returncode == 0, done.stderr.decode()
        if form == "curl":  # it shows the stream as it is
            assert done.stdout.decode().rstrip().endswith("data: [DONE]")
        else:
            assert done.stdout.decode().rstrip("\n") == ANSWER
        _checked(server, {**BODY, "stream": True})


@pytest.mark.full
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("form", RUNNERS)
def test_a_refused_snippet_fails_and_says_why(form: str, stream: bool, tmp_path: Path) -> None:
    if form == "csharp-httpclient" and stream:
        pytest.skip("Mono has no System.Text.Json")
    with serving_in_thread(refusing) as server:
        done = RUNNERS[form](tmp_path, _code(form, server, REQUEST, stream), {"GLMCHAT_API_KEY": KEY})
        assert done.returncode != 0
        assert REFUSAL in (done.stdout + done.stderr).decode()


@pytest.mark.full
@pytest.mark.parametrize("form", RUNNERS)
def test_a_snippet_sends_what_no_literal_can_hold(form: str, tmp_path: Path) -> None:
    texts = [] if form == "python-openai" else HALVES
    body = {**REQUEST, "seed": 2**64, "messages": [{"role": "user", "content": text} for text in texts]}
    with serving_in_thread(answering) as server:
        done = RUNNERS[form](tmp_path, _code(form, server, body, stream=False), {"GLMCHAT_API_KEY": KEY})
        assert done.returncode == 0, done.stderr.decode()
        _checked(server, body)


@pytest.mark.full
@pytest.mark.parametrize("form", RUNNERS)
def test_a_snippet_sends_a_long_conversation(form: str, tmp_path: Path) -> None:
    body = {**REQUEST, "messages": [{"role": "user", "content": "'长\"\\\n" * 2000} for _ in range(60)]}
    with serving_in_thread(answering) as server:
        done = RUNNERS[form](tmp_path, _code(form, server, body, stream=False), {"GLMCHAT_API_KEY": KEY})
        assert done.returncode == 0, done.stderr.decode()
        _checked(server, body)


@pytest.mark.full
@pytest.mark.parametrize("stream", [False, True])
def test_csharp_compiles_against_the_names_of_its_libraries(stream: bool, tmp_path: Path) -> None:
    need("mcs")
    csharp(
        tmp_path,
        render("csharp-restsharp", URL, BODY, headers={"X": "y"}, stream=stream),
        "RestSharp",
        "Json",
    )
    csharp(tmp_path, render("csharp-httpclient", URL, BODY, headers={"X": "y"}, stream=stream), "Json")
