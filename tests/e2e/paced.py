"""A loopback endpoint that sends a reply piece by piece, and notes when each piece left."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PIECE_S = 0.01
THOUGHT = 60  # so many pieces are thought, the others answer


class Paced(ThreadingHTTPServer):
    """Answers each prompt with the numbers from 0 up; `sent` has (when, number) of each piece by prompt."""

    daemon_threads = True

    def __init__(self, pieces: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pieces = pieces
        self.sent: dict[str, list[tuple[float, int]]] = {}
        self.done: set[str] = set()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Paced
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        body = b'{"data": [{"id": "test/model"}]}'
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        prompt = body["messages"][-1]["content"]
        sent = self.server.sent[prompt] = []
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        for number in range(self.server.pieces):
            field = "reasoning" if number < THOUGHT else "content"
            sent.append((time.monotonic(), number))
            self._event({"choices": [{"index": 0, "delta": {field: f"{number} "}}]})
            time.sleep(PIECE_S)
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self.wfile.write(b"data: [DONE]\n\n")
        self.server.done.add(prompt)

    def _event(self, event: dict[str, Any]) -> None:
        self.wfile.write(b"data: " + json.dumps({"id": "gen-1", **event}).encode() + b"\n\n")
        self.wfile.flush()


@contextmanager
def paced(pieces: int = 250) -> Iterator[Paced]:
    """Serve in a thread."""
    server = Paced(pieces)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Stalls:
    """Notes how late this machine wakes a thread, so that its own delays are not taken for the program's."""

    def __init__(self) -> None:
        self._late: list[tuple[float, float]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.is_set():
            before = time.monotonic()
            self._over.wait(0.005)
            late = time.monotonic() - before - 0.005
            if late > 0.01:
                self._late.append((before, late))

    def between(self, start: float, end: float) -> float:
        """Seconds by which threads woke late in a time."""
        return sum(late for at, late in self._late if start <= at <= end)

    def close(self) -> None:
        self._over.set()
        self._thread.join()
