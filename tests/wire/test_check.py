from typing import Any

import pytest

from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint
from glmchat.core.model import Price
from glmchat.turn.endpoint_check import QUESTIONS, Answer, Check
from tests.wire.helpers import endpoint, keyed
from tests.wire.server import DONE, Received, Reply, chunk, free_port, plain, serving, stream, usage

LISTED = plain(200, {"data": [{"id": "z-ai/glm-4.5"}]})


def good(received: Received) -> Reply:
    if received.method == "GET":
        return LISTED
    events = []
    if received.body["reasoning"]["enabled"]:
        events.append(chunk({"reasoning_content": "hm"}))
    more: dict[str, Any] = {"logprobs": {"content": [{"token": "x"}]}} if "logprobs" in received.body else {}
    events.append(chunk({"content": "one "}))
    choice = {"index": 0, "delta": {"content": "two"}, "finish_reason": "stop", **more}
    events.append(chunk({}, choices=[choice]))
    return Reply([*events, usage(), DONE])


async def answers(check: Check) -> dict[str, Answer]:
    got = [answer async for answer in check.run()]
    assert [answer.question for answer in got] == list(QUESTIONS)
    assert all(answer.sentence.endswith(".") for answer in got)
    return {answer.question: answer for answer in got}


async def test_a_good_endpoint_passes_and_teaches() -> None:
    client = ChatClient()
    async with serving(good) as server:
        check = Check(client, keyed(server.base_url), "z-ai/glm-4.5", price=Price(0.0055, 0.02, "CNY"))
        got = await answers(check)
        assert len([each for each in server.received if each.method == "POST"]) == 3
    await client.aclose()
    assert {answer.verdict for answer in got.values()} == {"ok"}
    assert got["reasoning_on"].detail == "reasoning_content"
    assert "listed" in got["model"].sentence
    assert check.learned.logprobs is True
    cost = check.cost()
    assert cost is not None
    assert 0 < cost.amount < 0.05
    assert "CNY" in check.announcement()


async def test_a_poor_endpoint_is_described_and_its_lacks_are_learned() -> None:
    def poor(received: Received) -> Reply:
        if received.method == "GET":
            return plain(404, "no list")
        if "stream_options" in received.body:
            return plain(400, {"error": {"message": "unknown field stream_options"}})
        if "logprobs" in received.body:
            return plain(400, {"error": {"message": "logprobs is not supported", "param": "logprobs"}})
        return plain(
            200, {"choices": [{"message": {"content": "<think>x</think>y"}, "finish_reason": "stop"}]}
        )

    client = ChatClient()
    async with serving(poor) as server:
        check = Check(client, endpoint(server.base_url), "m")
        got = await answers(check)
    await client.aclose()
    assert check.learned.no_stream_options
    assert {name: got[name].verdict for name in QUESTIONS} == {
        "reach": "ok",
        "key": "ok",
        "model": "ok",
        "streaming": "warn",
        "reasoning_on": "warn",
        "reasoning_off": "warn",
        "usage": "warn",
        "logprobs": "warn",
    }
    assert got["reasoning_on"].detail == "<think>"
    assert set(check.learned.refused) == {"logprobs", "top_logprobs"}
    assert "unknown" in check.announcement()


async def test_faults_are_told_apart() -> None:
    client = ChatClient()
    nobody = Check(client, endpoint(f"http://127.0.0.1:{free_port()}/v1"), "m")
    assert (await answers(nobody))["reach"].verdict == "fail"
    async with serving(plain(401, {"error": {"message": "no"}})) as server:
        got = await answers(Check(client, keyed(server.base_url), "m"))
        assert (got["reach"].verdict, got["key"].verdict) == ("ok", "fail")
    async with serving(plain(404, {"error": {"message": "no such model"}})) as server:
        got = await answers(Check(client, keyed(server.base_url), "m"))
        assert (got["key"].verdict, got["model"].verdict) == ("ok", "fail")
        assert got["key"].to_json()["question"] == "key"
    await client.aclose()


def whole(received: Received) -> Reply:
    """An endpoint that answers in one piece and takes everything."""
    if received.method == "GET":
        return LISTED
    message = {"content": "one two", "reasoning": "hm"}
    return plain(200, {"choices": [{"message": message, "finish_reason": "stop"}]})


async def asked(answer: Reply | Any, **more: Any) -> tuple[Check, dict[str, Answer]]:
    client = ChatClient()
    async with serving(answer) as server:
        check = Check(client, keyed(server.base_url), "m", **more)
        got = await answers(check)
    await client.aclose()
    return check, got


async def test_a_thought_and_an_answer_in_one_piece_are_no_stream() -> None:
    _, got = await asked(whole)
    assert got["streaming"].verdict == "warn"


async def test_an_endpoint_that_refuses_everything_has_no_model_and_teaches_nothing() -> None:
    check, got = await asked(plain(400, {"error": {"message": "temporary validation hiccup"}}))
    assert (got["reach"].verdict, got["key"].verdict, got["model"].verdict) == ("ok", "warn", "fail")
    assert not check.learned.refused


async def test_a_page_that_is_no_api_tells_nothing_of_the_key() -> None:
    check, got = await asked(plain(200, "<html><body><h1>Log in</h1></body></html>"))
    assert (got["reach"].verdict, got["key"].verdict, got["model"].verdict) == ("fail", "fail", "fail")
    assert check.unusable is not None
    assert (check.unusable.kind, check.unusable.retryable) == ("protocol", False)


async def test_a_refusal_that_names_no_parameter_is_not_remembered() -> None:
    def hiccup(received: Received) -> Reply:
        if received.body and "logprobs" in received.body:
            return plain(400, {"error": {"message": "temporary validation hiccup"}})
        return whole(received)

    check, got = await asked(hiccup)
    assert got["logprobs"].verdict == "fail"
    assert (check.learned.refused, check.learned.logprobs) == ({}, None)


async def test_an_endpoint_that_was_sent_nothing_is_not_said_to_answer() -> None:
    client = ChatClient()
    check = Check(client, keyed("http://10.99.0.1/v1"), "m")
    got = await answers(check)
    await client.aclose()
    assert {answer.verdict for answer in got.values()} == {"fail"}
    assert "https://" in got["reach"].sentence
    assert check.unusable is not None
    assert check.unusable.kind == "auth"


@pytest.mark.parametrize(
    ("dialect", "model", "advice"),
    [
        ("vllm", "zai-org/GLM-4.6-FP8", "It is started with --reasoning-parser glm45."),
        ("sglang", "zai-org/GLM-5.3-Flash", "It is started with --reasoning-parser glm45."),
        ("vllm", "Qwen/Qwen3-8B", "It is started with --reasoning-parser NAME."),
        ("llamacpp", "GLM-4.6", ""),
    ],
)
@pytest.mark.parametrize("said", ["<think>hm</think>one two", "hm\n</think>\n\none two"])
async def test_thought_that_lands_in_the_answer_is_named_as_a_wrong_parser(
    dialect: str, model: str, advice: str, said: str
) -> None:
    def raw(received: Received) -> Reply:
        return LISTED if received.method == "GET" else stream(*said)

    client = ChatClient()
    async with serving(raw) as server:
        got = await answers(Check(client, Endpoint("local", server.base_url, dialect), model))
    await client.aclose()
    for name in ("reasoning_on", "reasoning_off"):
        assert (got[name].verdict, got[name].detail) == ("warn", "<think>")
        assert "the server's reasoning parser is missing, or it is the wrong one." in got[name].sentence
        assert got[name].sentence.endswith(advice)
