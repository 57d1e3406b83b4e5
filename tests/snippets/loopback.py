"""A server on the loopback interface that keeps what it was sent and answers as the API does."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self

ANSWER = '你好 👍 it\'s\u2028\u0085 "fine"'
DELTAS = ("", "你", "好 👍", " it's\u2028\u0085", ' "fine"')
REFUSAL = "The key is unknown."


@dataclass
class Received:
    """One request: `body` as the JSON that it holds."""

    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Loopback:
    """Use it in a ``with``; `status` is what it answers with, `received` what has come so far."""

    status: int = 200
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The address that requests go to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1/chat/completions"


def _reply(message: dict[str, Any], key: str, finish: str | None) -> str:
    choice = {"index": 0, key: message, "finish_reason": finish}
    head = {"id": "x", "object": "chat.completion", "created": 1, "model": "m"}
    return json.dumps({**head, "choices": [choice]}, ensure_ascii=False)


def _whole() -> bytes:
    return _reply({"role": "assistant", "content": ANSWER, "reasoning": "Hm."}, "message", "stop").encode()


def _events() -> list[bytes]:
    """A stream with all that a reader may stumble over: comments, a thought, no choices, a line cut in two."""
    thought = _reply({"role": "assistant", "content": None, "reasoning": "Hm."}, "delta", None)
    deltas = [_reply({"content": text}, "delta", None) for text in DELTAS]
    last = json.dumps(
        {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": []}
    )
    lines = [
        ": keep-alive",
        *(f"data: {text}" for text in (thought, *deltas)),
        f"data:{last}",
        "data: [DONE]",
    ]
    whole = "".join(f"{line}\n\n" for line in lines).encode()
    return [whole[at : at + 61] for at in range(0, len(whole), 61)]


def _handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            loopback.received.append(Received(self.path, headers, body))
            if loopback.status != 200:
                self._answer(json.dumps({"error": {"message": REFUSAL}}).encode(), "application/json")
            elif body.get("stream"):
                self._stream()
            else:
                self._answer(_whole(), "application/json")

        def _answer(self, content: bytes, kind: str) -> None:
            self.send_response(loopback.status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _stream(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for piece in _events():
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler
