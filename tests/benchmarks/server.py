"""A loopback chat server for benchmarks; what it sends is asked for in the last user message.

``bench:tokens=5000,rate=300,kind=markdown,id=K7Q2``: `tokens` events at `rate` a second (0: as fast as the socket
takes them), the first and last of which hold ``BEGMARK-id`` and ``ENDMARK-id``. Kind ``reasoning`` sends them as
reasoning, with a short answer. Prints its port, then a line of JSON for each request with monotonic times.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import Any

from tests.benchmarks import abuse
from tests.benchmarks.corpus import pieces

_DIRECTIVE = re.compile(r"bench:((?:[a-z]+=[\w.]+,?)+)")
_GROUP = 64


def _event(delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    body = {
        "id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": "bench-model",
        "choices": [choice],
    }  # fmt: skip
    return b"data: " + json.dumps(body, separators=(",", ":")).encode() + b"\n\n"


def _events(spec: dict[str, str]) -> list[bytes]:
    count, kind, mark = int(spec.get("tokens", 20)), spec.get("kind", "markdown"), spec.get("id", "NONE")
    if kind in abuse.KINDS:
        begin, end = {"content": f"BEGMARK-{mark}\n\n"}, {"content": f"\n\nENDMARK-{mark}\n"}
        return [_event(delta) for delta in (begin, *abuse.deltas(kind), end)]
    field = "reasoning" if kind == "reasoning" else "content"
    texts = [f"BEGMARK-{mark}\n\n", *pieces(kind, count), f"\n\nENDMARK-{mark}\n"]
    out = [_event({field: text}) for text in texts]
    if field == "reasoning":
        out.append(_event({"content": f"ANSWER-{mark}\n"}))
    return out


class Server:
    """Answers ``/models`` and ``/chat/completions``; `log` takes one dictionary a chat request."""

    def __init__(self, log: Any) -> None:
        self.log = log
        self._cache: dict[tuple[tuple[str, str], ...], list[bytes]] = {}

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
                body = await reader.readexactly(int(length[1])) if length else b""
                if b"/chat/completions" in head.split(b"\r\n", 1)[0]:
                    await self._chat(writer, json.loads(body))
                else:
                    self._json(writer, {"object": "list", "data": [{"id": "bench-model", "object": "model"}]})
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    @staticmethod
    def _json(writer: asyncio.StreamWriter, value: Any) -> None:
        body = json.dumps(value).encode()
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            + body
        )

    async def _chat(self, writer: asyncio.StreamWriter, body: dict[str, Any]) -> None:
        received = time.monotonic()
        found = _DIRECTIVE.findall(json.dumps(body.get("messages", [])[-1:]))
        spec = dict(pair.split("=", 1) for pair in found[-1].strip(",").split(",")) if found else {}
        key = tuple(sorted(item for item in spec.items() if item[0] != "rate"))
        events = self._cache.setdefault(key, _events(spec))
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        first = time.monotonic()
        await self._send(writer, events, float(spec.get("rate", 0)))
        last = time.monotonic()
        self._chunk(writer, _event({}, "stop") + b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        self.log({"id": spec.get("id"), "received": received, "first": first, "last": last})

    @staticmethod
    def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
        writer.write(b"%x\r\n%b\r\n" % (len(data), data))

    async def _send(self, writer: asyncio.StreamWriter, events: list[bytes], rate: float) -> None:
        if rate <= 0:
            for at in range(0, len(events), _GROUP):
                self._chunk(writer, b"".join(events[at : at + _GROUP]))
                await writer.drain()
            return
        start, sent = time.monotonic(), 0
        while sent < len(events):
            due = min(len(events), int((time.monotonic() - start) * rate) + 1)
            for event in events[sent:due]:
                self._chunk(writer, event)
            sent = due
            await writer.drain()
            await asyncio.sleep(max(0.0, start + sent / rate - time.monotonic()) if sent < len(events) else 0)


async def _main() -> None:
    server = await asyncio.start_server(
        Server(lambda row: print(json.dumps(row), flush=True)).handle, "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
