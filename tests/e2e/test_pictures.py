"""Pictures in a terminal: given to one that draws them, in half blocks elsewhere; keys typed meanwhile are kept."""

from __future__ import annotations

import asyncio
import fcntl
import struct
import sys
import termios
from pathlib import Path

import pytest

from glmchat.core.attached import contents_of
from glmchat.core.conversation import Message, Role
from glmchat.files.pictures import prepared
from glmchat.files.reading import Bytes
from glmchat.history import Archive, Session
from tests.benchmarks.pseudo_terminal import PseudoTerminal
from tests.e2e.conftest import output
from tests.files.drawn import png


async def with_a_picture(path: Path) -> None:
    path.parent.mkdir(parents=True, mode=0o700)
    archive = await Archive.open(path)
    archive.create(Session(id=1, title="A picture"))
    attached = prepared(Bytes(Path("-"), "a.png", png(60, 40)))
    question = Message(1, None, Role.USER, "Look", attachments=(attached.attachment,))
    await archive.save(1, question, attached=contents_of([attached]))
    await archive.update_session(1, leaf_id=1)
    await archive.close()


@pytest.mark.parametrize(
    ("told", "drawn"), [({"TERM": "xterm-kitty"}, True), ({"TERM": "tmux-256color"}, False)]
)
def test_a_picture_is_shown_and_early_keys_are_kept(
    environment: dict[str, str], database: Path, told: dict[str, str], drawn: bool
) -> None:
    pytest.importorskip("PIL")
    asyncio.run(with_a_picture(database))
    environment = {name: value for name, value in environment.items() if name not in ("TMUX", "STY")}
    terminal = PseudoTerminal([sys.executable, "-m", "glmchat", "--demo", "-c"], environment | told, 80, 30)
    try:
        terminal.type(b"early")
        expected = b"\x1b_Ga=p," if drawn else "▀▀".encode()
        assert terminal.wait_for(expected, 60, terminal.started) is not None, output(terminal)
        assert terminal.shows("early", 60), output(terminal)
        said = output(terminal)
        assert ("\x1b_G" in said, "▀▀" in said, "a=q" in said) == (drawn, not drawn, False)
    finally:
        terminal.close()


class SixelTerminal(PseudoTerminal):
    """A terminal that answers as one that draws sixels, of 16 colours, in cells of 10 by 20 pixels."""

    def _answer(self, data: bytes) -> None:
        if b"\x1b[c" in data:
            fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 80, 800, 600))
            self.type(b"\x1b[?64;1;4;22c")
        if b"\x1b[?1;1;0S" in data:
            self.type(b"\x1b[?1;0;16S")


def test_a_terminal_that_says_that_it_draws_sixels_is_given_them(
    environment: dict[str, str], database: Path
) -> None:
    pytest.importorskip("PIL")
    asyncio.run(with_a_picture(database))
    told = environment | {"TERM": "xterm-256color"}
    terminal = SixelTerminal([sys.executable, "-m", "glmchat", "--demo", "-c"], told, 80, 30)
    try:
        terminal.type(b"early")
        assert terminal.wait_for(b'\x1bP0;1;0q"1;1;60;40#', 60, terminal.started) is not None, output(
            terminal
        )
        assert terminal.shows("early", 60), output(terminal)
    finally:
        terminal.close()
