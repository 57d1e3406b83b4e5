"""Any order of saying, growing, changing, deleting and starting again leaves on disk what was meant."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from glmchat.core.conversation import Message, Role, State, new_id
from glmchat.history import Archive, Session
from glmchat.history.maintenance.verify import verify
from tests.history.talk import indexed

WORDS = ["stable", "sort", "北京", "烤鸭", "Ünï", "a", "\n", "x" * 3000, "\U0001f600", "\0"]


class Model:
    """What the archive should hold."""

    def __init__(self, seed: int, path: Path) -> None:
        self.chance, self.path = random.Random(seed), path
        self.sessions: list[Session] = []
        self.messages: dict[int, tuple[int, Message]] = {}
        self.deleted: set[int] = set()
        self.archive: Archive

    def text(self) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(0, 5)))

    async def say(self) -> None:
        if not self.sessions or self.chance.random() < 0.15:
            self.sessions.append(Session())
            self.archive.create(self.sessions[-1])
        session = self.chance.choice(self.sessions)
        others = [id for id, (owner, _) in self.messages.items() if owner == session.id]
        parent = self.chance.choice([None, *others])
        state = self.chance.choice([State.COMPLETE, State.STREAMING])
        await self.keep(
            session.id, Message(new_id(), parent, Role.ASSISTANT, self.text(), self.text(), state=state)
        )

    async def change(self) -> None:
        if not self.messages:
            return
        session, message = self.messages[self.chance.choice(list(self.messages))]
        match self.chance.randrange(4):
            case 0:
                message = replace(message, content=message.content + self.text())
            case 1:
                message = replace(message, reasoning=message.reasoning + self.text())
            case 2:
                message = replace(message, content=self.text(), reasoning=self.text(), model=self.text())
            case _:
                message = replace(message, state=self.chance.choice(list(State)))
        await self.keep(session, message)

    async def keep(self, session: int, message: Message) -> None:
        self.messages[message.id] = (session, message)
        if self.chance.random() < 0.5:
            self.archive.save_soon(session, message)
        else:
            assert await self.archive.save(session, message, synced=False)

    async def delete(self) -> None:
        if self.messages:
            id = self.chance.choice(list(self.messages))
            await self.archive.flush()
            if id in self.deleted:
                await self.archive.undelete_messages([id])
                self.deleted.discard(id)
            else:
                await self.archive.delete_messages([id])
                self.deleted.add(id)

    async def restart(self) -> None:
        await self.archive.close()
        self.archive = await Archive.open(self.path)
        # Nobody streams any more.
        for id, (session, message) in self.messages.items():
            if message.state is State.STREAMING:
                self.messages[id] = (session, replace(message, state=State.CUT))

    async def check(self) -> None:
        await self.archive.flush()
        for session in self.sessions:
            mine = {id: message for id, (owner, message) in self.messages.items() if owner == session.id}
            if not mine:
                continue
            _, conversation = await self.archive.load(session.id)
            assert set(conversation.nodes) == set(mine) - self.deleted
            assert {message.id: message for message in await self.archive.messages(list(mine))} == mine
        await indexed(self.archive)
        for word in ("stable", "北京", "ünï", "鸭"):
            wanted = {
                (id, field)
                for id, (_, message) in self.messages.items()
                for field in ("content", "reasoning")
                if message.state is not State.STREAMING
                and id not in self.deleted
                and word in getattr(message, field).lower()
            }
            hits = await self.archive.search.find(f"{word} in:text in:thinking", 1000)
            assert {(hit.message_id, hit.field) for hit in hits} == wanted


async def play(seed: int, path: Path, steps: int) -> None:
    model = Model(seed, path)
    model.archive = await Archive.open(path)
    for _ in range(steps):
        await model.chance.choices(
            [model.say, model.change, model.delete, model.restart, model.check], [6, 8, 1, 0.4, 0.6]
        )[0]()
    await model.check()
    await model.archive.close()
    assert verify(path) == []


@pytest.mark.parametrize("seed", range(4))
async def test_random_changes_leave_what_was_meant(path: Path, seed: int) -> None:
    await play(seed, path, 80)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(100, 160))
async def test_many_random_changes_leave_what_was_meant(path: Path, seed: int) -> None:
    await play(seed, path, 400)
