"""An endpoint that answers from a script, event by event, without a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx

# A chunk of a stream, or an event that is waited for before the next chunk.
Piece = dict[str, Any] | asyncio.Event


def delta(**fields: Any) -> dict[str, Any]:
    """A chunk with these delta fields."""
    return {"id": "gen-1", "choices": [{"index": 0, "delta": fields}]}


def finish(reason: str = "stop") -> dict[str, Any]:
    """The chunk that ends a reply."""
    return {"id": "gen-1", "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}


def usage(prompt: int, completion: int) -> dict[str, Any]:
    """The chunk that tells what was counted."""
    counts = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return {"choices": [], "usage": counts}


def reply(*texts: str, reasoning: str = "", reason: str = "stop", tokens: int = 20) -> list[Piece]:
    """A whole reply: a thought, then the texts, then how it ended and what was counted."""
    thought = [delta(reasoning=reasoning)] if reasoning else []
    return [*thought, *(delta(content=text) for text in texts), finish(reason), usage(100, tokens)]


def held(*pieces: Piece) -> tuple[list[Piece], asyncio.Event]:
    """A script that waits for an event after its first pieces."""
    gate = asyncio.Event()
    return [*pieces, gate, *reply(" And the rest.")], gate


YES = tuple(reply("Yes."))


class Script(httpx.AsyncBaseTransport):
    """Answers with the scripts in turn, then always with `otherwise`; without one, more is not to be asked.

    A script that begins with ``{"status": ..., "body": ...}`` is that refusal.
    """

    def __init__(self, otherwise: Sequence[Piece] | None = YES) -> None:
        self.otherwise = otherwise
        self.scripts: list[list[Piece]] = []
        self.bodies: list[dict[str, Any]] = []
        self.closed = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            priced = {"id": "z-ai/glm-4.5", "price": {"input": 0.0055, "output": 0.02}}
            return httpx.Response(200, json={"data": [priced, {"id": "z-ai/glm-4.6"}]})
        self.bodies.append(json.loads(request.content))
        script = self.scripts.pop(0) if self.scripts else self.otherwise
        assert script is not None, "nothing more was to be asked"
        if script and isinstance(script[0], dict) and "status" in script[0]:
            wrong = script[0]
            return httpx.Response(wrong["status"], json=wrong["body"], headers=wrong.get("headers"))
        return httpx.Response(
            200, headers={"content-type": "text/event-stream"}, stream=_Stream(self, script)
        )


class _Stream(httpx.AsyncByteStream):
    def __init__(self, owner: Script, script: Sequence[Piece]) -> None:
        self._owner, self._script = owner, script

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._script:
            if isinstance(piece, asyncio.Event):
                await piece.wait()
            else:
                yield b"data: " + json.dumps(piece).encode() + b"\n\n"
                await asyncio.sleep(0)
        yield b"data: [DONE]\n\n"

    async def aclose(self) -> None:
        self._owner.closed += 1
