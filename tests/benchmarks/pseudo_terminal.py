"""Runs a program under a pseudo terminal, types, notes what came out and when, reads its CPU seconds and memory."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyte
from rich.cells import cell_len

_TICKS = os.sysconf("SC_CLK_TCK")
_SEQUENCE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")
_QUERY = re.compile(rb"\x1b\[\?(\d+)\$p|\x1b\[(c|6n)")


class Usage(NamedTuple):
    """CPU seconds so far and resident MiB of a process and its children."""

    cpu_s: float
    rss_mib: float


class PseudoTerminal:
    """A program of `columns` by `rows` cells; to be measured it is `pinned` to one core where there are two."""

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str],
        columns: int = 120,
        rows: int = 40,
        *,
        pinned: bool = False,
    ) -> None:
        self.output: list[tuple[float, bytes]] = []
        self._screen = pyte.Screen(columns or 80, rows or 24)
        self._stream = pyte.ByteStream(self._screen)
        self._drawn = 0
        self.started = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            if pinned and hasattr(os, "sched_setaffinity"):
                os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(argv[0], list(argv), dict(env))
        os.set_blocking(self.fd, False)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal."""
        self.text()
        self._screen.resize(rows or None, columns or None)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, data: bytes) -> float:
        """Write to the program; returns when."""
        now = time.monotonic()
        while data:
            select.select([], [self.fd], [], 1)
            data = data[os.write(self.fd, data) :]
        return now

    def pump(self, seconds: float, until: Callable[[], bool] | None = None) -> bool:
        """Read for some seconds, or until a condition on what has come holds."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if until is not None and until():
                return True
            if select.select([self.fd], [], [], min(left, 0.05))[0]:
                try:
                    data = os.read(self.fd, 1 << 16)
                except OSError:
                    return False
                self.output.append((time.monotonic(), data))
                self._answer(data)
        return until is not None and until()

    def _answer(self, data: bytes) -> None:
        for mode, other in _QUERY.findall(data):
            if mode:
                self.type(b"\x1b[?%b;%d$y" % (mode, 2 if mode in (b"2004", b"2026") else 0))
            elif other == b"c":
                self.type(b"\x1b[?64;1c")

    def wait_for(self, needle: bytes, seconds: float, since: float = 0.0) -> float | None:
        """Wait until bytes were written by the program; returns when, None where they never were."""
        at, tail = 0, b""
        found: list[float] = []

        def seen() -> bool:
            nonlocal at, tail
            for when, data in self.output[at:]:
                tail = tail[-len(needle) :] + data
                if when >= since and needle in tail:
                    found.append(when)
                    return True
            at = len(self.output)
            return False

        self.pump(seconds, seen)
        return found[0] if found else None

    def wait_for_text(self, words: bytes, seconds: float) -> bool:
        """Wait until words were written as text; what stands within a sequence, such as a colour, is none."""
        return self.pump(
            seconds, lambda: words in _SEQUENCE.sub(b"", b"".join(data for _, data in self.output))
        )

    def text(self) -> str:
        """What is on the screen now, by lines; of the other screen of a terminal nothing is known."""
        for _, data in self.output[self._drawn :]:
            self._stream.feed(data)
        self._drawn = len(self.output)
        columns = range(self._screen.columns)
        rows = (self._screen.buffer[y] for y in range(self._screen.lines))
        return "\n".join(_row([row[x].data for x in columns]) for row in rows)

    def shows(self, words: str, seconds: float) -> bool:
        """Wait until words are on the screen, however they were put together there."""
        return self.pump(seconds, lambda: words in self.text())

    def quiet(self, idle: float = 0.4, seconds: float = 20.0) -> None:
        """Read until next to nothing has come for `idle` seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            before = sum(len(data) for _, data in self.output)
            self.pump(idle)
            if sum(len(data) for _, data in self.output) - before < 2_000:
                return

    def usage(self) -> Usage:
        """Read what the program and its children have used."""
        cpu, rss = 0.0, 0.0
        for pid in _tree(self.pid):
            fields = _stat(pid)
            if fields:
                cpu += sum(int(each) for each in fields[11:15]) / _TICKS
                rss += int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20
        return Usage(cpu, rss)

    def close(self) -> None:
        """End the program."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(self.pid, sign)
            except ProcessLookupError:
                break
            end = time.monotonic() + 2
            while time.monotonic() < end:
                self.pump(0.02)
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    os.close(self.fd)
                    return
        os.close(self.fd)


def _row(cells: Sequence[str]) -> str:
    """The cells of a row as text: the second one of a wide sign is empty, unless its first was written over."""
    before = ["", *cells]
    return "".join(
        cell or ("" if cell_len(left) == 2 else " ") for left, cell in zip(before, cells, strict=False)
    )


def _stat(pid: int) -> list[bytes] | None:
    try:
        data = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    return data[data.rindex(b")") + 2 :].split()


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for each in Path("/proc").iterdir():
        if each.name.isdigit() and (fields := _stat(int(each.name))):
            children.setdefault(int(fields[1]), []).append(int(each.name))
    out, todo = [], [root]
    while todo:
        pid = todo.pop()
        out.append(pid)
        todo += children.get(pid, [])
    return out
