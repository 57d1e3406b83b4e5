"""A server that misbehaves at random under the whole workspace and a real archive: nothing is lost, nothing leaks."""

from __future__ import annotations

import asyncio
import gc
import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from glmchat.api.endpoint import Endpoint, Timeouts
from glmchat.core.conversation import Role, State
from glmchat.history import Archive
from glmchat.workspace import Dependencies, Preferences, Workspace
from glmchat.workspace.changes import Noticed, ReplyFinished
from tests.waiting import until
from tests.wire.moods import IDLE_S, Plan, plan
from tests.wire.server import Received, Reply, Server, free_port, serving
from tests.workspace.watching import Watch

LIMIT_S = 30.0


class Chaos:
    """A workspace that talks to a server of random moods, and what each turn must have left behind."""

    def __init__(self, workspace: Workspace, server: Server, rng: random.Random, big: bool) -> None:
        self.workspace, self.server, self.rng, self.big = workspace, server, rng, big
        self.watch = Watch(workspace)
        self.expected: dict[
            int, tuple[str, Plan, str]
        ] = {}  # by the reply: prompt, plan, text that must be there
        self.done: Counter[str] = Counter()

    async def turn(self, number: int) -> None:
        """Ask once; stop it where the plan says so, sometimes twice."""
        todo = plan(self.rng, big=self.big)
        self.server.answer = todo.reply
        where = "nowhere" if todo.refuse else "patient" if todo.cancel else "chaos"
        session = self.workspace.current
        session.endpoint = self.workspace.endpoints[where]
        if session.conversation.nodes and self.rng.random() < 0.15:
            session = self.workspace.sessions.new_session()
            session.endpoint = self.workspace.endpoints[where]
        prompt = f"prompt {number} \x1b[2J {self.rng.random()}"
        ended = len(self.watch.of(ReplyFinished))
        self.workspace.replies.send(prompt)
        running = session.running
        assert running is not None
        if todo.cancel:
            await self.watch.until(lambda: running.reply.content == todo.content)
            for _ in range(self.rng.randint(1, 4)):  # as an impatient finger on Esc
                self.workspace.replies.stop_reply(running.message_id, session)
                await asyncio.sleep(0)
        async with asyncio.timeout(LIMIT_S):
            await self.watch.until(lambda: len(self.watch.of(ReplyFinished)) > ended)
        message = session.conversation.loaded[running.message_id]
        assert message.state in todo.states, (todo.name, message.failure)
        assert message.content == todo.content, todo.name
        self.expected[message.id] = (prompt, todo, message.content)
        self.done[todo.name] += 1

    async def nothing_is_left_open(self, sockets: int) -> None:
        """Every connection is closed on both sides."""
        await until(lambda: self.server.open_connections <= sockets)


async def chaos(path: Path, seed: int, turns: int, *, big: bool) -> Counter[str]:
    gc.collect()
    before, tasks = descriptors(), asyncio.all_tasks()
    timeouts = Timeouts(connect=2, idle=IDLE_S)

    def answered(request: Received) -> Reply:
        raise AssertionError("no plan")

    async with serving(answered) as server:
        endpoints = {
            "chaos": Endpoint("chaos", server.base_url, timeouts=timeouts),
            "patient": Endpoint("patient", server.base_url, timeouts=Timeouts(connect=2, idle=60)),
            "nowhere": Endpoint("nowhere", f"http://127.0.0.1:{free_port()}/v1", timeouts=timeouts),
        }
        archive = await Archive.open(path)
        means = Dependencies(archive, endpoints, "chaos", "z-ai/glm-4.5", preferences=Preferences(retries=0))
        workspace = Workspace(means)
        await workspace.start()
        all_chaos = Chaos(workspace, server, random.Random(seed), big)
        for number in range(turns):
            await all_chaos.turn(number)
        await all_chaos.nothing_is_left_open(0)
        told = [change.sentence for change in all_chaos.watch.of(Noticed)]
        assert not [sentence for sentence in told if "went wrong inside" in sentence]
        await workspace.aclose()
    await kept(path, all_chaos)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == tasks
    gc.collect()
    assert descriptors() == before
    return all_chaos.done


def descriptors() -> int:
    """Open files and sockets of this process."""
    return len(list(Path("/proc/self/fd").iterdir()))


async def kept(path: Path, all_chaos: Chaos) -> None:
    """On disk stands every prompt, and every reply as far as it had come, in one unbroken tree."""
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        ids = [row[0] for row in connection.execute("SELECT id FROM messages")]
    connection.close()
    archive = await Archive.open(path)
    found = {message.id: message for message in await archive.messages(ids)}
    for id, (prompt, todo, content) in all_chaos.expected.items():
        reply = found[id]
        assert reply.parent_id is not None
        parent = found[reply.parent_id]
        assert (parent.role, parent.content) == (Role.USER, prompt)
        assert reply.content == content, todo.name
        assert reply.state in todo.states
        assert parent.parent_id is None or parent.parent_id in found
        assert reply.state is not State.STREAMING
    await archive.close()


pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="it counts descriptors in /proc")


async def test_a_misbehaving_server_costs_the_workspace_nothing(tmp_path: Path) -> None:
    await chaos(tmp_path / "history.db", 21, 40, big=False)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(5))
async def test_five_hundred_turns_cost_the_workspace_nothing(tmp_path: Path, seed: int) -> None:
    done = await chaos(tmp_path / "history.db", 100 + seed, 100, big=True)
    print(f"seed {seed}: {sum(done.values())} turns, {dict(sorted(done.items()))}")
