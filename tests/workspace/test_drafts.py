"""What is typed is kept until it is sent, and never comes back after that."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from glmchat.workspace import Workspace, attaching
from glmchat.workspace.changes import Change, Noticed, SessionsChanged
from tests.files.test_documents import pdf
from tests.scripted import Script, delta, finish
from tests.waiting import until
from tests.workspace.watching import Opener, Watch


async def draft_after_a_crash(workspace: Workspace, reopen: Opener, session: int | None = None) -> str:
    """The draft that another process finds once all is written that waits; this one closes nothing."""
    await workspace.archive.flush()
    again = await reopen()
    await again.start(session)
    return again.current.draft


async def test_a_sent_message_does_not_return_as_the_draft_of_the_next_session(
    workspace: Workspace, reopen: Opener, script: Script
) -> None:
    script.scripts = [[delta(content="x"), finish()]]
    workspace.journal.set_draft("What is top_p?")
    assert await draft_after_a_crash(workspace, reopen) == "What is top_p?"
    workspace.replies.send("What is top_p?")
    assert await draft_after_a_crash(workspace, reopen) == ""
    assert await draft_after_a_crash(workspace, reopen, workspace.current.id) == ""


async def test_the_message_and_the_end_of_its_draft_are_one_commit(
    workspace: Workspace, script: Script, tmp_path: Path
) -> None:
    script.scripts = [[delta(content="x"), finish()]]
    workspace.journal.set_draft("once")
    await workspace.archive.flush()
    query = "SELECT (SELECT text FROM drafts WHERE session_id = 0), (SELECT count(*) FROM messages WHERE role = 'user')"
    seen = set()
    with closing(sqlite3.connect(tmp_path / "history.db")) as connection:
        seen.add(connection.execute(query).fetchone())
        workspace.replies.send("once")
        while (now := connection.execute(query).fetchone()) == ("once", 0):
            await asyncio.sleep(0)
        seen.add(now)
    assert seen == {("once", 0), (None, 1)}


async def test_a_draft_goes_along_when_its_session_gets_its_first_message(
    workspace: Workspace, reopen: Opener, script: Script
) -> None:
    script.scripts = [[delta(content="x"), finish()]] * 2
    workspace.journal.set_draft("half a thought")
    workspace.comparisons.start(workspace.comparisons.reasoning_variants(), "Another prompt")
    assert await draft_after_a_crash(workspace, reopen) == ""
    assert await draft_after_a_crash(workspace, reopen, workspace.current.id) == "half a thought"


async def test_a_compared_prompt_is_no_draft_any_more(
    workspace: Workspace, reopen: Opener, script: Script
) -> None:
    script.scripts = [[delta(content="x"), finish()]] * 2
    workspace.journal.set_draft("Compare me\n")
    workspace.comparisons.start(workspace.comparisons.reasoning_variants(), "Compare me")
    assert await draft_after_a_crash(workspace, reopen) == ""
    assert await draft_after_a_crash(workspace, reopen, workspace.current.id) == ""


async def test_prompts_that_wait_come_back_after_a_crash_until_they_are_sent(
    workspace: Workspace, reopen: Opener, script: Script, watch: Watch
) -> None:
    held = asyncio.Event()
    script.scripts = [[held, delta(content="x"), finish()], [delta(content="y"), finish()]]
    workspace.replies.send("first")
    await until(lambda: script.bodies)
    workspace.replies.send("second")
    workspace.journal.set_draft("third")
    id = workspace.current.id
    assert await draft_after_a_crash(workspace, reopen, id) == "second\n\nthird"
    assert workspace.replies.withdraw(workspace.current.queue[0].id) == "second"
    assert await draft_after_a_crash(workspace, reopen, id) == "third"
    workspace.replies.send("second")
    held.set()
    await watch.replies(2)
    assert await draft_after_a_crash(workspace, reopen, id) == ""


async def test_what_waits_in_a_session_that_is_not_shown_becomes_its_draft_when_that_is_stopped(
    workspace: Workspace, script: Script
) -> None:
    script.scripts = [[asyncio.Event(), finish()]]
    workspace.replies.send("first")
    first = workspace.current
    await until(lambda: script.bodies)
    workspace.replies.send("second")
    workspace.sessions.new_session()
    workspace.replies.stop(first.id)
    assert first.draft == "second"
    assert not first.queue


async def test_a_session_without_a_message_has_one_draft_however_often_it_is_begun(
    workspace: Workspace, reopen: Opener, script: Script, watch: Watch
) -> None:
    script.scripts = [[delta(content="x"), finish()]]
    workspace.replies.send("said")
    said = workspace.current.id
    await watch.replies(1)
    workspace.sessions.new_session()
    workspace.journal.set_draft("typed before")
    workspace.sessions.new_session()
    assert workspace.current.draft == "typed before"
    await workspace.sessions.open(said)
    assert workspace.current.draft == ""
    workspace.sessions.new_session()
    assert workspace.current.draft == "typed before"
    assert await draft_after_a_crash(workspace, reopen) == "typed before"


async def test_an_incognito_session_neither_takes_a_draft_over_nor_writes_one(
    workspace: Workspace, reopen: Opener, script: Script
) -> None:
    script.scripts = [[delta(content="x"), finish()]]
    workspace.journal.set_draft("typed before")
    await workspace.sessions.new_incognito()
    assert workspace.current.draft == ""
    workspace.journal.set_draft("secret")
    assert await draft_after_a_crash(workspace, reopen) == "typed before"
    workspace.replies.send("secret")
    assert await draft_after_a_crash(workspace, reopen) == "typed before"
    workspace.sessions.new_session()
    assert workspace.current.draft == "typed before"


async def test_a_draft_is_kept_for_the_session_that_it_was_typed_in(
    workspace: Workspace, reopen: Opener, script: Script, watch: Watch
) -> None:
    script.scripts = [[delta(content="x"), finish()]]
    workspace.replies.send("said")
    first = workspace.current
    await watch.replies(1)
    workspace.sessions.new_session()
    workspace.journal.set_draft("late", first)
    assert await draft_after_a_crash(workspace, reopen, first.id) == "late"
    assert await draft_after_a_crash(workspace, reopen) == ""


async def attached_after_a_crash(
    workspace: Workspace, reopen: Opener, session: int | None = None
) -> tuple[list[str], Watch]:
    """The names of what is attached to the draft that another process finds, and what is said there."""
    await workspace.archive.flush()
    again = await reopen()
    watch = Watch(again)
    await again.start(session)
    return [each.attached.attachment.line for each in again.current.attached], watch


async def test_files_that_are_attached_to_a_draft_are_there_again_until_they_are_sent(
    workspace: Workspace, reopen: Opener, script: Script, tmp_path: Path
) -> None:
    script.scripts = [[delta(content="x"), finish()]] * 2
    whole, part = tmp_path / "whole.py", tmp_path / "part.py"
    whole.write_text("x = 1\n")
    part.write_text("a\nb\nc\nd\n")
    workspace.journal.set_draft("Explain these")
    await workspace.attaching.choose(str(whole))
    await workspace.attaching.choose(f"{part}:2-3")
    lines = [each.attached.attachment.line for each in workspace.current.attached]
    assert (await attached_after_a_crash(workspace, reopen))[0] == lines
    workspace.attaching.move(workspace.current.attached[1].id, -1)
    assert (await attached_after_a_crash(workspace, reopen))[0] == lines[::-1]
    workspace.sessions.new_session()
    assert [each.attached.attachment.line for each in workspace.current.attached] == lines[::-1]
    workspace.attaching.take_off(workspace.current.attached[1].id)
    assert (await attached_after_a_crash(workspace, reopen))[0] == lines[1:]
    workspace.replies.send("Explain this")
    await until(lambda: not workspace.current.runs)
    assert (await attached_after_a_crash(workspace, reopen))[0] == []
    await workspace.attaching.choose(str(whole))
    id = workspace.current.id
    assert (await attached_after_a_crash(workspace, reopen, id))[0] == lines[:1]
    assert (await attached_after_a_crash(workspace, reopen))[0] == []


async def test_a_file_of_a_draft_that_is_gone_is_told(
    workspace: Workspace, reopen: Opener, tmp_path: Path
) -> None:
    gone, here = tmp_path / "gone.txt", tmp_path / "here.txt"
    for place in (gone, here):
        place.write_text("words\n")
        await workspace.attaching.choose(str(place))
    gone.unlink()
    found, watch = await attached_after_a_crash(workspace, reopen)
    assert [line.split(" ")[0] for line in found] == ["here.txt"]
    assert any(
        "There is no file" in each.sentence and "gone.txt" in each.sentence for each in watch.of(Noticed)
    )


async def test_a_session_waits_only_so_long_for_the_documents_of_its_draft(
    workspace: Workspace, reopen: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "a.pdf"
    place.write_bytes(pdf("x"))
    await workspace.attaching.choose(str(place))
    monkeypatch.setattr(attaching, "_AT_OPENING_S", 0)
    found, watch = await attached_after_a_crash(workspace, reopen)
    assert not found
    assert any("a.pdf takes more than 0 s" in each.sentence for each in watch.of(Noticed))


async def test_files_of_a_prompt_that_waits_are_kept_with_it(
    workspace: Workspace, reopen: Opener, script: Script, tmp_path: Path
) -> None:
    script.scripts = [[delta(content="x"), asyncio.Event()]]
    place = tmp_path / "notes.txt"
    place.write_text("words\n")
    workspace.replies.send("first")
    await workspace.attaching.choose(str(place))
    workspace.replies.send("second")
    found, _ = await attached_after_a_crash(workspace, reopen, workspace.current.id)
    assert [line.split(" ")[0] for line in found] == ["notes.txt"]


async def test_a_session_is_announced_to_the_list_once_it_stands_there(
    workspace: Workspace, script: Script, tmp_path: Path
) -> None:
    script.scripts = [[delta(content="x"), asyncio.Event()]]
    listed: list[int] = []
    with closing(sqlite3.connect(tmp_path / "history.db")) as connection:

        def take(change: Change) -> None:
            if isinstance(change, SessionsChanged):
                listed.extend(connection.execute("SELECT count(*) FROM sessions").fetchone())

        workspace.watch(take)
        workspace.replies.send("Hello")
        await until(lambda: 1 in listed)
