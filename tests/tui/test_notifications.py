"""Notices on the desktop: one sequence, the one that the terminal knows, and only where nobody looks."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from glmchat.core.conversation import Failure, Message, Role
from glmchat.tui.platform import notifications
from glmchat.tui.presenting.presenter import _told_outside


@pytest.mark.parametrize(
    ("environment", "number"),
    [
        ({"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"}, 99),
        ({"TERM": "xterm-kitty"}, 99),
        ({"TERM_PROGRAM": "iTerm.app", "TERM": "xterm-256color"}, 9),
        ({"LC_TERMINAL": "iTerm2", "TERM": "xterm-256color"}, 9),
        ({"TERM_PROGRAM": "WezTerm"}, 777),
        ({"TERM_PROGRAM": "ghostty", "TERM": "xterm-ghostty"}, 777),
        ({"TERM": "foot-extra"}, 777),
        ({"TERM": "rxvt-unicode-256color"}, 777),
        ({"TERM_PROGRAM": "tmux", "TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, 99),
        ({"TERM_PROGRAM": "vscode", "KITTY_WINDOW_ID": "1"}, None),
        ({"TERM_PROGRAM": "Apple_Terminal", "TERM": "xterm-256color"}, None),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7400"}, None),
        ({}, None),
    ],
)
def test_the_terminal_is_known_by_its_environment(environment: dict[str, str], number: int | None) -> None:
    assert notifications.known(environment) == number


@pytest.mark.parametrize("number", [9, 99, 777])
def test_nothing_from_outside_ends_a_sequence_early(number: int) -> None:
    text = notifications.sequence(number, "a;b\x1b\\\x07c", "d;e\x9c\nf" * 100)
    inside = text.replace("\x1b]", "").replace("\x1b\\", "")
    inside = inside.removesuffix("\x07")
    assert not {char for char in inside if ord(char) < 32 or 0x7F <= ord(char) < 0xA0}
    assert number != 777 or text.count(";") == 3


def test_a_multiplexer_hands_it_on() -> None:
    assert notifications.through("\x1b]9;x\x07", {"TMUX": "/tmp/x,1,0"}) == "\x1bPtmux;\x1b\x1b]9;x\x07\x1b\\"
    assert notifications.through("\x1b]9;x\x07", {"STY": "1.x"}) == "\x1bP\x1b]9;x\x07\x1b\\"
    long = "\x1b]52;c;" + "QUJD" * 400 + "\x07"
    pieces = notifications.through(long, {"STY": "1.x"}).removesuffix("\x1b\\").split("\x1b\\")
    assert "".join(piece.removeprefix("\x1bP") for piece in pieces) == long and max(map(len, pieces)) < 768
    assert notifications.through("\x1b]9;x\x07", {}) == "\x1b]9;x\x07"


class Terminal:
    """An app and its driver in one, which note what is asked of them."""

    def __init__(self, focused: bool | None) -> None:
        self.focused = focused
        self.written = ""

    def bell(self) -> None:
        self.written += "bell"

    def write(self, text: str) -> None:
        self.written += text


@pytest.mark.parametrize(
    ("focused", "term", "written"),
    [
        (True, "foot", ""),
        (False, "foot", "\x1b]777;notify;T;x\x07"),
        (False, "xterm", "bell"),
        (None, "foot", "bell"),
    ],
)
async def test_only_who_looks_elsewhere_is_told(
    focused: bool | None, term: str, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal: Any = Terminal(focused)
    monkeypatch.setattr("glmchat.tui.platform.hangup.driver_of", lambda _: terminal)
    monkeypatch.setattr(os, "environ", {"TERM": term})
    await notifications.notify(terminal, "T", "x")
    assert terminal.written == written


@pytest.mark.parametrize(("answer", "written"), [("off", "bell"), ("on", "\x1bPtmux;"), ("", "\x1bPtmux;")])
async def test_where_tmux_lets_nothing_through_the_bell_rings(
    answer: str, written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmux = tmp_path / "tmux"
    tmux.write_text(f"#!/bin/sh\necho {answer}\n")
    tmux.chmod(tmux.stat().st_mode | stat.S_IXUSR)
    terminal: Any = Terminal(False)
    monkeypatch.setattr("glmchat.tui.platform.hangup.driver_of", lambda _: terminal)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    for name, value in {
        "TMUX": "/tmp/x,1,0",
        "TERM_PROGRAM": "tmux",
        "TERM": "tmux",
        "KITTY_WINDOW_ID": "1",
    }.items():
        monkeypatch.setenv(name, value)
    await notifications.notify(terminal, "T", "x")
    assert terminal.written.startswith(written)


def test_nothing_of_an_incognito_session_is_told() -> None:
    class Session:
        title, incognito = "Secret title", True

    session: Any = Session()
    message = Message(1, None, Role.ASSISTANT, "Secret text")
    assert "Secret" not in " ".join(_told_outside(session, message))
    session.incognito = False
    assert _told_outside(session, message) == ("Secret title", "Secret text")
    failed = Message(1, None, Role.ASSISTANT, failure=Failure("credit", "No money"))
    assert _told_outside(session, failed) == ("Secret title", "No money")
