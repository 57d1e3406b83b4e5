"""Replies that no model means and that come all the same: how long a key waits meanwhile, and what memory they take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.measure import Server, ask, running, warm

_MB = 1_000_000
_PIECE = 4_000
_LONGEST_S = 60.0


def _words() -> Iterator[str]:
    for number in range(10 * _MB // _PIECE):
        yield f"word{number % 10} " * (_PIECE // 6)


def _cells() -> Iterator[str]:
    yield "|" + " head |" * 200 + "\n|" + "---|" * 200 + "\n"
    for row in range(2_000):
        yield "|" + "".join(f" {row * cell % 97} |" for cell in range(200)) + "\n"


TEXTS: dict[str, Callable[[], Iterator[str]]] = {
    "10 MB in one word": lambda: ("x" * _PIECE for _ in range(10 * _MB // _PIECE)),
    "10 MB in one line": _words,
    "500 signs with 3,000 marks each": lambda: ("a" + "\u0301" * 3_000 for _ in range(500)),
    "a table of 200 x 2,000 cells": _cells,
    "350,000 lines": lambda: ("one short line\n" * 100 for _ in range(3_500)),
}
CALLS = "5,000 tool calls"
KINDS = {name.replace(" ", "_").replace(",", "."): name for name in (*TEXTS, CALLS)}


def deltas(kind: str) -> Iterator[dict[str, Any]]:
    """The deltas of a reply of some kind of `KINDS`."""
    if KINDS[kind] != CALLS:
        yield from ({"content": text} for text in TEXTS[KINDS[kind]]())
        return
    for number in range(5_000):
        function = {"name": f"tool_{number}", "arguments": f'{{"number": {number}}}'}
        yield {"tool_calls": [{"index": number, "id": f"call_{number}", "function": function}]}


@dataclass(frozen=True, slots=True)
class Abused:
    """The longest that a key waited in ms, MiB before and after, seconds to the end; None where that never showed."""

    worst_ms: float
    rss_start_mib: float
    rss_end_mib: float
    seconds: float | None


def abused(program: str, server: Server, kind: str) -> Abused:
    """Type a key ten times a second while such a reply comes, and for a second after it."""
    with running(program, server.base) as terminal:
        warm(terminal, server)
        before = terminal.usage().rss_mib
        mark = server.new_mark()
        sent = ask(terminal, mark, 1, kind)
        end: float | None = None
        worst = 0.0
        while time.monotonic() < (end + 1.0 if end is not None else sent + _LONGEST_S):
            typed = terminal.type(b"Z")
            shown = terminal.wait_for(b"Z", 5.0, typed)
            worst = max(worst, ((shown or typed + 5.0) - typed) * 1000)
            terminal.pump(0.1)
            end = end or terminal.wait_for(f"ENDMARK-{mark}".encode(), 0.0, sent)
        return Abused(worst, before, terminal.usage().rss_mib, end and end - sent)
