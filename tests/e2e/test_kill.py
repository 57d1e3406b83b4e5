"""kill -9 of the whole program at random moments of a stream: what is on disk is never far behind what was sent."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from glmchat.core.conversation import Role, State
from glmchat.history import Archive
from glmchat.history.maintenance.verify import verify
from tests.e2e.conftest import Starter, output
from tests.e2e.paced import Paced, Stalls, paced

# The most that may be lost, in seconds of the stream.
BEHIND_S = 0.6


@pytest.fixture
def stalls() -> Iterator[Stalls]:
    watch = Stalls()
    yield watch
    watch.close()


def run_and_kill(start: Starter, server: Paced, prompt: str, after_s: float) -> float:
    """Ask, and kill the program so long after; returns when that was."""
    terminal = start(server)
    terminal.type(prompt.encode() + b"\r")
    terminal.pump(after_s)
    killed = time.monotonic()
    os.kill(terminal.pid, signal.SIGKILL)
    os.waitpid(terminal.pid, 0)
    os.close(terminal.fd)
    assert "in memory only" not in output(terminal)
    return killed


async def check(database: Path, server: Paced, stalls: Stalls, prompt: str, killed: float) -> float:
    """Compare what was sent with what is on disk; returns how many seconds of the stream were lost."""
    sent = list(server.sent.get(prompt, ()))
    archive = await Archive.open(database)
    try:
        assert archive.problem is None
        rows = await archive.sessions(limit=5)
        row = next((row for row in rows if row.title == prompt), None)
        if not sent:
            return 0.0  # killed before the request left
        assert row is not None, "the session is lost"
        assert not row.running
        _, conversation = await archive.load(row.id)
        question, *replies = (conversation.loaded[node.id] for node in conversation.path())
        assert (question.role, question.content) == (Role.USER, prompt)
        kept = "".join(reply.reasoning + reply.content for reply in replies)
        count = len(kept.split())
        assert kept == "".join(f"{number} " for number in range(count))
        assert all(reply.state is State.CUT for reply in replies)
        lost = [at for at, number in sent if number >= count and at < killed]
        behind = killed - lost[0] if lost else 0.0
        assert behind <= BEHIND_S + stalls.between(killed - 1.5, killed), f"{behind:.3f} s are lost"
        return behind
    finally:
        await archive.close()


async def kills(
    start: Starter, database: Path, stalls: Stalls, count: int, chance: random.Random
) -> list[float]:
    behind = []
    with paced() as server:
        for number in range(count):
            prompt = f"question {number}"
            killed = run_and_kill(start, server, prompt, chance.uniform(0.0, 2.5))
            behind.append(await check(database, server, stalls, prompt, killed))
    assert verify(database) == []
    return behind


async def test_killed_at_random_moments_it_is_hardly_behind(
    start: Starter, database: Path, stalls: Stalls
) -> None:
    await kills(start, database, stalls, 4, random.Random(3))


@pytest.mark.full
@pytest.mark.parametrize("half", range(2))
async def test_killed_two_hundred_times_it_is_hardly_behind(
    start: Starter, database: Path, stalls: Stalls, half: int
) -> None:
    behind = sorted(await kills(start, database, stalls, 100, random.Random(100 + half)))
    print(
        f"seconds lost: median {behind[50]:.3f}, 95 % {behind[95]:.3f}, most {behind[-1]:.3f}; "
        f"the machine itself was late by {stalls.between(0, time.monotonic()):.1f} s in all"
    )
