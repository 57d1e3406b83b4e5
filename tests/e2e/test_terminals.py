"""Terminals that are none, and terminals that do not tell their size."""

from __future__ import annotations

import os
import sys

import pytest

from glmchat.commands.terminal import moves_cursor
from tests.benchmarks.pseudo_terminal import PseudoTerminal
from tests.e2e.conftest import READY, output
from tests.e2e.paced import paced


def started(
    environment: dict[str, str], *arguments: str, columns: int = 80, rows: int = 24
) -> PseudoTerminal:
    return PseudoTerminal([sys.executable, "-m", "glmchat", *arguments], environment, columns, rows)


@pytest.mark.parametrize(
    ("kind", "moves"),
    [("dumb", False), ("dumb-emacs-ansi", False), ("emacs", False), ("unknown", False), ("", False), (None, False),
     ("network", False), (" DUMB ", False), ("xterm", True), ("eterm-color", True), ("linux", True),
     ("screen.xterm-256color", True), ("a-terminal-of-tomorrow", True)],
)  # fmt: skip
def test_terminals_that_print_lines_only_are_known_by_their_kind(
    kind: str | None, moves: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind is None:
        monkeypatch.delenv("TERM", raising=False)
    else:
        monkeypatch.setenv("TERM", kind)
    assert moves_cursor() is moves


def test_on_a_terminal_that_prints_lines_only_a_sentence_says_what_works(environment: dict[str, str]) -> None:
    terminal = started(environment | {"TERM": "dumb"}, "--demo")
    terminal.pump(60)  # until the terminal is let go
    status = os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1])
    os.close(terminal.fd)
    said = output(terminal)
    assert status == 2 and "\x1b" not in said
    assert all(word in said for word in ("TERM is dumb", "glmchat ask", "--plain"))


def test_a_terminal_without_a_size_has_80_by_24_cells_until_one_is_told(environment: dict[str, str]) -> None:
    with paced() as server:
        terminal = started(environment, "--base-url", server.base_url, "--model", "m", columns=0, rows=0)
        try:
            assert terminal.shows(READY, 60), output(terminal)
            assert "\x1b[24;1H" in output(terminal) and "\x1b[25;1H" not in output(terminal)
            terminal.resize(60, 20)
            terminal.pump(0.5)
            terminal.resize(0, 0)  # says nothing, and changes nothing
            terminal.pump(0.5)
            since = terminal.type(b"stillhere")
            assert terminal.wait_for(b"\x1b[19;", 20, since) is not None
            assert terminal.shows("stillhere", 60)
        finally:
            terminal.close()
