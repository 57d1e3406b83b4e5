"""A Textual that has lost a private name: the chat falls back to Textual's own way, and works."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from glmchat.tui.platform import private
from tests.benchmarks.pseudo_terminal import PseudoTerminal
from tests.e2e.conftest import READY, output
from tests.e2e.paced import Paced, paced

ROOT = Path(__file__).parent.parent.parent
PLACES = sorted({*private.OVERRIDDEN, *(name for names in private.NAMES.values() for name in names)})
CTRL_Q = b"\x11"


@pytest.fixture(scope="module")
def server() -> Iterator[Paced]:
    with paced(65) as server:
        yield server


@pytest.mark.parametrize("place", PLACES)
def test_without_a_private_name_the_chat_starts_answers_and_ends(
    place: str, server: Paced, environment: dict[str, str]
) -> None:
    program = [sys.executable, "-m", "tests.e2e.renamed", place]
    terminal = PseudoTerminal(
        [*program, "--base-url", server.base_url, "--model", "test/model"],
        environment | {"PYTHONPATH": str(ROOT)},
    )
    try:
        assert terminal.shows(READY, 60), output(terminal)
        terminal.type(b"question")
        assert terminal.shows("question", 20), output(terminal)
        assert "64 " not in terminal.text()
        terminal.type(b"\r")
        assert terminal.shows("64 ", 20), output(terminal)
        terminal.type(CTRL_Q)
        assert terminal.wait_for(b"\x1b[?1049l", 20) is not None, output(terminal)
        terminal.pump(20)  # until the terminal is let go
        assert os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1]) == 0, output(terminal)
        assert "went wrong" not in output(terminal) and "Traceback" not in output(terminal)
    finally:
        terminal.close()
