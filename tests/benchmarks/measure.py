"""One measurement at a time: a program under a pseudo terminal, the loopback server beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.pseudo_terminal import PseudoTerminal
from tests.benchmarks.references import MODES

ROOT = Path(__file__).parents[2]
# A Textual app that shows one input and answers nothing.
BARE = "input"
# Compiled modules are kept, as they are where a program is installed.
_NOT_PASSED_ON = ("XDG_", "GLMCHAT", "PYTHONDONTWRITEBYTECODE")
_LONGEST_S = 60.0


@dataclass(frozen=True, slots=True)
class Burst:
    """A reply as fast as the socket takes it (or at a rate), painted to its end."""

    program: str
    kind: str
    tokens: int
    tokens_per_s: float
    cpu_s_per_1000: float
    first_token_ms: float
    lag_ms: float
    rss_start_mib: float
    rss_end_mib: float


@dataclass(frozen=True, slots=True)
class Echo:
    """Keys typed while a reply streams: the share of a core, and how long a key takes to show."""

    program: str
    cpu_share: float
    p50_ms: float
    p99_ms: float
    lag_ms: float


class Server:
    """The loopback server in a process of its own."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.server"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self._marks = 0
        self.base = f"http://127.0.0.1:{int(self.process.stdout.readline())}/v1"

    def row(self, mark: str) -> dict[str, Any]:
        """The log of the finished request that was marked so; one that nobody waited for may come before it."""
        assert self.process.stdout is not None
        row: dict[str, Any] = {}
        while row.get("id") != mark:
            line = self.process.stdout.readline()
            assert line, f"The server ended, with status {self.process.wait()}."
            row = json.loads(line)
        return row

    def new_mark(self) -> str:
        """A mark for a request that no other has."""
        self._marks += 1
        return f"K{self._marks:04d}Q"

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def serving() -> Iterator[Server]:
    """A server for a while; what drives the terminal moves to the last core, away from the program."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if len(cores) > 1:
        os.sched_setaffinity(0, {max(cores)})
    server = Server()
    try:
        yield server
    finally:
        server.close()
        if cores:
            os.sched_setaffinity(0, cores)


@contextmanager
def launched(
    program: str, base: str, data: Path | None = None, *arguments: str, steps: Path | None = None
) -> Iterator[PseudoTerminal]:
    """A program that was just started: ``glmchat`` or one of the references; its `steps` may be noted in a file."""
    watched = ["tests.benchmarks.steps", str(steps)] if steps is not None else []
    command = [sys.executable, "-m", *watched, *_command(program, base), *arguments]
    with tempfile.TemporaryDirectory() as home:
        terminal = PseudoTerminal(command, _environment(Path(home), data), pinned=True)
        try:
            yield terminal
        finally:
            terminal.close()


@contextmanager
def running(
    program: str, base: str, data: Path | None = None, *arguments: str, steps: Path | None = None
) -> Iterator[PseudoTerminal]:
    """A program, ready to be typed into."""
    with launched(program, base, data, *arguments, steps=steps) as terminal:
        terminal.wait_for(b"\x1b[?1049h", 20)
        terminal.quiet(0.5)
        yield terminal


def _command(program: str, base: str) -> list[str]:
    if program == BARE:
        return ["tests.benchmarks.bare"]
    if program in MODES:
        return ["tests.benchmarks.references", program, base]
    return ["glmchat", "--base-url", base, "--model", "bench-model"]


def _environment(home: Path, data: Path | None) -> Mapping[str, str]:
    places = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "CONFIG", "STATE", "CACHE")}
    if data is not None:
        places["XDG_DATA_HOME"] = str(data)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_PASSED_ON)}
    return {
        **kept,
        **places,
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "HOME": str(home),
    }


def ask(terminal: PseudoTerminal, mark: str, tokens: int, kind: str, rate: float = 0) -> float:
    """Type a request for a reply and send it; returns when."""
    terminal.type(f"bench:tokens={tokens},rate={rate:g},kind={kind},id={mark}".encode())
    terminal.pump(0.15)
    return terminal.type(b"\r")


def warm(terminal: PseudoTerminal, server: Server) -> None:
    """A first short turn, so that what follows is not a process's first."""
    mark = server.new_mark()
    sent = ask(terminal, mark, 5, "prose")
    terminal.wait_for(f"ENDMARK-{mark}".encode(), 20, sent)
    server.row(mark)
    terminal.quiet(0.5)


def burst(program: str, server: Server, kind: str, tokens: int, rate: float = 0) -> Burst | None:
    """Measure a reply; None where its end was never painted."""
    with running(program, server.base) as terminal:
        warm(terminal, server)
        before = terminal.usage()
        mark = server.new_mark()
        sent = ask(terminal, mark, tokens, kind, rate)
        # A thought may be folded away as soon as the answer begins: the answer is its end.
        last = f"ANSWER-{mark}" if kind == "reasoning" else f"ENDMARK-{mark}"
        end = terminal.wait_for(last.encode(), _LONGEST_S, sent)
        first = terminal.wait_for(f"BEGMARK-{mark}".encode(), 0.1, sent)
        if end is None:
            return None
        row = server.row(mark)
        terminal.pump(0.5)
        after = terminal.usage()
        return Burst(
            program, kind, tokens, tokens / (end - row["first"]), (after.cpu_s - before.cpu_s) / tokens * 1000,
            ((first or end) - sent) * 1000, (end - row["last"]) * 1000, before.rss_mib, after.rss_mib,
        )  # fmt: skip


def echo(
    program: str, server: Server, seconds: float = 10.0, rate: float = 300.0, before_tokens: int = 0
) -> Echo:
    """Type a key every 100 ms while a reply streams; `before_tokens` fill the conversation first."""
    with running(program, server.base) as terminal:
        warm(terminal, server)
        if before_tokens:
            mark = server.new_mark()
            sent = ask(terminal, mark, before_tokens, "markdown")
            terminal.wait_for(f"ENDMARK-{mark}".encode(), _LONGEST_S, sent)
            server.row(mark)
            terminal.quiet(0.5)
        used = terminal.usage().cpu_s
        mark = server.new_mark()
        sent = ask(terminal, mark, int(seconds * rate), "markdown", rate)
        terminal.pump(0.5)
        delays = []
        for _ in range(int((seconds - 2) * 10)):
            typed = terminal.type(b"Z")
            shown = terminal.wait_for(b"Z", 1.0, typed)
            delays.append(((shown or typed + 1.0) - typed) * 1000)
            terminal.pump(max(0.0, typed + 0.1 - (shown or typed)))
        end = terminal.wait_for(f"ENDMARK-{mark}".encode(), _LONGEST_S, sent) or sent
        used = terminal.usage().cpu_s - used
        delays.sort()
        lag = (end - server.row(mark)["last"]) * 1000
        return Echo(
            program, used / (end - sent), delays[len(delays) // 2], delays[int(len(delays) * 0.99)], lag
        )
