"""A fault at every step between BEGIN and COMMIT: whatever it is and wherever it comes, the next save is written."""

from __future__ import annotations

import asyncio
import gzip
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from glmchat.core.conversation import Message, Role, State, new_id
from glmchat.history import Archive
from glmchat.history.maintenance.verify import verify
from tests.history.talk import Talk, begin, indexed
from tests.waiting import until

STORED = Path(__file__).parent / "stored"
WRITER = "glmchat-history-writer"


def io_error() -> BaseException:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    return error


ERRORS: dict[str, Callable[[], BaseException]] = {
    "disk": io_error,
    "full": lambda: OSError(28, "No space left on device"),
    "ours": lambda: ValueError("damaged facts"),
    "interrupt": KeyboardInterrupt,
}


class Fault:
    """Raises once, at the statement of this number that the writer runs within a transaction."""

    def __init__(self) -> None:
        self.left, self.make = 0, ERRORS["disk"]

    def arm(self, number: int, make: Callable[[], BaseException]) -> None:
        self.left, self.make = number, make

    def meet(self, connection: sqlite3.Connection) -> None:
        if self.left and connection.in_transaction and threading.current_thread().name == WRITER:
            self.left -= 1
            if not self.left:
                raise self.make()


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch) -> Fault:
    made = Fault()

    class Faulty(sqlite3.Connection):
        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            made.meet(self)
            return super().execute(*arguments)

        def executemany(self, *arguments: Any) -> sqlite3.Cursor:
            made.meet(self)
            return super().executemany(*arguments)

    whole = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **how: whole(*given, factory=Faulty, **how))
    monkeypatch.setattr("glmchat.history.writer.RETRY_S", 0.005)
    return made


def leave_streaming(path: Path, session_id: int) -> int:
    """What a process that died left behind: half a reply, with facts that nobody can read."""
    connection = sqlite3.connect(path, isolation_level=None)
    id = new_id()
    row = (session_id * 2, id, session_id)
    connection.execute(
        "INSERT INTO messages (seq, id, session_id, role, state, created_at, saved_at, owner, indexed)"
        " VALUES (?, ?, ?, 'assistant', 'streaming', 1, 1, 7, 2)",
        row,
    )
    connection.execute("INSERT INTO texts VALUES (?, 'half ', '')", row[:1])
    connection.execute("INSERT INTO parts VALUES (?, 0, 'a reply', 'why')", row[:1])
    connection.execute("INSERT INTO details (seq, facts) VALUES (?, '{damaged')", row[:1])
    connection.close()
    return id


async def say(archive: Archive, talk: Talk, place: Path) -> None:
    await talk.say("something new")


async def grow(archive: Archive, talk: Talk, place: Path) -> None:
    reply = await talk.reply("a", state=State.STREAMING)
    archive.save_soon(talk.session.id, replace(reply, content="a b"))
    await archive.flush()
    await archive.save(talk.session.id, replace(reply, content="a b c", state=State.COMPLETE))


async def index(archive: Archive, talk: Talk, place: Path) -> None:
    archive.drafts.save(talk.session.id, "typed")
    archive.prompts.add("asked")
    await archive.flush()
    await indexed(archive)


async def look_around(archive: Archive, talk: Talk, place: Path) -> None:
    leave_streaming(place / "history.db", talk.session.id)
    await archive.presence.poll()


async def purge(archive: Archive, talk: Talk, place: Path) -> None:
    other = begin(archive)
    await other.say("to be forgotten")
    await archive.delete(other.session.id)
    await archive.purge([other.session.id])


async def take_in(archive: Archive, talk: Talk, place: Path) -> None:
    other = await Archive.open(None)
    await begin(other, title="from elsewhere").say("words")
    (place / "all.json").write_text("".join([piece async for piece in other.transfer.export("json")]))
    await other.close()
    await archive.transfer.import_file(place / "all.json")


SCENARIOS = [say, grow, index, look_around, purge, take_in]


@pytest.mark.parametrize("name", ["disk", "ours", "interrupt"])
@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_the_next_save_is_written_wherever_a_fault_came(
    scenario: Callable[[Archive, Talk, Path], Awaitable[None]], name: str, fault: Fault, tmp_path: Path
) -> None:
    # Where there are many steps some are enough: they are of few kinds.
    step = 1 if scenario in (say, look_around) else 3
    for number in count(1, step if name == "disk" else step + 2):
        place = tmp_path / str(number)
        archive = await Archive.open(place / "history.db")
        talk = begin(archive)
        await talk.say("before")
        fault.arm(number, ERRORS[name])
        with suppress(Exception, KeyboardInterrupt):
            await asyncio.wait_for(scenario(archive, talk, place), 60)
        reached, fault.left = not fault.left, 0
        said = await talk.say("afterwards")
        await until(lambda archive=archive: archive.problem is None)  # type: ignore[misc]
        await archive.flush()
        await archive.close()
        assert await on_disk(place / "history.db", said) == ["afterwards"]
        assert verify(place / "history.db") == []
        if not reached:
            break
    assert number > 4


async def on_disk(path: Path, message: Message) -> list[str]:
    archive = await Archive.open(path)
    assert archive.problem is None
    found = [each.content for each in await archive.messages([message.id])]
    await archive.close()
    return found


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("version", [0, 1, 2, 3])
async def test_a_fault_while_the_file_is_opened_is_over_with_the_next_try(
    version: int, name: str, fault: Fault, tmp_path: Path
) -> None:
    step = 1 if version else 4
    for number in count(1, step if name == "disk" else step + 2):
        path = tmp_path / str(number) / "history.db"
        path.parent.mkdir()
        if version:
            path.write_bytes(gzip.decompress((STORED / f"v{version}.db.gz").read_bytes()))
        fault.arm(number, ERRORS[name])
        archive = await Archive.open(path)
        reached, fault.left = not fault.left, 0
        talk = begin(archive)
        said = await talk.say("afterwards")
        await until(lambda archive=archive: archive.problem is None)  # type: ignore[misc]
        await archive.flush()
        assert len(await archive.sessions()) == (2 if version else 1)
        await archive.close()
        assert await on_disk(path, said) == ["afterwards"]
        if not reached:
            break
    assert number > 4


async def test_a_rollback_that_fails_costs_the_connection_and_not_the_history(
    fault: Fault, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = await Archive.open(path)
    talk = begin(archive)
    await talk.say("before")
    stuck = iter([True])

    def refuse(connection: sqlite3.Connection) -> bool:
        fault.left = 0
        return False if next(stuck, False) else not connection.in_transaction

    monkeypatch.setattr("glmchat.history.connection.roll_back", lambda connection: False)
    monkeypatch.setattr("glmchat.history.writer.roll_back", refuse)
    fault.arm(3, io_error)
    said = await talk.say("while it failed")
    await until(lambda: archive.problem is None)
    await archive.close()
    monkeypatch.undo()
    assert await on_disk(path, said) == ["while it failed"]


async def test_a_reply_left_by_the_dead_is_whole_though_its_facts_are_damaged(
    archive: Archive, talk: Talk, path: Path
) -> None:
    await talk.say("x")
    await archive.presence.poll()
    left = leave_streaming(path, talk.session.id)
    assert await archive.presence.poll()
    connection = sqlite3.connect(path)
    row = connection.execute(
        "SELECT m.state, t.content, t.reasoning, m.size FROM messages m JOIN texts t USING (seq) WHERE m.id = ?",
        (left,),
    ).fetchone()
    connection.close()
    assert row == ("cut", "half a reply", "why", 7)
    assert await archive.save(talk.session.id, Message(new_id(), None, Role.USER, "and on"))


async def test_what_a_trigger_refuses_is_told_once_and_kept_in_memory(
    path: Path, problems: list[Any]
) -> None:
    archive = await Archive.open(path, problems.append)
    talk = begin(archive)
    await talk.say("before")
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TRIGGER no BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'not today'); END"
    )
    connection.close()
    said = await talk.say("refused")
    await talk.say("refused again")
    await until(lambda: bool(problems))
    assert [problem.kind for problem in problems] == ["refused"]
    assert "not today" in problems[0].sentence
    assert archive.unsaved == 2
    assert (await archive.load(talk.session.id))[1].loaded[said.id].content == "refused"
    assert not await archive.save(talk.session.id, said)
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER no")
    connection.close()
    assert await archive.save(talk.session.id, said)
    assert archive.unsaved == 1
    await archive.close()
