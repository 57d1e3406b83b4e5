"""A raw loopback server for the tests: it sends given bytes in given pieces over real sockets.

``async with serving(reply) as server`` inside a test's own loop; ``with serving_in_thread(reply) as server`` for
tests that run glmchat as a process. `case(name)` loads a recorded reply, `stream(...)` writes one.
"""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import struct
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases"
EVENT_STREAM = {"content-type": "text/event-stream; charset=utf-8"}
JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Reply:
    """One HTTP reply: each of `chunks` is one HTTP chunk; `linger_s` keeps the body open, `reset` breaks it off.

    `cut` closes the connection without ending the body. `raw` sends the chunks as they are, without any HTTP.
    """

    chunks: Sequence[bytes] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: dict(EVENT_STREAM))
    pause_s: float = 0.0
    linger_s: float = 0.0
    reset: bool = False
    cut: bool = False
    raw: bool = False
    keep_alive: bool = False


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    raw: bytes


@dataclass(frozen=True)
class Case:
    """A recorded reply, and what a correct client makes of it."""

    name: str
    reply: Reply
    expect: dict[str, Any]


Answer = Reply | Sequence[Reply] | Callable[[Received], Reply]


def case(name: str) -> Case:
    """Load a recorded reply."""
    stored = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    chunks = [base64.b64decode(c["b64"]) if isinstance(c, dict) else c.encode() for c in stored["chunks"]]
    reply = Reply(
        chunks,
        stored["status"],
        stored["headers"],
        pause_s=min(stored["pause_s"], 0.01),
        linger_s=stored["stall_s"],
        reset=stored["reset"],
    )
    return Case(stored["name"], reply, stored["expect"])


def cases() -> list[str]:
    """Names of all recorded replies."""
    return sorted(path.stem for path in CASES.glob("*.json"))


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> bytes:
    """One event of a stream; keys in `more` stand beside `choices`."""
    choice = {"index": 0, "delta": delta or {}, "finish_reason": finish}
    body = {"id": "gen-1", "model": "z-ai/glm-4.5", "created": 1759079178, "choices": [choice], **more}
    return b"data: " + json.dumps(body, ensure_ascii=False).encode() + b"\n\n"


def usage(prompt: int = 10, completion: int = 7) -> bytes:
    """The event that tells the usage."""
    counts = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return b"data: " + json.dumps({"id": "gen-1", "choices": [], "usage": counts}).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def stream(*content: str, reasoning: Sequence[str] = (), finish: str = "stop", **options: Any) -> Reply:
    """A good stream with these pieces of thought and answer; `options` are fields of `Reply`."""
    events = [chunk({"reasoning": piece}) for piece in reasoning]
    events += [chunk({"content": piece}) for piece in content]
    return Reply([*events, chunk({}, finish), usage(), DONE], **options)


def plain(status: int, body: Any, **headers: str) -> Reply:
    """A reply that is no stream: JSON, or text where `body` is a string."""
    if isinstance(body, str):
        return Reply([body.encode()], status, {"content-type": "text/plain", **headers})
    return Reply([json.dumps(body, ensure_ascii=False).encode()], status, {**JSON, **headers})


class Server:
    """A running server: its address, what it received, how many connections were opened and are open."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.received: list[Received] = []
        self.connections = 0
        self.open_connections = 0
        self.port = 0
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def base_url(self) -> str:
        """What goes into a configuration."""
        return f"http://127.0.0.1:{self.port}/v1"

    def next_reply(self, request: Received) -> Reply:
        """The reply to a request: the only one, the next of several (the last repeats), or a made one."""
        if isinstance(self.answer, Reply):
            return self.answer
        if callable(self.answer):
            return self.answer(request)
        return self.answer[min(len(self.received), len(self.answer)) - 1]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.connections += 1
        self.open_connections += 1
        self._writers.add(writer)
        try:
            while True:
                request = await _read_request(reader)
                self.received.append(request)
                if not await _send(writer, reader, self.next_reply(request)):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open_connections -= 1
            self._writers.discard(writer)
            writer.close()

    def close(self) -> None:
        """Break every connection that is still open."""
        for writer in self._writers:
            writer.transport.abort()


async def _read_request(reader: asyncio.StreamReader) -> Received:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, path, _ = lines[0].split(" ", 2)
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
    }
    raw = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(method, path, headers, json.loads(raw) if raw else None, head + raw)


async def _send(writer: asyncio.StreamWriter, reader: asyncio.StreamReader, reply: Reply) -> bool:
    """Send one reply; returns whether the connection stays open."""
    if not reply.raw:
        head = [f"HTTP/1.1 {reply.status} X", "transfer-encoding: chunked"]
        head += [] if reply.keep_alive else ["connection: close"]
        head += [f"{name}: {value}" for name, value in reply.headers.items()]
        writer.write(("\r\n".join(head) + "\r\n\r\n").encode("latin-1"))
    for piece in reply.chunks:
        if piece:
            writer.write(piece if reply.raw else b"%x\r\n" % len(piece) + piece + b"\r\n")
            await writer.drain()
        if reply.pause_s:
            await asyncio.sleep(reply.pause_s)
    if reply.reset:
        await asyncio.sleep(0.02)
        reset(writer)
        return False
    if reply.linger_s:
        # Until the client hangs up, or the time is over.
        with suppress(TimeoutError):
            await asyncio.wait_for(reader.read(1), reply.linger_s)
    if not reply.raw and not reply.cut:
        writer.write(b"0\r\n\r\n")
        await writer.drain()
    return reply.keep_alive and not reply.cut


def reset(writer: asyncio.StreamWriter) -> None:
    """Reset a connection instead of closing it."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[Server]:
    """Serve on loopback in this event loop."""
    server = Server(answer)
    listener = await asyncio.start_server(server.handle, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        server.close()
        await listener.wait_closed()


@contextmanager
def serving_in_thread(answer: Answer) -> Iterator[Server]:
    """Serve on loopback in a thread of its own, for tests that start processes."""
    started = threading.Event()
    server = Server(answer)
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def main() -> None:
        async with serving(answer) as inner:
            server.port, server.received = inner.port, inner.received
            started.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(main(),), daemon=True)
    thread.start()
    started.wait()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def resliced(reply: Reply, cuts: Sequence[int]) -> Reply:
    """The same bytes, cut at other places."""
    whole = b"".join(reply.chunks)
    places = [0, *sorted({cut for cut in cuts if 0 < cut < len(whole)}), len(whole)]
    return replace(reply, chunks=[whole[a:b] for a, b in pairwise(places)], pause_s=0.0)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
