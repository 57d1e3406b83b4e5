"""``glmchat ask --prefill``: the reply begins as the person wrote it, and is printed whole."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run
from tests.wire.server import serving_in_thread, stream


@pytest.mark.parametrize("pieces", [(" is the capital.",), ("Osl", "o is", " the capital.")])
def test_what_is_printed_is_beginning_and_continuation(run: Run, pieces: tuple[str, ...]) -> None:
    with serving_in_thread(stream(*pieces)) as server:
        ran = run("ask", "--prefill", "Oslo", "--base-url", server.base_url, "What is it?")
        told = run("ask", "--prefill", "Oslo", "--json", "--base-url", server.base_url, "What is it?").json
        sent = [request.body["messages"] for request in server.received]
    assert (ran.status, ran.out) == (0, "Oslo is the capital.\n")
    assert "is not known; it may begin anew" in ran.err
    assert told["content"] == "Oslo is the capital."
    begun = [{"role": "user", "content": "What is it?"}, {"role": "assistant", "content": "Oslo"}]
    assert sent == [begun, begun]
    assert told["request"]["messages"] == begun


@pytest.mark.parametrize(
    ("provider", "message", "body"),
    [
        ("vllm", {}, {"continue_final_message": True, "add_generation_prompt": False}),
        ("deepseek", {"prefix": True}, {}),
        ("moonshot", {"partial": True}, {}),
        ("ollama", {}, {}),
    ],
)
def test_each_endpoint_is_told_in_its_own_way(
    run: Run, provider: str, message: dict[str, bool], body: dict[str, bool]
) -> None:
    with serving_in_thread(stream("b")) as server:
        url = ("--provider", provider, "--base-url", server.base_url, "--model", "m", "--no-reasoning")
        ran = run("ask", "--prefill", "a", *url, "--json", "hi", environment={"GLMCHAT_API_KEY": "k"})
        sent = server.received[-1].body
    assert sent["messages"][-1] == {"role": "assistant", "content": "a", **message}
    assert {name: sent[name] for name in body} == body
    assert ran.json["request"]["messages"] == sent["messages"]
    assert ran.json["content"] == "ab"


def test_the_built_in_model_goes_on_from_a_reply_that_is_begun(run: Run) -> None:
    ran = run(
        "--demo", "ask", "--no-reasoning", "--temperature", "0", "--prefill", "Once upon a", "Tell me a story"
    )
    assert ran.out.startswith("Once upon a time") and ran.err == ""
