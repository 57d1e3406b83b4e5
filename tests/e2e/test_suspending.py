"""Back to the shell and in again: the screen is drawn anew, whatever other programs left on it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.benchmarks.pseudo_terminal import PseudoTerminal
from tests.e2e.conftest import Starter, output
from tests.e2e.test_pictures import SixelTerminal, with_a_picture


def suspend(terminal: PseudoTerminal) -> None:
    """Go to the shell, where the screen is another program's."""
    terminal.type(b"\x1a")
    stat = Path(f"/proc/{terminal.pid}/stat")
    assert terminal.pump(60, lambda: stat.read_text().rsplit(")", 1)[1].split()[0] == "T"), output(terminal)
    terminal.output.append((0.0, b"\x1b[2J\x1b[H$ fg"))
    assert "fg" in terminal.text()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_all_is_drawn_again(start: Starter) -> None:
    terminal = start(None, "--demo")
    terminal.type(b"what I typed")
    assert terminal.shows("what I typed", 60), output(terminal)
    suspend(terminal)
    os.kill(terminal.pid, signal.SIGCONT)
    for each in ("built-in model", "what I typed", "F1 help"):
        assert terminal.shows(each, 60), terminal.text()
    assert "fg" not in terminal.text()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_pictures_are_drawn_again(environment: dict[str, str], database: Path) -> None:
    pytest.importorskip("PIL")
    asyncio.run(with_a_picture(database))
    terminal = SixelTerminal([sys.executable, "-m", "glmchat", "--demo", "-c"], environment, 80, 30)
    try:
        assert terminal.wait_for(b"\x1bP0;1;0q", 60) is not None, output(terminal)
        suspend(terminal)
        terminal.output.clear()
        os.kill(terminal.pid, signal.SIGCONT)
        assert terminal.wait_for(b"\x1bP0;1;0q", 60) is not None, output(terminal)
    finally:
        terminal.close()
