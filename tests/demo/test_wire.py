"""The built-in model speaks the wire that the client reads from any other endpoint."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from glmchat import demo
from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint
from glmchat.api.errors.tree import BadRequestError, NotFoundError
from glmchat.api.events import (
    ContentDelta,
    Done,
    Event,
    Finish,
    Logprobs,
    ReasoningDelta,
    ToolCallsFinished,
    Usage,
)
from glmchat.demo.server import DemoTransport
from tests.demo.conftest import Demo
from tests.demo.tools import WEATHER

QUESTION = "What does temperature do?"
ENDPOINT = Endpoint("demo", demo.BASE_URL, demo=True)


async def events(body: dict[str, Any]) -> list[Event]:
    client = ChatClient(demo.transport(tokens_per_second=None))
    try:
        return [event async for event in client.stream(ENDPOINT, body)]
    finally:
        await client.aclose()


def of(kind: Any, found: list[Event]) -> list[Any]:
    return [event for event in found if isinstance(event, kind)]


async def test_the_client_reads_a_stream_as_it_reads_any(model: Demo) -> None:
    found = await events(model.body(QUESTION, stream=True, temperature=0, logprobs=True, top_logprobs=2))
    content = "".join(event.text for event in of(ContentDelta, found))
    assert content == await model.say(QUESTION, temperature=0)
    assert "".join(event.text for event in of(ReasoningDelta, found)).startswith("The question is in English")
    assert of(Finish, found) == [Finish("stop", "stop")]
    tokens = [entry["token"] for event in of(Logprobs, found) for entry in event.value["content"]]
    assert "".join(tokens) == content
    (usage,) = of(Usage, found)
    details = usage.value["completion_tokens_details"]
    assert usage.value["completion_tokens"] == details["reasoning_tokens"] + len(tokens)
    assert isinstance(found[-1], Done)


async def test_the_client_assembles_tool_calls(model: Demo) -> None:
    body = model.body("What is the weather?", stream=True, tools=[WEATHER], tool_choice="required")
    found = await events(body)
    (finished,) = of(ToolCallsFinished, found)
    assert [call.name for call in finished.calls] == ["get_weather"]
    assert '"city"' in finished.calls[0].arguments


async def test_the_client_understands_its_errors(model: Demo) -> None:
    with pytest.raises(BadRequestError) as refused:
        await events(model.body(QUESTION, temperature=3))
    assert refused.value.failure.parameter == "temperature"
    with pytest.raises(NotFoundError):
        await events({**model.body(QUESTION), "model": "z-ai/glm-4.5"})


async def test_streamed_and_whole_replies_are_the_same(model: Demo) -> None:
    values = {"seed": 5, "temperature": 1.2, "logprobs": True, "top_logprobs": 3}
    whole = (await model.ask(QUESTION, **values))["choices"][0]
    chunks = await model.chunks(QUESTION, **values)
    deltas = [chunk["choices"][0] for chunk in chunks if chunk["choices"]]
    assert "".join(each["delta"].get("content") or "" for each in deltas) == whole["message"]["content"]
    assert "".join(each["delta"].get("reasoning") or "" for each in deltas) == whole["message"]["reasoning"]
    entries = [entry for each in deltas if each["logprobs"] for entry in each["logprobs"]["content"]]
    assert entries == whole["logprobs"]["content"]


async def test_a_stream_has_the_shape_of_the_endpoint(model: Demo) -> None:
    chunks = await model.chunks(QUESTION)
    assert len({(chunk["id"], chunk["created"]) for chunk in chunks}) == 1
    assert {chunk["model"] for chunk in chunks} == {demo.MODEL_ID}
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    *_, last, usage = chunks
    assert last["choices"][0]["finish_reason"] == last["choices"][0]["native_finish_reason"] == "stop"
    assert usage["choices"] == []
    counts = usage["usage"]
    assert counts["total_tokens"] == counts["prompt_tokens"] + counts["completion_tokens"]


async def test_the_usage_chunk_can_be_declined(model: Demo) -> None:
    chunks = await model.chunks(QUESTION, stream_options={"include_usage": False})
    assert not any("usage" in chunk for chunk in chunks)


async def test_replies_have_ids_of_their_own(model: Demo) -> None:
    assert (await model.ask(QUESTION))["id"] != (await model.ask(QUESTION))["id"]


async def test_the_list_of_models_names_the_one_there_is(model: Demo) -> None:
    (listed,) = (await model.http.get("/models")).json()["data"]
    assert listed["id"] == demo.MODEL_ID
    assert listed["context_length"] == demo.CONTEXT
    assert listed["pricing"] == {"prompt": "0", "completion": "0"}
    assert {"reasoning", "top_a", "logprobs"} <= set(listed["supported_parameters"])


async def test_another_model_is_not_found(model: Demo) -> None:
    error = await model.refuse({**model.body(QUESTION), "model": "z-ai/glm-4.5"}, status=404)
    assert (error["param"], error["code"]) == ("model", "model_not_found")


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
async def test_a_body_that_is_not_a_json_object_is_refused(model: Demo, raw: bytes) -> None:
    response = await model.http.post("/chat/completions", content=raw)
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(("method", "path"), [("GET", "/chat/completions"), ("POST", "/completions")])
async def test_other_addresses_are_not_found(model: Demo, method: str, path: str) -> None:
    response = await model.http.request(method, path)
    assert response.status_code == 404
    assert path in response.json()["error"]["message"]


async def test_a_stream_that_is_closed_early_ends_the_generation(model: Demo) -> None:
    request = httpx.Request(
        "POST", demo.BASE_URL + "/chat/completions", json=model.body(QUESTION, stream=True)
    )
    response = await DemoTransport(None).handle_async_request(request)
    assert isinstance(response.stream, httpx.AsyncByteStream)
    events = aiter(response.stream)
    begun = [await anext(events) for _ in range(5)]
    assert all(begun)
    await response.aclose()
    assert [event async for event in events] == []


async def test_a_cancelled_request_leaves_no_task_behind(model: Demo) -> None:
    async def read() -> None:
        async with (
            httpx.AsyncClient(transport=DemoTransport(1.0), base_url=demo.BASE_URL) as http,
            http.stream("POST", "/chat/completions", json=model.body(QUESTION, stream=True)) as response,
        ):
            async for _ in response.aiter_bytes():
                started.set()

    started = asyncio.Event()
    task = asyncio.create_task(read())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_tokens_come_at_the_pace_that_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, model: Demo
) -> None:
    waits: list[float] = []
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        waits.append(seconds)
        now += seconds

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "time", lambda: now)
    monkeypatch.setattr("glmchat.demo.server.asyncio.sleep", sleep)
    transport = DemoTransport(50.0)
    body = httpx.Request(
        "POST", demo.BASE_URL + "/chat/completions", json=model.body(QUESTION, max_tokens=100)
    )
    response = await transport.handle_async_request(body)
    assert response.json()["usage"]["completion_tokens"] == 100
    assert 2.0 <= sum(waits) <= 2.5


async def test_the_built_in_model_is_made_when_it_is_first_asked_and_once() -> None:
    made: list[httpx.AsyncBaseTransport] = []

    def maker() -> httpx.AsyncBaseTransport:
        made.append(demo.transport(tokens_per_second=None))
        return made[-1]

    client = ChatClient(demo=maker)
    await client.warm(Endpoint("other", "http://127.0.0.1:9/v1"))
    assert not made
    await client.warm(ENDPOINT)
    await client.get_json(ENDPOINT, "/models")
    assert len(made) == 1
    await client.aclose()
