"""Whatever a server sends, a real terminal gets no sequence from it: the whole program under a pty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from glmchat.tui.commands.registry import BY_NAME
from tests.security.escapes import Rules, shown, violations
from tests.security.evil import Evil, prepare
from tests.security.terminal import (
    COLUMNS,
    CTRL_L,
    CTRL_P,
    CTRL_Q,
    CTRL_T,
    CTRL_U,
    ESCAPE,
    F1,
    F4,
    PAGE_UP,
    ROWS,
    Terminal,
)  # fmt: skip
from tests.wire.server import serving_in_thread

SCREEN = Rules(COLUMNS, ROWS)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is saved to a file of the person's choice lands beside the test."""
    monkeypatch.chdir(tmp_path)


@contextmanager
def chatting(home: Path, evil: Evil, *arguments: str) -> Iterator[Terminal]:
    with serving_in_thread(evil) as server:
        prepare(home, server.base_url, evil.made)
        terminal = Terminal(home, *arguments)
        try:
            terminal.until("Sampling", "the first screen")
            terminal.settle()
            yield terminal
        finally:
            terminal.pty.close()


# What opens each dialog, by its key or by its command, and what it shows once it is there.
DIALOGS = {
    F4: "The request",
    CTRL_L: "You can type any model id",
    "theme": "Dusk",
    "preset": "precise",
    "system": "The system prompt",
    "rename": "Rename the session",
    "edit": "Ctrl+S accepts",
    "results": "The model calls",
    "code": "curl",
    F1: "Help",
}
SENTENCES = (
    "/model no\u202esuch", "/key no\u2066body", "/theme \u202enone", "/preset no\u2066ne", "/nothing\u202e",
    "/set temperature \u202e9",
    "/set stop \\x1b", "/help \u202ex", "/code \u202ex", "/find \u202ex", "/sweep \u202ex 1 2",
)  # fmt: skip


def converse(terminal: Terminal, evil: Evil, texts: int) -> None:
    """Get every kind of reply, and look at the long ones from bottom to top."""
    kinds = [evil.text] * texts + [evil.refused, evil.page, evil.moved, evil.died, evil.garbage, evil.tools]
    evil.kinds = iter(kinds)
    for number in range(len(kinds)):
        terminal.enter(f"go {number}")
        terminal.wait(lambda asked=number: evil.asked > asked, "the request")
        terminal.settle()
        if number < texts:
            terminal.type(CTRL_T)  # the thought
            terminal.settle()
            terminal.type(CTRL_T)
            for _ in range(evil.lines // 25):
                terminal.type(PAGE_UP)
                terminal.settle()


def look_into_dialogs(terminal: Terminal, dialogs: Iterable[str] = DIALOGS) -> None:
    """Open whatever shows names and texts of others."""
    for keys in dialogs:
        if keys in BY_NAME:
            terminal.type(CTRL_P)
            terminal.until("All commands")
            terminal.type(BY_NAME[keys].title)
            terminal.settle()
            terminal.type("\r")
        else:
            terminal.type(keys)
        terminal.until(DIALOGS[keys])
        terminal.settle()
        terminal.type(ESCAPE)
        terminal.until("F1 help", "the chat again")


def mistype(terminal: Terminal, sentences: Sequence[str] = SENTENCES) -> None:
    """Give commands what they will complain of, and paste what no keyboard types."""
    for text in sentences:
        terminal.type(CTRL_U)
        terminal.enter(text)
        terminal.settle()
        terminal.type(ESCAPE)  # some open a dialog
        terminal.settle()
    terminal.type(f"{CTRL_U}\x1b[200~pasted \x1b]52;c;AAAA\x07 \x9b2J \u202e[red]\x1b[201~")
    terminal.settle()


def judged(terminal: Terminal, evil: Evil) -> int:
    """Leave, and judge all that was written; returns how many of the server's strings were shown."""
    terminal.type(CTRL_U + CTRL_Q)
    terminal.until("To go on with this session")
    assert violations(terminal.output, SCREEN) == []
    text = shown(terminal.output)
    return sum(marker in text for marker in evil.made.markers)


def test_the_chat_writes_no_sequence_that_came_from_outside(tmp_path: Path) -> None:
    evil = Evil(1, lines=40)
    with chatting(tmp_path, evil) as terminal:
        converse(terminal, evil, 1)
        assert judged(terminal, evil) > 60


def test_no_dialog_writes_a_sequence_that_came_from_outside(tmp_path: Path) -> None:
    evil = Evil(2, lines=2)
    with chatting(tmp_path, evil) as terminal:
        evil.kinds = iter([evil.tools])
        terminal.enter("\u202ehostile title \u2066too")
        terminal.until("Answer")
        look_into_dialogs(terminal, (F4, CTRL_L, "rename", "edit", "results"))
        mistype(terminal, SENTENCES[:2])
        assert judged(terminal, evil) > 20


@pytest.mark.full
@pytest.mark.parametrize("seed", range(10, 18))
def test_thousands_of_strings_reach_a_terminal_harmless(tmp_path: Path, seed: int) -> None:
    evil = Evil(seed, lines=100)
    with chatting(tmp_path, evil) as terminal:
        converse(terminal, evil, 6)
        look_into_dialogs(terminal)
        mistype(terminal)
        count = judged(terminal, evil)
    print(f"seed {seed}: {count} strings shown of {len(evil.made.markers)} sent")
    assert count > 500
