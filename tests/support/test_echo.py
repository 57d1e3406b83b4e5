"""The terminal's echo, held back and given back."""

from __future__ import annotations

import os
import sys
import termios

from glmchat.support import echo
from tests.benchmarks.pseudo_terminal import PseudoTerminal

HOLDS = """
from glmchat.support import echo
echo.hold(); echo.hold()
print('ready 1', flush=True); print(len(input()), flush=True)
echo.release(); echo.release()
print('ready 2', flush=True); print(len(input()), flush=True)
"""


def test_what_is_typed_while_it_is_held_back_is_read_and_not_printed() -> None:
    terminal = PseudoTerminal([sys.executable, "-c", HOLDS], os.environ)
    before = termios.tcgetattr(terminal.fd)
    assert terminal.wait_for(b"ready 1", 60) is not None
    assert not termios.tcgetattr(terminal.fd)[3] & termios.ECHO
    terminal.type(b"ahead\n")
    assert terminal.wait_for(b"ready 2", 60) is not None
    assert termios.tcgetattr(terminal.fd) == before
    terminal.type(b"later\n")
    terminal.pump(60)  # until the terminal is let go
    os.waitpid(terminal.pid, 0)
    os.close(terminal.fd)
    said = b"".join(data for _, data in terminal.output)
    assert said.count(b"5\r\n") == 2 and b"ahead" not in said and b"later" in said


def test_without_a_terminal_nothing_is_held(capsys: object) -> None:
    echo.hold()
    assert echo._before is None
    echo.release()
