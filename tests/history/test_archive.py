from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from glmchat.core.attached import Attached, Attachment, Kind, digest_of
from glmchat.core.conversation import Message, Role, State, new_id
from glmchat.history import Archive, Mode, Session, messages, schema, sessions
from glmchat.history.connection import connect
from glmchat.history.maintenance.verify import verify
from glmchat.history.records import first_seq
from tests.history.talk import WHOLE, Talk, begin, indexed


async def test_session_without_messages_leaves_nothing(archive: Archive, talk: Talk) -> None:
    await archive.update_session(talk.session.id, title="never said")
    assert await archive.sessions() == []
    with pytest.raises(KeyError):
        await archive.load(new_id())


async def test_first_message_brings_the_session_with_what_was_changed_before(
    archive: Archive, talk: Talk
) -> None:
    await archive.update_session(talk.session.id, model="m", values={"top_k": 3}, tags=("work",), system="s")
    await talk.say("\n  What is   a sort?\nmore")
    (row,) = await archive.sessions()
    assert (row.title, row.model, row.tags, row.messages) == ("What is a sort?", "m", ("work",), 1)
    session, conversation = await archive.load(row.id)
    assert session.values == {"top_k": 3}
    assert session.system == "s"
    assert [message.content for message in conversation.loaded.values()] == ["\n  What is   a sort?\nmore"]


async def test_message_comes_back_with_all_its_fields(path: Path) -> None:
    archive = await Archive.open(path)
    session = Session()
    archive.create(session)
    assert await archive.save(session.id, WHOLE)
    await archive.close()
    archive = await Archive.open(path)
    (back,) = await archive.messages([WHOLE.id], logprobs=True)
    loaded, _ = await archive.load(session.id)
    await archive.close()
    assert back == replace(WHOLE, content="answer \U0001f600 end")
    assert loaded.costs == {"CNY": 0.25}


@pytest.mark.parametrize(
    "name", ["finish_reason", "native_finish_reason", "model", "provider", "response_id"]
)
async def test_half_a_character_in_what_a_server_names_is_no_reason_to_lose_the_reply(
    archive: Archive, talk: Talk, name: str
) -> None:
    said = await talk.reply("an answer", **{name: "fin\ud83d"}, settings={"stop": "x\ud83d", "seed": 1 << 70})
    assert archive.unsaved == 0
    (back,) = await archive.messages([said.id])
    assert (back.content, str(getattr(back, name))[:3]) == ("an answer", "fin")


async def test_writing_a_message_again_keeps_the_logprobs_it_was_read_without(
    archive: Archive, talk: Talk
) -> None:
    first = await talk.say("a", logprobs={"content": [1]})
    (read,) = await archive.messages([first.id])
    assert read.logprobs is None
    await archive.save(talk.session.id, replace(read, content="b"))
    (again,) = await archive.messages([first.id], logprobs=True)
    assert (again.content, again.logprobs) == ("b", {"content": [1]})


async def test_streaming_reply_is_readable_from_another_archive_while_it_grows(
    archive: Archive, talk: Talk, path: Path
) -> None:
    question = await talk.say("q")
    reply = Message(new_id(), question.id, Role.ASSISTANT, "", "th", state=State.STREAMING)
    other = await Archive.open(path)
    try:
        for number in range(5):
            reply = replace(reply, content=reply.content + f" w{number}", reasoning=reply.reasoning + ".")
            archive.save_soon(talk.session.id, reply)
            await archive.flush()
            (seen,) = await other.messages([reply.id])
            assert (seen.content, seen.reasoning, seen.state) == (
                reply.content,
                reply.reasoning,
                State.STREAMING,
            )
        resorted = replace(reply, content="new", reasoning="other")
        await archive.save(talk.session.id, resorted)
        assert (await other.messages([reply.id]))[0].content == "new"
        await archive.save(talk.session.id, replace(resorted, state=State.COMPLETE, content="new end"))
        assert (await other.messages([reply.id]))[0].content == "new end"
    finally:
        await other.close()


async def test_last_of_many_quick_saves_is_what_is_kept(archive: Archive, talk: Talk) -> None:
    reply = await talk.reply("")
    for number in range(500):
        archive.save_soon(talk.session.id, replace(reply, content="x" * number))
    await archive.flush()
    assert (await archive.messages([reply.id]))[0].content == "x" * 499


async def test_save_soon_is_written_without_a_flush(archive: Archive, talk: Talk, path: Path) -> None:
    reply = await talk.reply("")
    archive.save_soon(talk.session.id, replace(reply, content="soon"))
    other = await Archive.open(path)
    try:
        async with asyncio.timeout(60):
            while (await other.messages([reply.id]))[0].content != "soon":
                pass
    finally:
        await other.close()


async def test_tree_keeps_siblings_and_the_branch_that_is_read(archive: Archive, talk: Talk) -> None:
    question = await talk.say("q")
    first = await talk.reply("one")
    second = await talk.reply("two", parent_id=question.id)
    aside = await talk.reply("given up", parent_id=question.id, attempt=True)
    _, conversation = await archive.load(talk.session.id)
    assert conversation.children(question.id) == [first.id, second.id, aside.id]
    assert conversation.leaf_id == second.id
    await archive.update_session(talk.session.id, leaf_id=first.id)
    assert (await archive.load(talk.session.id))[1].leaf_id == first.id


async def test_only_the_last_texts_of_a_long_branch_are_loaded(archive: Archive, talk: Talk) -> None:
    said = [await talk.say(f"m{number}") for number in range(30)]
    _, conversation = await archive.load(talk.session.id, recent=4)
    assert len(conversation.nodes) == 30
    assert list(conversation.loaded) == [message.id for message in said[-4:]]
    older = await archive.messages([said[2].id, new_id(), said[0].id])
    assert [message.content for message in older] == ["m2", "m0"]


async def test_deleted_branch_leaves_the_tree_and_comes_back(archive: Archive, talk: Talk) -> None:
    await talk.say("q")
    reply = await talk.reply("a")
    await archive.delete_messages([reply.id])
    _, conversation = await archive.load(talk.session.id)
    assert reply.id not in conversation.nodes
    assert await archive.search.find("a", 5) == []
    await archive.undelete_messages([reply.id])
    assert reply.id in (await archive.load(talk.session.id))[1].nodes


async def test_list_is_pinned_first_then_newest_and_paged(
    archive: Archive, talk: Talk, other_talk: Talk
) -> None:
    await talk.say("older")
    await other_talk.say("newer")
    assert [row.title for row in await archive.sessions()] == ["newer", "older"]
    await archive.update_session(talk.session.id, pinned=True, unread=True)
    rows = await archive.sessions()
    assert [(row.title, row.pinned, row.unread) for row in rows] == [
        ("older", True, True),
        ("newer", False, False),
    ]
    assert [row.title for row in await archive.sessions(offset=1, limit=1)] == ["newer"]
    assert await archive.newest() == other_talk.session.id
    assert await archive.count() == 2


async def test_bin_keeps_a_session_until_it_is_purged(archive: Archive, talk: Talk, path: Path) -> None:
    await talk.say("Zanzibar secret", settings={"top_k": 1}, system="Quixotic prompt", sent={"a": 1})
    await archive.delete(talk.session.id)
    assert await archive.sessions() == []
    assert await archive.search.find("Zanzibar") == []
    assert [row.title for row in await archive.sessions(in_bin=True)] == ["Zanzibar secret"]
    await archive.undelete(talk.session.id)
    assert len(await archive.search.find("Zanzibar")) == 2
    archive.prompts.add("Zanzibar secret")
    archive.prompts.add("something else")
    await archive.delete(talk.session.id)
    assert await archive.purge(older_than_s=3600) == 0
    assert await archive.purge() == 1
    assert await archive.count(in_bin=True) == 0
    assert await archive.prompts.recent() == ["something else"]
    for place in path.parent.iterdir():
        assert not [word for word in (b"anzibar", b"uixotic") if word in place.read_bytes()]


async def test_index_forgets_what_was_purged_and_keeps_the_rest(archive: Archive, path: Path) -> None:
    kept = begin(archive)
    await kept.say("aardvarks remain 北京")
    for number in range(12):
        talk = begin(archive)
        await talk.say(f"zanzibar {number} " * 50, reasoning="quixotic")
        await indexed(archive)
        await archive.delete(talk.session.id)
    assert await archive.purge() == 12
    connection = sqlite3.connect(path)
    async with asyncio.timeout(60):
        while connection.execute("SELECT 1 FROM meta").fetchone():
            await archive.flush()
    (segments,) = connection.execute("SELECT count(DISTINCT segid) FROM search_content_idx").fetchone()
    (thoughts,) = connection.execute("SELECT count(*) FROM search_reasoning_idx").fetchone()
    connection.close()
    assert (segments, thoughts) == (1, 0)
    assert [hit.field for hit in await archive.search.find("aardvark")] == ["title", "content"]
    assert len(await archive.search.find("北京 in:text")) == 1
    await archive.close()
    assert verify(path) == []
    assert b"zanzibar" not in path.read_bytes()


async def test_bin_is_emptied_of_what_is_thirty_days_old(
    archive: Archive, talk: Talk, other_talk: Talk
) -> None:
    await talk.say("long gone")
    await other_talk.say("just gone")
    await archive.delete(talk.session.id, other_talk.session.id)
    await archive.update_session(talk.session.id, deleted_at=time.time() - 31 * 86400)
    await archive.maintenance.tidy()
    assert [row.title for row in await archive.sessions(in_bin=True)] == ["just gone"]


async def test_running_mark_shows_in_the_list(archive: Archive, talk: Talk) -> None:
    await talk.reply("", state=State.STREAMING)
    assert (await archive.sessions())[0].running


async def test_small_things_are_remembered(archive: Archive, talk: Talk, path: Path) -> None:
    archive.drafts.save(None, "new one")
    archive.drafts.save(talk.session.id, "half a sen")
    for text in ("one", "two", "one"):
        archive.prompts.add(text)
        await archive.flush()
    await archive.endpoints.save_learned("https://x", {"no_stream": True})
    await archive.endpoints.save_models("https://x", [{"id": "m"}])
    await archive.close()
    again = await Archive.open(path)
    assert (await again.drafts.get(None), await again.drafts.get(talk.session.id)) == (
        "new one",
        "half a sen",
    )
    assert await again.prompts.recent() == ["one", "two"]
    assert await again.endpoints.learned("https://x") == {"no_stream": True}
    assert await again.endpoints.learned("https://y") is None
    models = await again.endpoints.models("https://x")
    assert models is not None
    assert models.list == [{"id": "m"}]
    again.drafts.save(None, "")
    await again.flush()
    assert await again.drafts.get(None) == ""
    await again.close()


async def test_a_picture_of_a_draft_stays_while_another_session_is_purged(
    archive: Archive, talk: Talk, path: Path
) -> None:
    data = b"a picture"
    picture = Attachment(Kind.PICTURE, "clipboard.png", digest_of(data), len(data), type="image/png")
    archive.drafts.save(None, "", [Attached(picture, data), "notes.md"])
    await talk.say("gone")
    await archive.purge([talk.session.id])
    assert await archive.drafts.attached(None) == (picture, "notes.md")
    assert await archive.contents([picture.digest]) == {picture.digest: data}
    archive.drafts.save(None, "")
    await archive.flush()
    assert await archive.contents([picture.digest]) == {}
    assert not list(path.parent.glob("pictures/*"))


async def test_incognito_archive_works_and_touches_no_disk(tmp_path: Path) -> None:
    archive = await Archive.open(None)
    session = Session()
    archive.create(session)
    await archive.save(session.id, Message(new_id(), None, Role.USER, "whisper"))
    assert archive.mode is Mode.MEMORY
    assert len(await archive.search.find("whisper")) == 2
    assert (await archive.load(session.id))[1].nodes
    await archive.close()
    assert list(tmp_path.iterdir()) == []


async def test_directory_and_files_are_private_whatever_the_umask(tmp_path: Path) -> None:
    script = (
        "import asyncio, os, sys, pathlib\n"
        "from glmchat.history import Archive, Session\n"
        "from glmchat.core.conversation import Message, Role, new_id\n"
        "os.umask(int(sys.argv[2], 8))\n"
        "async def main():\n"
        "    archive = await Archive.open(pathlib.Path(sys.argv[1]))\n"
        "    session = Session()\n"
        "    archive.create(session)\n"
        "    await archive.save(session.id, Message(new_id(), None, Role.USER, 'x'))\n"
        "    for place in pathlib.Path(sys.argv[1]).parent.iterdir():\n"
        "        print(oct(place.stat().st_mode & 0o777), place.name)\n"
        "    await archive.close()\n"
        "asyncio.run(main())\n"
    )
    for umask in ("000", "077", "777"):
        path = tmp_path / umask / "deep" / "history.db"
        said = subprocess.run(
            [sys.executable, "-c", script, str(path), umask], capture_output=True, text=True, check=True
        )
        assert sorted(said.stdout.split()) == sorted(
            ["0o600", "history.db", "0o600", "history.db-shm", "0o600", "history.db-wal"]
        )
        for place in (path.parent, path.parent.parent):
            assert stat.S_IMODE(place.stat().st_mode) == 0o700


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
async def test_mode_of_an_older_file_is_tightened(path: Path) -> None:
    await (await Archive.open(path)).close()
    path.chmod(0o644)
    await (await Archive.open(path)).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_close_leaves_one_file_behind(archive: Archive, talk: Talk, path: Path) -> None:
    await talk.say("x")
    await archive.sessions()
    await archive.close()
    assert [place.name for place in path.parent.iterdir()] == ["history.db"]


def test_a_schema_from_outside_calls_no_function_of_ours(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    connection = connect(path, write=True)
    connection.create_function("touched", 0, lambda: 1)
    connection.execute("CREATE VIEW trap AS SELECT touched() AS one")
    with pytest.raises(sqlite3.OperationalError, match="unsafe use"):
        connection.execute("SELECT one FROM trap").fetchone()
    connection.close()


async def test_unknown_field_of_a_session_is_an_error_and_harms_nothing(archive: Archive, talk: Talk) -> None:
    await talk.say("x")
    with pytest.raises(KeyError):
        await archive.update_session(talk.session.id, colour="red")
    assert await archive.rename(talk.session.id, "Ünïcode")
    assert [row.title for row in await archive.sessions("üNÏ")] == ["Ünïcode"]


class Clock:
    """What the clock says from now on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.offset = 0.0
        now, now_ns = time.time, time.time_ns
        monkeypatch.setattr(time, "time", lambda: now() + self.offset)
        monkeypatch.setattr(time, "time_ns", lambda: now_ns() + int(self.offset * 1e9))


async def test_a_clock_that_steps_back_changes_neither_the_order_nor_what_is_continued(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    clock.offset = 10 * 365 * 86400.0
    ahead, other = begin(archive), begin(archive)
    said = [await ahead.say("said ahead"), await ahead.reply("answered ahead")]
    archive.prompts.add("asked ahead")
    clock.offset = 0.0
    said += [await ahead.say("said afterwards"), await ahead.reply("answered afterwards")]
    await other.say("said last")
    archive.prompts.add("asked last")
    archive.prompts.add("asked before")
    archive.prompts.add("asked last")
    await archive.flush()
    _, conversation = await archive.load(ahead.session.id)
    assert list(conversation.nodes) == [message.id for message in said]
    assert await archive.newest() == other.session.id
    await ahead.say("and on")
    assert await archive.newest() == ahead.session.id
    await archive.delete(ahead.session.id)
    assert await archive.newest() == other.session.id
    assert await archive.prompts.recent() == ["asked last", "asked before", "asked ahead"]


async def test_a_thousand_messages_of_one_moment_keep_the_order_of_writing(archive: Archive) -> None:
    talks = [begin(archive) for _ in range(4)]
    said = [[await talk.say(f"{n}", created_at=1_000_000.0) for n in range(250)] for talk in talks]
    for talk, ours in zip(talks, said, strict=True):
        _, conversation = await archive.load(talk.session.id)
        assert list(conversation.nodes) == [message.id for message in ours]


def test_a_place_in_time_is_found_in_few_steps() -> None:
    connection = connect(None, write=True)
    schema.migrate(connection)
    session = Session()
    sessions.insert(connection, session)
    first = first_seq(1_000_000.0)
    row = (
        "INSERT INTO messages (seq, id, session_id, role, state, created_at, saved_at)"
        " VALUES (?, ?, ?, 'user', '', 1, 1)"
    )
    connection.executemany(row, [(first + n, n, session.id) for n in range(5000)])
    steps: list[int] = []
    connection.set_trace_callback(lambda statement: steps.append(1))
    assert messages.place_in_time(connection, session.id + 1, 1_000_000.0) == first + 5000
    assert messages.place_in_time(connection, session.id, 0.0) == first + 5000
    assert len(steps) < 60
    connection.close()
