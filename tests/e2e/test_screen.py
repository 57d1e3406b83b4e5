"""What stands on a terminal's screen after many small changes is what a whole new picture shows."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import pytest

from tests.benchmarks.measure import Server
from tests.benchmarks.pseudo_terminal import PseudoTerminal
from tests.e2e.conftest import READY, output

PAGE_UP, WHEEL_UP, WHEEL_DOWN, CTRL_T = b"\x1b[5~", b"\x1b[<64;40;10M", b"\x1b[<65;40;10M", b"\x14"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


# How often in a row nothing has come: a busy machine may let a program wait.
_RESTS = 3


def settle(terminal: PseudoTerminal) -> None:
    """Wait until no reply runs, and the program has nothing to do any more: nothing comes, and it hardly works."""
    terminal.pump(60, lambda: "Esc stop" not in terminal.text())
    end = time.monotonic() + 60
    rests = 0
    while rests < _RESTS and time.monotonic() < end:
        came, used = len(terminal.output), terminal.usage().cpu_s
        terminal.pump(0.3)
        quiet = len(terminal.output) == came and terminal.usage().cpu_s - used < 0.03
        rests = rests + 1 if quiet else 0


def redrawn(terminal: PseudoTerminal, columns: int) -> str:
    """The screen after all of it was drawn anew, at the width that it had."""
    margin = columns - _end_of_the_footer(terminal)
    for width in (columns + 1, columns):
        terminal.resize(width, 40)
        terminal.pump(60, lambda: _end_of_the_footer(terminal) == width - margin)  # noqa: B023 - called here alone
        settle(terminal)
    return terminal.text()


def _end_of_the_footer(terminal: PseudoTerminal) -> int:
    """The column behind the last word of the footer, which keeps to the right edge."""
    return len(terminal.text().splitlines()[-1].rstrip())


@pytest.mark.parametrize(("columns", "kind"), [(100, "markdown"), (150, "cjk"), (150, "reasoning")])
def test_the_screen_is_what_a_new_picture_of_it_is(
    server: Server, environment: dict[str, str], columns: int, kind: str
) -> None:
    compared(server, environment, columns, kind)


@pytest.mark.full
@pytest.mark.parametrize(("columns", "kind"), [(150, "markdown"), (100, "cjk"), (100, "reasoning")])
def test_the_screen_is_what_a_new_picture_of_it_is_at_the_other_width(
    server: Server, environment: dict[str, str], columns: int, kind: str
) -> None:
    compared(server, environment, columns, kind)


def compared(server: Server, environment: dict[str, str], columns: int, kind: str) -> None:
    where = ["--base-url", server.base, "--model", "bench"]
    terminal = PseudoTerminal([sys.executable, "-m", "glmchat", *where], environment, columns)
    try:
        assert terminal.shows(READY, 60), output(terminal)
        mark = server.new_mark()
        terminal.type(f"bench:tokens=400,rate=400,kind={kind},id={mark}\r".encode())
        for _ in range(8):
            terminal.pump(0.1)
            terminal.type(WHEEL_UP + WHEEL_UP + b"typed " + WHEEL_DOWN * 2)
        server.row(mark)
        settle(terminal)
        assert terminal.text() == redrawn(terminal, columns)
        for keys in (WHEEL_UP * 3, PAGE_UP, WHEEL_DOWN * 2, CTRL_T, WHEEL_UP):
            terminal.type(keys)
            settle(terminal)
        assert terminal.text() == redrawn(terminal, columns)
    finally:
        terminal.close()
