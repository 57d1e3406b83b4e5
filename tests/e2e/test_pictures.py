"""Pictures in a terminal: given to one that draws them, in half blocks elsewhere, and nothing is asked of either."""

from __future__ import annotations

import asyncio
import sys
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
        assert terminal.shows("early", 20), output(terminal)
        said = output(terminal)
        assert ("\x1b_G" in said, "▀▀" in said, "a=q" in said) == (drawn, not drawn, False)
    finally:
        terminal.close()
