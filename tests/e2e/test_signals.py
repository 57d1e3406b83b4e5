"""Signals to the chat, one or many: the terminal is given back, what came is kept, and the status says so."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from glmchat.core.conversation import State
from glmchat.history import Archive
from tests.benchmarks.pseudo_terminal import PseudoTerminal
from tests.e2e.conftest import Starter, output
from tests.e2e.paced import paced

INT, TERM, HUP = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
RESTORED = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[<u", b"\x1b[?2004l")


def signalled(terminal: PseudoTerminal, numbers: Sequence[int], gap_s: float) -> int:
    """Send the signals, for as long as there is somebody to get them; returns the status."""
    for number in numbers:
        os.kill(terminal.pid, number)
        terminal.pump(gap_s)
    terminal.pump(60)  # until the terminal is let go
    status = os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1])
    os.close(terminal.fd)
    return status


@pytest.mark.parametrize(
    ("numbers", "gap_s"),
    [
        ([TERM], 0.0),
        ([TERM, TERM], 0.05),
        ([INT, INT], 0.02),
        ([HUP, TERM], 0.05),
        ([TERM, INT, HUP] * 60, 0.0),
    ],
    ids=["one", "two SIGTERM", "two SIGINT", "a hang-up and SIGTERM", "a storm"],
)
async def test_the_terminal_is_given_back_and_the_reply_kept_as_stopped(
    start: Starter, database: Path, numbers: list[int], gap_s: float
) -> None:
    with paced(2_000) as server:
        terminal = start(server)
        terminal.type(b"first words\r")
        assert terminal.shows("170", 60)
        assert signalled(terminal, numbers, gap_s) == 130
    out = b"".join(data for _, data in terminal.output)
    assert [each for each in RESTORED if each not in out[out.rindex(b"\x1b[?1049h") :]] == []
    assert b"Traceback" not in out and b"glmchat --resume" in out
    archive = await Archive.open(database)
    (row,) = await archive.sessions(limit=5)
    _, conversation = await archive.load(row.id)
    reply = conversation.loaded[conversation.path()[-1].id]
    assert reply.state is State.STOPPED and "70" in reply.content
    await archive.close()


def test_two_signals_to_an_idle_chat(start: Starter) -> None:
    with paced() as server:
        terminal = start(server)
        assert signalled(terminal, [TERM, TERM], 0.05) == 130
    assert all(each in b"".join(data for _, data in terminal.output) for each in RESTORED)


def test_ctrl_c_in_the_editor_is_left_to_the_editor(
    start: Starter, environment: dict[str, str], tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    editor.write_text(
        '#!/bin/sh\nkill -INT "$PPID"\nsleep 0.2\necho from the editor > "$1"\n', encoding="utf-8"
    )
    editor.chmod(0o700)
    environment["VISUAL"] = str(editor)
    with paced() as server:
        terminal = start(server)
        terminal.type(b"\x0f")
        assert terminal.shows("from the editor", 60)


def test_an_editor_that_cannot_be_run_leaves_the_screen_and_the_draft(
    start: Starter, environment: dict[str, str], tmp_path: Path
) -> None:
    environment["VISUAL"] = str(tmp_path / "editor")
    with paced() as server:
        terminal = start(server)
        terminal.type(b"draft-")
        # Single words, since the sentence is wrapped.
        for number, words in enumerate(("found.", "run:")):
            terminal.type(b"\x0f")
            assert terminal.shows(words, 60), output(terminal)
            terminal.type(b"%d-" % number)
            assert terminal.shows(f"{number}-", 60), output(terminal)
            (tmp_path / "editor").mkdir(exist_ok=True)
        assert signalled(terminal, [TERM], 0.0) == 130


async def test_a_chat_whose_editor_is_open_is_left_and_what_was_saved_there_is_kept(
    start: Starter, environment: dict[str, str], tmp_path: Path, database: Path
) -> None:
    editor, begun = tmp_path / "editor", tmp_path / "begun"
    editor.write_text(
        f'#!/bin/sh\necho from the editor > "$1"\ntouch "{begun}"\nexec sleep 1000\n', encoding="utf-8"
    )
    editor.chmod(0o700)
    environment["VISUAL"] = str(editor)
    with paced() as server:
        terminal = start(server)
        terminal.type(b"\x0f")
        while not begun.exists():
            terminal.pump(0.05)
        assert signalled(terminal, [TERM], 0.0) == 130
    out = b"".join(data for _, data in terminal.output)
    assert [each for each in RESTORED if each not in out[out.rindex(b"\x1b[?1049h") :]] == []
    archive = await Archive.open(database)
    assert await archive.drafts.get(None) == "from the editor"
    await archive.close()
