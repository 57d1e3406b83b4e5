"""The steps of the event loop: which hold a core for how long, named, of a chat beside a bare Textual app.

``python -m tests.benchmarks.steps FILE MODULE ARGUMENTS`` runs a module and writes a line of JSON into a file for each
step that took a millisecond of CPU or more: when, milliseconds, whose.
"""

from __future__ import annotations

import asyncio
import json
import runpy
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import Server, ask, running, warm
from tests.benchmarks.pseudo_terminal import PseudoTerminal

_NOTED_MS = 1.0
LONG_MS = 8.0


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of one thing that was done: the longest in ms of CPU and whose it was, and how many were long."""

    doing: str
    longest_ms: float
    name: str
    long: int


def watch(file: Path) -> None:
    """Note the steps of every event loop of this process from now on."""
    run = asyncio.events.Handle._run
    out = file.open("a", buffering=1)

    def noted(handle: asyncio.Handle) -> None:
        begun, used = time.monotonic(), time.thread_time()
        run(handle)
        took_ms = (time.thread_time() - used) * 1000
        if took_ms >= _NOTED_MS:
            out.write(json.dumps([begun, took_ms, _name(handle)]) + "\n")

    asyncio.events.Handle._run = noted  # type: ignore[method-assign, assignment]


def _name(handle: Any) -> str:
    """Whose step it was: a task by its name and what it runs, else the function that was called."""
    callback = handle._callback
    owner = getattr(callback, "__self__", None)
    if isinstance(owner, asyncio.Task):
        coroutine = owner.get_coro()
        return f"{getattr(coroutine, '__qualname__', coroutine)} ({owner.get_name()})"
    return str(getattr(callback, "__qualname__", callback))


def stepped(program: str, server: Server) -> list[Steps]:
    """Open a program, type, stream, resize and stream a burst; returns the steps of each."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "steps"
        phases: list[tuple[str, float, float]] = []

        @contextmanager
        def doing(name: str) -> Iterator[None]:
            begun = time.monotonic()
            yield
            phases.append((name, begun, time.monotonic()))

        begun = time.monotonic()
        with running(program, server.base, steps=file) as terminal:
            phases.append(("opening", begun, time.monotonic()))
            with doing("first turn"):
                warm(terminal, server)
            with doing("typing"):
                for key in (b"Z", b"\x7f") * 15:
                    terminal.type(key)
                    terminal.pump(0.05)
            for rate, tokens in ((300.0, 900), (0.0, 10_000)):
                with doing(f"{rate:.0f} tokens/s" if rate else f"burst of {tokens:,}"):
                    _reply(terminal, server, tokens, rate)
            with doing("resizing"):
                for size in ((80, 24), (160, 50), (100, 30), (120, 40)):
                    terminal.resize(*size)
                    terminal.quiet(0.3)
        steps = [json.loads(line) for line in file.read_text().splitlines()]
    return [_of(name, [step for step in steps if begun <= step[0] < end]) for name, begun, end in phases]


def _reply(terminal: PseudoTerminal, server: Server, tokens: int, rate: float) -> None:
    mark = server.new_mark()
    sent = ask(terminal, mark, tokens, "markdown", rate)
    terminal.wait_for(f"ENDMARK-{mark}".encode(), 60, sent)
    server.row(mark)
    terminal.quiet(0.5)


def _of(doing: str, steps: list[tuple[float, float, str]]) -> Steps:
    longest = max(steps, key=lambda step: step[1], default=(0.0, 0.0, ""))
    return Steps(doing, longest[1], longest[2], sum(step[1] >= LONG_MS for step in steps))


def main() -> None:
    """Run a module, watched."""
    file, module, *arguments = sys.argv[1:]
    watch(Path(file))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
