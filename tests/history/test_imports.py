from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest

from glmchat.core.conversation import Conversation, Message, Role, State
from glmchat.history import Archive, Session
from glmchat.history.formats.values import ImportRefused, ImportReport
from tests.history.talk import Talk
from tests.waiting import until

FILES = Path(__file__).parent / "imports"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "theirs.db"


def build(database: Path, script: str) -> Path:
    connection = sqlite3.connect(database)
    connection.executescript((FILES / script).read_text(encoding="utf-8"))
    connection.close()
    return database


async def titled(archive: Archive, title: str) -> tuple[Session, Conversation]:
    (row,) = [row for row in await archive.sessions() if row.title == title]
    return await archive.load(row.id)


def branch(conversation: Conversation) -> list[Message]:
    return [conversation.loaded[node.id] for node in conversation.path()]


def said(conversation: Conversation) -> list[tuple[Role, str]]:
    return [(message.role, message.content) for message in branch(conversation)]


async def test_chatgpt_tree_thoughts_tools_and_broken_entries(archive: Archive) -> None:
    report = await archive.transfer.import_file(FILES / "chatgpt.json")
    assert (report.source, report.sessions, report.messages, report.known) == (
        "ChatGPT's conversations.json",
        2,
        4,
        0,
    )
    assert len(report.problems) == 1
    assert report.problems[0].startswith("Entry 2 (“Broken, its mapping is a number”) was skipped")
    session, conversation = await titled(archive, "Sorting, twice")
    assert (session.model, session.created, session.updated) == ("gpt-4o", 1700000000.5, 1700000100.0)
    assert said(conversation) == [
        (Role.USER, "[picture]\nWhat is a stable sort?"),
        (Role.ASSISTANT, "Second answer"),
    ]
    last = branch(conversation)[-1]
    assert last.reasoning == "Equal keys keep their order.\n\nsorted([2, 1])\n\n[1, 2]"
    assert last.model == "o3"
    others = [id for id in conversation.siblings(last.id) if id != last.id]
    assert [message.content for message in await archive.messages(others)] == ["First answer"]
    _, chinese = await titled(archive, "北京")
    assert said(chinese) == [(Role.USER, "你好 \ufffd")]
    assert len(await archive.search.find("你好")) == 1


async def test_open_webui_tree_list_and_thoughts(archive: Archive) -> None:
    report = await archive.transfer.import_file(FILES / "openwebui.json")
    assert (report.sessions, report.messages, len(report.problems)) == (2, 5, 1)
    session, conversation = await titled(archive, "Tea")
    assert (session.tags, session.pinned, session.system) == (("kitchen",), True, "You like tea.")
    last = branch(conversation)[-1]
    assert (last.content, last.reasoning, last.model) == ("Black.", "Black & strong?\nYes.", "qwen3")
    assert len(conversation.siblings(last.id)) == 2
    session, conversation = await titled(archive, "Old form")
    assert session.created == 1710000900.0
    assert said(conversation) == [(Role.USER, "hello"), (Role.ASSISTANT, "hi")]


async def test_llm_logs_become_sessions_in_the_order_of_time(archive: Archive, database: Path) -> None:
    report = await archive.transfer.import_file(build(database, "llm.sql"))
    assert (report.source, report.sessions, report.messages) == ("llm's logs.db", 2, 6)
    session, conversation = await titled(archive, "Cheesecakes")
    assert session.system == "Be sweet"
    assert [content for _, content in said(conversation)] == ["Ten names", "Cherry", "One more", "Lemon"]
    last = branch(conversation)[-1]
    assert last.settings == {"temperature": 0.3}
    assert last.usage == {"prompt_tokens": 12, "completion_tokens": 3}
    assert last.timing is not None
    assert last.timing.total_s == 0.9
    _, alone = await titled(archive, "from a file")
    assert said(alone) == [(Role.USER, "from a file"), (Role.ASSISTANT, "alone")]


async def test_elia_chats_come_as_chains_and_trees(archive: Archive, database: Path) -> None:
    report = await archive.transfer.import_file(build(database, "elia.sql"))
    assert (report.source, report.sessions, report.messages) == ("elia's database", 2, 5)
    session, conversation = await titled(archive, "Rivers")
    assert (session.system, session.created) == ("You know rivers.", 1711958400.0)
    assert said(conversation) == [(Role.USER, "Longest?"), (Role.ASSISTANT, "The Nile.")]
    _, tree = await titled(archive, "Branch")
    assert said(tree) == [(Role.USER, "Branch"), (Role.ASSISTANT, "right")]
    assert len(tree.siblings(branch(tree)[-1].id)) == 2


async def test_oterm_chats_have_an_order_without_times(archive: Archive, database: Path) -> None:
    report = await archive.transfer.import_file(build(database, "oterm.sql"))
    assert (report.source, report.sessions, report.messages) == ("oterm's store.db", 1, 4)
    session, conversation = await titled(archive, "chat #1 - llama3")
    assert (session.system, session.values) == ("Be kind", {"temperature": 0.7})
    assert [content for _, content in said(conversation)] == ["Hello?", "Hello!", "Again?", "Again!"]
    assert {message.role for message in branch(conversation)} == {Role.USER, Role.ASSISTANT}


@pytest.mark.parametrize("name", ["chatgpt.json", "openwebui.json", "llm.sql", "elia.sql", "oterm.sql"])
async def test_importing_twice_adds_nothing(archive: Archive, database: Path, name: str) -> None:
    path = FILES / name if name.endswith(".json") else build(database, name)
    first = await archive.transfer.import_file(path)
    rows = await archive.sessions()
    second = await archive.transfer.import_file(path)
    assert (second.sessions, second.messages, second.known) == (0, 0, first.sessions)
    assert await archive.sessions() == rows


async def test_session_that_was_deleted_does_not_come_back_by_an_import(archive: Archive) -> None:
    await archive.transfer.import_file(FILES / "chatgpt.json")
    await archive.delete(*(row.id for row in await archive.sessions()))
    assert (await archive.transfer.import_file(FILES / "chatgpt.json")).sessions == 0
    assert await archive.count() == 0


def write_many(path: Path, count: int) -> None:
    def one(number: int) -> dict[str, object]:
        message = {
            "author": {"role": "user"},
            "create_time": 1.6e9 + number,
            "content": {"parts": [f"text {number}"]},
        }
        node = {"id": "n", "parent": None, "message": message}
        return {
            "id": f"c{number}",
            "title": f"t{number}",
            "create_time": 1.6e9 + number,
            "mapping": {"n": node},
        }

    path.write_text(json.dumps([one(number) for number in range(count)]), encoding="utf-8")


async def test_file_that_breaks_off_gives_what_is_whole_and_says_so(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "conversations.json"
    write_many(path, 50)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 9 // 10])
    report = await archive.transfer.import_file(path)
    assert 40 <= report.sessions < 50
    assert len(report.problems) == 1
    assert "broken" in report.problems[0]


async def test_progress_is_told_and_nothing_is_seen_before_the_end(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "conversations.json"
    write_many(path, 450)
    seen: list[tuple[float, int]] = []

    def look(report: ImportReport) -> None:
        seen.append((report.fraction, report.sessions))

    importing = asyncio.create_task(archive.transfer.import_file(path, look))
    await until(lambda: seen, pause=lambda: asyncio.sleep(0))
    assert await archive.count() == 0
    report = await importing
    assert report.sessions == 450
    assert await archive.count() == 450
    assert seen == sorted(seen)
    assert len(seen) >= 4
    assert seen[-1] == (1.0, 450)
    assert (await archive.search.find("text 449 in:text"))[0].title == "t449"


async def test_cancelled_import_leaves_nothing_and_can_be_done_again(
    archive: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "conversations.json"
    write_many(path, 450)
    begun = asyncio.Event()
    importing = asyncio.create_task(archive.transfer.import_file(path, lambda report: begun.set()))
    await begun.wait()
    importing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await importing
    assert await archive.count() == 0
    assert archive.path is not None
    connection = sqlite3.connect(archive.path)
    assert connection.execute(
        "SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM messages)"
    ).fetchone() == (0,)
    connection.close()
    assert (await archive.transfer.import_file(path)).sessions == 450


async def test_import_of_a_killed_process_is_cleared_away_by_the_next(
    archive: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "conversations.json"
    write_many(path, 10)
    await archive.transfer.import_file(path)
    assert archive.path is not None
    connection = sqlite3.connect(archive.path)
    connection.execute("UPDATE sessions SET shelf = 2, import_id = 5")
    connection.commit()
    connection.close()
    assert await archive.count() == 0
    report = await archive.transfer.import_file(path)
    assert (report.sessions, report.known) == (10, 0)
    assert await archive.count() == 10


async def test_chat_can_be_saved_while_an_import_runs(archive: Archive, tmp_path: Path, talk: Talk) -> None:
    path = tmp_path / "conversations.json"
    write_many(path, 450)
    begun = asyncio.Event()
    importing = asyncio.create_task(archive.transfer.import_file(path, lambda report: begun.set()))
    await begun.wait()
    await talk.say("meanwhile")
    assert [row.title for row in await archive.sessions()] == ["meanwhile"]
    await importing


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"[]", b"{}", b"PK\x03\x04zip", b"SQLite format 3\0" + b"x" * 100]
)
async def test_unknown_file_is_refused_in_a_sentence(
    archive: Archive, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "what"
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match="what is"):
        await archive.transfer.import_file(path)


async def test_own_export_of_a_running_reply_is_cut(archive: Archive, talk: Talk, tmp_path: Path) -> None:
    await talk.say("q")
    await talk.reply("half", state=State.STREAMING)
    path = tmp_path / "export.json"
    path.write_text("".join([piece async for piece in archive.transfer.export("json")]), encoding="utf-8")
    other = await Archive.open(None)
    assert (await other.transfer.import_file(path)).messages == 2
    _, conversation = await titled(other, "q")
    assert [message.state for message in branch(conversation)] == [State.COMPLETE, State.CUT]
    await other.close()
