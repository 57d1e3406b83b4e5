from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from glmchat.core.conversation import Message, Role, State, new_id
from glmchat.history import Archive, connection, processes
from glmchat.history.maintenance.verify import verify
from tests.history.talk import Talk, begin

WRITERS = 4
EACH = 40

WRITE = f"""
import asyncio, pathlib, sys
from dataclasses import replace
from glmchat.core.conversation import Message, Role, State, new_id
from glmchat.history import Archive, Session

async def main():
    archive = await Archive.open(pathlib.Path(sys.argv[1]), lambda problem: print(problem, file=sys.stderr))
    session = Session(title=sys.argv[2])
    archive.create(session)
    for number in range({EACH}):
        question = Message(new_id(), None, Role.USER, f"{{sys.argv[2]}} asks {{number}}")
        assert await archive.save(session.id, question)
        reply = Message(new_id(), question.id, Role.ASSISTANT, "", state=State.STREAMING)
        for piece in range(5):
            reply = replace(reply, content=reply.content + f"piece {{piece}} ")
            archive.save_soon(session.id, reply)
            await asyncio.sleep(0.002)
        assert await archive.save(session.id, replace(reply, state=State.COMPLETE))
    assert archive.problem is None
    await archive.close()

asyncio.run(main())
"""

# Opens the archive, leaves a reply streaming, says so, and waits to be told to go on.
STREAM = """
import asyncio, pathlib, sys
from dataclasses import replace
from glmchat.core.conversation import Message, Role, State, new_id
from glmchat.history import Archive, Session

async def main():
    archive = await Archive.open(pathlib.Path(sys.argv[1]))
    session = Session(title="streams")
    archive.create(session)
    question = Message(new_id(), None, Role.USER, "q")
    await archive.save(session.id, question)
    reply = Message(new_id(), question.id, Role.ASSISTANT, "first ", "why ", state=State.STREAMING)
    await archive.save(session.id, reply)
    await archive.save(session.id, replace(reply, content="first second", reasoning="why not"))
    await archive.presence.enter(session.id)
    print(session.id, reply.id, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await archive.save(session.id, replace(reply, content="first second third", state=State.COMPLETE))
    await archive.close()

asyncio.run(main())
"""


def stream(path: Path) -> tuple[subprocess.Popen[str], int, int]:
    process = subprocess.Popen(
        [sys.executable, "-c", STREAM, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    session, reply = process.stdout.readline().split()
    return process, int(session), int(reply)


def end(process: subprocess.Popen[str], kill: bool = False) -> None:
    if kill:
        process.send_signal(signal.SIGKILL)
    process.communicate("\n" if not kill else None)


async def test_four_processes_write_at_once_and_lose_nothing(path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, str(path), f"writer{number}"], stderr=subprocess.PIPE, text=True
        )
        for number in range(WRITERS)
    ]
    for process in processes:
        _, said = process.communicate()
        assert process.returncode == 0 and not said, said
    archive = await Archive.open(path)
    rows = await archive.sessions()
    assert sorted(row.title for row in rows) == [f"writer{number}" for number in range(WRITERS)]
    assert [row.messages for row in rows] == [2 * EACH] * WRITERS
    for row in rows:
        _, conversation = await archive.load(row.id, recent=0)
        texts = {message.content for message in await archive.messages(list(conversation.nodes))}
        assert texts == {f"{row.title} asks {number}" for number in range(EACH)} | {
            "".join(f"piece {n} " for n in range(5))
        }
    await archive.close()
    assert verify(path) == []


def test_a_file_that_another_process_just_begins_is_waited_for(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.prepare(path)
    other, ours = sqlite3.connect(path, isolation_level=None), connection.connect(path, write=True)
    other.execute("CREATE TABLE begun (x)")
    other.execute("BEGIN IMMEDIATE")
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            other.execute("ROLLBACK")

    monkeypatch.setattr(connection, "sleep", sleep)
    assert connection.set_up_for_writing(ours)
    assert len(waited) == 3
    ours.close()
    other.close()


async def test_reply_of_a_killed_process_is_marked_as_cut_and_whole_as_far_as_it_came(path: Path) -> None:
    process, session, reply = stream(path)
    end(process, kill=True)
    archive = await Archive.open(path)
    _, conversation = await archive.load(session)
    message = conversation.loaded[reply]
    assert (message.state, message.content, message.reasoning) == (State.CUT, "first second", "why not")
    assert [hit.message_id for hit in await archive.search.find("second")] == [reply]
    await archive.close()


async def test_reply_of_a_living_process_is_left_alone(path: Path) -> None:
    process, session, reply = stream(path)
    archive = await Archive.open(path)
    assert (await archive.messages([reply]))[0].state is State.STREAMING
    assert (await archive.sessions())[0].running
    assert await archive.presence.enter(session) == 1
    await archive.presence.poll()
    end(process)
    assert process.returncode == 0
    assert await archive.presence.poll()
    assert not await archive.presence.poll()
    assert (await archive.messages([reply]))[0].content == "first second third"
    assert await archive.presence.enter(session) == 0
    await archive.close()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system does not tell when one started")
@pytest.mark.parametrize("by", ["this process", "a stranger"])
async def test_number_of_a_dead_process_used_again_does_not_keep_its_reply_alive(
    archive: Archive, path: Path, by: str
) -> None:
    process, _, reply = stream(path)
    end(process, kill=True)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True) as stranger:
        pid = os.getpid() if by == "this process" else stranger.pid
        connection = sqlite3.connect(path)
        connection.execute("UPDATE processes SET pid = ? WHERE pid = ?", (pid, process.pid))
        connection.commit()
        connection.close()
        other = await Archive.open(path)
        assert (await other.messages([reply]))[0].state is State.CUT
        await other.close()
        stranger.communicate("\n")


async def test_reply_from_before_a_restart_of_the_machine_is_cut(archive: Archive, path: Path) -> None:
    process, _, reply = stream(path)
    end(process, kill=True)
    connection = sqlite3.connect(path)
    connection.execute(
        "UPDATE processes SET machine = replace(machine, '-', '+') WHERE pid = ?", (process.pid,)
    )
    connection.commit()
    connection.close()
    other = await Archive.open(path)
    assert (await other.messages([reply]))[0].state is State.CUT
    await other.close()


async def test_poll_tells_of_others_and_not_of_itself(archive: Archive, talk: Talk, path: Path) -> None:
    await archive.presence.poll()
    await talk.say("mine")
    assert not await archive.presence.poll()
    other = await Archive.open(path)
    theirs = begin(other, title="theirs")
    await theirs.say("hello")
    assert await archive.presence.poll()
    assert {row.title for row in await archive.sessions()} == {"mine", "theirs"}
    await other.close()


async def test_session_shown_here_and_elsewhere_is_noticed(archive: Archive, talk: Talk, path: Path) -> None:
    await talk.say("x")
    other = await Archive.open(path)
    assert await archive.presence.enter(talk.session.id) == 0
    assert await other.presence.enter(talk.session.id) == 1
    assert await archive.presence.enter(talk.session.id) == 1
    await other.presence.exit(talk.session.id)
    assert await archive.presence.enter(talk.session.id) == 0
    await other.close()


async def test_cancelled_save_is_still_written(archive: Archive, talk: Talk) -> None:
    message = Message(new_id(), None, Role.USER, "kept")
    saving = asyncio.create_task(archive.save(talk.session.id, message))
    await asyncio.sleep(0)
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    await archive.flush()
    assert [each.content for each in await archive.messages([message.id])] == ["kept"]


async def test_process_that_dies_while_we_run_is_noticed_by_polling(archive: Archive, path: Path) -> None:
    process, session, reply = stream(path)
    await archive.presence.poll()
    end(process, kill=True)
    assert await archive.presence.poll()
    assert not await archive.presence.poll()
    assert (await archive.messages([reply]))[0].state is State.CUT
    assert [row.running for row in await archive.sessions()] == [False]
    assert session


def test_program_that_ends_without_closing_still_writes_what_waits(path: Path) -> None:
    script = (
        "import asyncio, pathlib, sys\n"
        "from glmchat.core.conversation import Message, Role, new_id\n"
        "from glmchat.history import Archive, Session\n"
        "async def main():\n"
        "    archive = await Archive.open(pathlib.Path(sys.argv[1]))\n"
        "    session = Session()\n"
        "    archive.create(session)\n"
        "    archive.save_soon(session.id, Message(new_id(), None, Role.USER, 'last words'))\n"
        "    raise SystemExit(3)\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (3, "")
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT content FROM texts").fetchall() == [("last words",)]
    connection.close()


@pytest.mark.skipif(not Path("/bin/ps").exists(), reason="this system has no ps")
def test_a_process_is_told_from_a_later_one_of_its_number_where_there_is_no_proc() -> None:
    start = processes._started_by_ps(os.getpid())
    assert start
    assert start == processes._started_by_ps(os.getpid())
    assert processes._started_by_ps(999_999_999) == ""
