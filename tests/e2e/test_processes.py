"""Several chats on one database, as real programs."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from glmchat.core.conversation import State
from glmchat.history import Archive
from glmchat.history.maintenance.verify import verify
from tests.benchmarks.pseudo_terminal import PseudoTerminal
from tests.e2e.conftest import Starter, output
from tests.e2e.paced import paced


def complete(database: Path) -> int:
    """How many replies are whole on disk."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        sql = "SELECT count(*) FROM messages WHERE role = 'assistant' AND state = 'complete'"
        return int(connection.execute(sql).fetchone()[0])


def read_until(chats: list[PseudoTerminal], found: Callable[[], bool]) -> None:
    """Read what all of them write, so that none waits for its terminal, until something holds."""
    end = time.monotonic() + 60
    while not found():
        assert time.monotonic() < end, "\n\n".join(map(output, chats))
        for chat in chats:
            chat.pump(0.02)


@pytest.mark.parametrize("count", [2, 4])
async def test_programs_share_a_database(start: Starter, database: Path, count: int) -> None:
    with paced(40) as server:
        chats = [start(server) for _ in range(count)]
        chats[0].resize(140, 40)  # where there is room for the list of sessions beside the parameters
        read_until(chats, lambda: "Sessions" in chats[0].text())
        for place, turn in enumerate(("first", "second"), 1):
            prompts = [f"{turn} of {number}" for number in range(count)]
            for chat, prompt in zip(chats, prompts, strict=True):
                chat.type(prompt.encode() + b"\r")
            read_until(chats, lambda: complete(database) == count * place)  # noqa: B023
        # Each lists the sessions of the others after a moment.
        read_until(chats, lambda: f"first of {count - 1}" in chats[0].text())
        for chat in chats:
            chat.type(b"\x11")
            assert chat.wait_for(b"--resume", 60) is not None
            assert "in memory only" not in output(chat)
    archive = await Archive.open(database)
    rows = await archive.sessions()
    assert sorted(row.title for row in rows) == [f"first of {number}" for number in range(count)]
    for row in rows:
        _, conversation = await archive.load(row.id)
        path = [conversation.loaded[node.id] for node in conversation.path()]
        assert [message.state for message in path] == [State.COMPLETE] * 4
        assert all((reply.reasoning + reply.content).split()[-1] == "39" for reply in path[1::2])
    await archive.close()
    assert verify(database) == []
