"""kill -9 at random moments of a streaming reply: what is on disk is never far behind what was received."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from glmchat.core.conversation import Role, State
from glmchat.history import Archive
from glmchat.history.maintenance.verify import verify
from tests.e2e.paced import Stalls

# The most that may be lost, in seconds of the stream.
BEHIND_S = 0.6

# Streams into the archive and tells, before it hands a piece on, how many pieces it has received.
CHILD = """
import asyncio, os, pathlib, sys
from dataclasses import replace
from glmchat.core.conversation import Message, Role, State, new_id
from glmchat.history import Archive, Session

async def main():
    archive = await Archive.open(pathlib.Path(sys.argv[1]))
    while True:
        session = Session()
        archive.create(session)
        question = Message(new_id(), None, Role.USER, f"question to {session.id}")
        await archive.save(session.id, question)
        os.write(1, f"{session.id} {question.id}\\n".encode())
        reply = Message(new_id(), question.id, Role.ASSISTANT, state=State.STREAMING)
        for number in range(200):
            os.write(1, f"{number}\\n".encode())
            field = "reasoning" if number < 60 else "content"
            reply = replace(reply, **{field: getattr(reply, field) + f"{number} "})
            archive.save_soon(session.id, reply)
            await asyncio.sleep(0.01)
        await archive.save(session.id, replace(reply, state=State.COMPLETE))

asyncio.run(main())
"""


class Heard:
    """What the child said before it died, with the time at which each line came."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.lines: list[tuple[float, str]] = []
        self.begun = threading.Event()
        self._thread = threading.Thread(target=self._listen, args=(process,))
        self._thread.start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append((time.monotonic(), line.decode().strip()))
            self.begun.set()

    def join(self) -> None:
        self._thread.join()


@pytest.fixture
def stalls() -> Iterator[Stalls]:
    watch = Stalls()
    yield watch
    watch.close()


def run_and_kill(path: Path, after_s: float) -> tuple[Heard, float]:
    process = subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE)
    heard = Heard(process)
    assert heard.begun.wait(60)
    time.sleep(after_s)
    killed = time.monotonic()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    heard.join()
    assert process.stdout is not None
    process.stdout.close()
    return heard, killed


async def check(path: Path, heard: Heard, killed: float, stalls: Stalls) -> None:
    archive = await Archive.open(path)
    try:
        assert archive.problem is None
        session = question = 0
        received: list[tuple[float, int]] = []
        for at, line in heard.lines:
            if " " in line:
                session, question = map(int, line.split())
                received = []
            else:
                received.append((at, int(line)))
        _, conversation = await archive.load(session)
        assert conversation.loaded[question].content == f"question to {session}"
        behind = BEHIND_S + stalls.between(killed - 1.5, killed)
        must = [number for at, number in received if at < killed - behind]
        replies = [message for message in conversation.loaded.values() if message.role is Role.ASSISTANT]
        kept = replies[0].reasoning + replies[0].content if replies else ""
        assert kept == "".join(f"{number} " for number in range(len(kept.split())))
        assert len(kept.split()) >= len(must)
        assert all(reply.state in (State.CUT, State.COMPLETE) for reply in replies)
        assert not any(row.running for row in await archive.sessions())
    finally:
        await archive.close()


@pytest.mark.parametrize("seed", range(3))
async def test_killed_at_a_random_moment_it_is_hardly_behind(path: Path, seed: int, stalls: Stalls) -> None:
    heard, killed = run_and_kill(path, random.Random(seed).uniform(0, 2.5))
    await check(path, heard, killed, stalls)
    assert verify(path) == []


@pytest.mark.full
async def test_killed_two_hundred_times_it_is_hardly_behind(path: Path, stalls: Stalls) -> None:
    chance = random.Random(7)
    for _ in range(200):
        heard, killed = run_and_kill(path, chance.uniform(0, 2.5))
        await check(path, heard, killed, stalls)
    assert verify(path) == []
