"""The built-in model as an httpx transport: requests and replies like a real endpoint's, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import httpx

from glmchat.core.catalogue import DEMO_CONTEXT, DEMO_MODEL_ID
from glmchat.demo import replay
from glmchat.demo import request as requests
from glmchat.demo.generation import Generation
from glmchat.demo.model import load
from glmchat.demo.request import Refused
from glmchat.demo.wire import COMMENT, Envelope, models
from glmchat.support.address import CHAT_PATH

# Seconds before the first token, as a real model needs them to read the prompt.
_READING = 0.25
# At full speed, the event loop gets its turn after this many tokens.
_BURST = 8


class Pace:
    """Lets a loop run no faster than so many steps a second, whatever each step takes."""

    def __init__(self, tokens_per_second: float | None) -> None:
        self._seconds = 1 / tokens_per_second if tokens_per_second else 0.0
        self._due = asyncio.get_running_loop().time() + (_READING if tokens_per_second else 0.0)
        self._steps = 0

    async def step(self) -> None:
        """Wait until the next step is due."""
        self._steps += 1
        self._due += self._seconds
        if self._seconds:
            await asyncio.sleep(max(0.0, self._due - asyncio.get_running_loop().time()))
        elif self._steps % _BURST == 0:
            await asyncio.sleep(0)


class _Stream(httpx.AsyncByteStream):
    """The events of a reply, at the pace given; closing it ends the generation."""

    def __init__(self, events: Iterator[bytes], tokens_per_second: float | None) -> None:
        self._events, self._tokens_per_second = events, tokens_per_second
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield COMMENT
        pace = Pace(self._tokens_per_second)
        while not self._closed:
            await pace.step()
            event = next(self._events, None)
            if event is None:
                return
            if event:
                yield event

    async def aclose(self) -> None:
        self._closed = True


async def _paced(steps: Iterable[Any], tokens_per_second: float | None) -> list[Any]:
    pace, out = Pace(tokens_per_second), []
    for step in steps:
        await pace.step()
        out.append(step)
    return out


class DemoTransport(httpx.AsyncBaseTransport):
    """Answers ``POST …/chat/completions`` and ``GET …/models``, whatever the host."""

    def __init__(self, tokens_per_second: float | None) -> None:
        """`tokens_per_second` paces replies; None writes as fast as it can."""
        self._tokens_per_second = tokens_per_second

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; what is wrong with it comes back as an error reply, never as an exception."""
        route = (request.method, request.url.path.rstrip("/").rpartition("/v1")[2])
        try:
            if route == ("GET", "/models"):
                return httpx.Response(200, json=models(), request=request)
            if route == ("POST", CHAT_PATH):
                return await self._complete(request)
            raise Refused(f"Unknown request: {request.method} {request.url.path}", status=404)
        except Refused as refused:
            return httpx.Response(refused.status, json=refused.body(), request=request)

    async def _complete(self, request: httpx.Request) -> httpx.Response:
        model, asked = requests.read(await request.aread())
        if model != DEMO_MODEL_ID:
            message = (
                f"The model {model!r} does not exist here; the built-in model is called {DEMO_MODEL_ID!r}."
            )
            raise Refused(message, "model", status=404, code="model_not_found")
        # Building the index takes a moment the first time, and a long prompt may too.
        id = replay.new_id()
        generation = await asyncio.to_thread(
            lambda: Generation(load(), replay.seeded(asked, id), DEMO_CONTEXT)
        )
        envelope = Envelope(generation, id, bool(asked.values.get("reasoning_exclude")), asked.usage)
        if asked.stream:
            return httpx.Response(
                200,
                headers={"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"},
                stream=_Stream(envelope.stream(), self._tokens_per_second),
                request=request,
            )
        pieces = await _paced(generation.pieces(), self._tokens_per_second)
        return httpx.Response(200, json=envelope.whole(pieces), request=request)
