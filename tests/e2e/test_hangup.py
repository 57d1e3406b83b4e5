"""The terminal goes away while a reply streams and somebody types: all is kept, and the program ends."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from glmchat.core.conversation import Role
from glmchat.history import Archive
from tests.e2e.conftest import Starter
from tests.e2e.paced import paced
from tests.waiting import until


@pytest.mark.parametrize("ignored", [False, True], ids=["usual", "told to ignore it"])
async def test_what_came_and_what_was_typed_are_kept_and_the_program_ends(
    start: Starter, database: Path, ignored: bool
) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else signal.SIG_DFL)
    try:
        with paced(2_000) as server:
            terminal = start(server)
            terminal.type(b"first words\r")
            assert terminal.shows("170", 60)
            terminal.type(b"half a zebra")
            assert terminal.shows("zebra", 60)
            os.close(terminal.fd)
            status: list[int] = []

            def has_ended() -> bool:
                pid, code = os.waitpid(terminal.pid, os.WNOHANG)
                status.extend([os.waitstatus_to_exitcode(code)] if pid else [])
                return bool(pid)

            await until(has_ended)
            assert status == [130]
    finally:
        signal.signal(signal.SIGHUP, before)
    archive = await Archive.open(database)
    (row,) = await archive.sessions(limit=5)
    _, conversation = await archive.load(row.id)
    said = [conversation.loaded[node.id] for node in conversation.path()]
    assert [message.role for message in said] == [Role.USER, Role.ASSISTANT]
    assert "70" in said[1].content
    assert await archive.drafts.get(row.id) == "half a zebra"
    await archive.close()
