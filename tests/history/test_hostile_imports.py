"""Files that are wrong, by mistake or on purpose: told and skipped, within bounds, and nothing that breaks later."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from glmchat.core.conversation import Conversation, Role
from glmchat.history import Archive, Session
from glmchat.history.formats import sqlite_files, tree
from glmchat.history.formats.checks import Misfit, check
from glmchat.history.formats.details import blocks
from glmchat.history.formats.formats import EXPORTERS
from glmchat.history.formats.plain import moment
from glmchat.history.formats.shapes import outlines
from glmchat.history.formats.values import ImportRefused, ImportReport
from tests.history.talk import WHOLE

FILES = Path(__file__).parent / "imports"
WRONG: list[Any] = [
    5, -1, 1e308, -1e18, 10**30, float("nan"), float("inf"), True, None, "text", "2024-13-45", "", [], [5], {},
    {"a": 5}, "9" * 400, [[[]]],
]  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a file"


async def everything_works(archive: Archive) -> None:
    """Whatever was taken in can be listed, opened, found and exported."""
    rows = await archive.sessions()
    for row in rows:
        _, conversation = await archive.load(row.id)
        assert len(conversation.path()) <= row.messages
    for format in EXPORTERS:
        async for piece in archive.transfer.export(format):
            assert piece is not None
    await archive.search.find("text in:text")


def own(*sessions: dict[str, Any]) -> str:
    return json.dumps({"format": "glmchat", "version": 1, "exported_at": 1.0, "sessions": list(sessions)})


def session(id: int, **more: Any) -> dict[str, Any]:
    message = {"id": id + 1, "parent_id": None, "role": "user", "content": "hello", "created_at": 1.7e9}
    return {"id": id, "title": f"s{id}", "created": 1.7e9, "updated": 1.7e9, "messages": [message], **more}


def message(id: int, parent: int | None, **more: Any) -> dict[str, Any]:
    return {"id": id, "parent_id": parent, "role": "user", "content": f"m{id}", "created_at": 1.7e9, **more}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": 5}, "its title is a number"),
        ({"created": 1e308}, "its created is no time"),
        ({"updated": -1e18}, "its updated is no time"),
        ({"created": float("nan")}, "its created is no finite number"),
        ({"tags": 5}, "its tags is no list"),
        ({"tags": [5]}, "its tags is a list"),
        ({"leaf_id": "x"}, "its leaf_id is a text"),
        ({"values": []}, "its values is a list"),
        ({"scroll": json.loads("[" * 80 + "]" * 80)}, "its scroll is a list"),
        ({"id": -4}, "one of its ids is no id"),
        ({"id": 1 << 64}, "its id is a number"),
        ({"messages": 5}, "it is not in the form"),
        ({"messages": [message(7, None, content=5)]}, "its content is a number"),
        ({"messages": [message(7, None, created_at="soon")]}, "its created_at is a text"),
        ({"messages": [message(7, None, created_at=1e308)]}, "its created_at is no time"),
        ({"messages": [message(7, None, usage=[1])]}, "its usage is a list"),
        ({"messages": [message(7, None, timing={"total_s": "x"})]}, "its timing is of another kind"),
        (
            {"messages": [message(7, None, cost={"amount": 1e999, "currency": "CNY"})]},
            "its cost is of another kind",
        ),
        ({"messages": [message(7, None, tool_calls=[{"id": 1, "name": "n"}])]}, "its tool_calls is a list"),
        ({"messages": [message(7, None, warnings=[5])]}, "its warnings is a list"),
        ({"messages": [message(7, None, role="king")]}, "it is not in the form"),
        ({"messages": [message(7, None), message(7, None)]}, "two of its messages have one id"),
        ({"messages": [message(1 << 63, None)]}, "its id is a number"),
    ],
)
async def test_one_wrong_value_is_told_and_the_others_come_in(
    archive: Archive, file: Path, wrong: dict[str, Any], says: str
) -> None:
    file.write_text(own(session(100), {**session(200), **wrong}, session(300)))
    report = await archive.transfer.import_file(file)
    assert (report.sessions, report.skipped, len(report.problems)) == (2, 1, 1)
    assert report.problems[0].startswith("Entry 2")
    assert says in report.problems[0]
    await everything_works(archive)


@dataclass
class Wrong:
    seed: str


def test_what_the_program_writes_is_what_it_checks() -> None:
    check(WHOLE)
    check(Session())
    with pytest.raises(Misfit, match="its seed"):
        check(Wrong(5))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "parents",
    [
        {1: 1},
        {1: 2, 2: 1},
        {1: None, 2: 3, 3: 4, 4: 2},
        {1: 99},
        {1: None, 2: 1, 3: 99, 4: 3},
    ],
)
async def test_rings_and_missing_parents_of_our_own_format(
    archive: Archive, file: Path, parents: dict[int, int | None]
) -> None:
    messages = [message(id, parent) for id, parent in parents.items()]
    file.write_text(own(session(100, messages=messages, leaf_id=1)))
    report = await archive.transfer.import_file(file)
    assert (report.sessions, report.messages) == (1, len(parents))
    _, conversation = await archive.load(100)
    assert len(list(conversation.walk())) == len(parents)
    await everything_works(archive)


async def test_file_cannot_take_messages_from_another_session(archive: Archive, file: Path) -> None:
    file.write_text(own(session(100)))
    await archive.transfer.import_file(file)
    file.write_text(own(session(500, messages=[message(101, None, content="mine now")])))
    report = await archive.transfer.import_file(file)
    assert (report.sessions, report.skipped) == (0, 1)
    assert "another session has its messages" in report.problems[0]
    _, conversation = await archive.load(100)
    assert conversation.loaded[101].content == "hello"


def places(data: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in some JSON."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [above, *(place for key, value in inner for place in places(value, (*above, key)))]


def changed(data: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[place[0]] = changed(data[place[0]], place[1:], value)
    return copy


FOREIGN = [
    "chatgpt.json", "openwebui.json", "open-webui-escaped.json", "chatbox-export.json", "chatgpt-canvas-last.json",
    "claude.json", "librechat.json", "cherry-studio.json", "lobechat.json",
]  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
async def test_no_value_of_a_foreign_file_ends_an_import_or_breaks_what_follows(
    archive: Archive, file: Path, name: str
) -> None:
    data = json.loads((FILES / name).read_text(encoding="utf-8"))
    choose = random.Random(name)
    everywhere = places(data)
    some = choose.sample(everywhere, min(len(everywhere), 60))
    for place in some:
        file.write_text(json.dumps(changed(data, place, choose.choice(WRONG))))
        try:
            report = await archive.transfer.import_file(file)
        except ImportRefused:
            continue
        assert report.sessions + report.known + report.skipped + report.empty > 0
    await everything_works(archive)


@pytest.mark.parametrize("name", ["llm-0.32.sql", "llm.sql", "elia.sql", "oterm.sql"])
async def test_no_value_of_a_foreign_database_does_either(
    archive: Archive, tmp_path: Path, name: str
) -> None:
    script = (FILES / name).read_text(encoding="utf-8")
    choose = random.Random(name)
    for number in range(25):
        path = tmp_path / f"{number}.db"
        connection = sqlite3.connect(path)
        connection.executescript(script)
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        table = choose.choice([each for each in tables if "migrations" not in each])
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info('{table}')")]
        value = choose.choice([5, -1e18, 1e308, None, "text", b"\xff\x00", "", 1 << 62, "x" * 1000])
        with contextlib.suppress(sqlite3.IntegrityError):
            connection.execute(f'UPDATE "{table}" SET "{choose.choice(columns)}" = ?', (value,))
        connection.commit()
        connection.close()
        await archive.transfer.import_file(path)
    await everything_works(archive)


def chatgpt_chain(count: int, ring: bool = False) -> list[dict[str, Any]]:
    nodes = {
        str(number): {
            "parent": str(number - 1) if number else (str(count - 1) if ring else None),
            "message": {"author": {"role": "user"}, "create_time": 1.7e9, "content": {"parts": ["x"]}},
        }
        for number in range(count)
    }
    return [
        {"id": "c", "title": "deep", "create_time": 1.7e9, "mapping": nodes, "current_node": str(count - 1)}
    ]


@pytest.mark.parametrize("ring", [False, True])
def test_deep_chains_and_rings_take_steps_like_their_length(ring: bool) -> None:
    count = 100_000
    chain = [
        tree.Place(number, number - 1 if number else (count - 1 if ring else None)) for number in range(count)
    ]
    messages = tree.grow(chain, tree.Ids())
    conversation = Conversation(1)
    for each in messages.values():
        conversation.put(each)
    assert len(conversation.path(messages[count - 1].id)) == count


def test_steps_that_many_replies_share_are_not_repeated_without_end() -> None:
    steps = [tree.Place(n, n - 1, reasoning="x" * 1000, skip=True) for n in range(1000)]
    replies = [tree.Place(("r", n), 999, Role.ASSISTANT, "r") for n in range(1000)]
    messages = tree.grow([*steps, *replies], tree.Ids())
    assert sum(len(each.reasoning) for each in messages.values()) < 5_000_000
    assert len(messages[("r", 0)].reasoning) > 1_000_000


async def test_many_messages_of_one_moment(archive: Archive, file: Path) -> None:
    file.write_text(json.dumps(chatgpt_chain(3000)))
    assert (await archive.transfer.import_file(file)).messages == 3000
    _, conversation = await archive.load((await archive.sessions())[0].id, 1)
    assert len(conversation.path()) == 3000


@pytest.mark.parametrize(
    "content",
    [
        '<details type="reasoning">' + " " * 200_000,
        '<details type="reasoning">' * 20_000,
        '<details type="reasoning"><summary>' * 20_000,
        "<details " * 50_000,
        '<details "' * 50_000,
        '<details type="reasoning" ' + "a" * 300_000,
        '<details type="tool_calls" ' + 'a="' * 100_000 + ">",
        "</details>" * 50_000,
    ],
)
def test_texts_of_nothing_but_beginnings_are_read_in_one_pass(content: str) -> None:
    # A reader that goes back would need billions of steps here.
    assert sum(block.end - block.start for block in blocks(content)) <= len(content)


@pytest.mark.parametrize(
    "head", ['"' + '\\"' * 500_000, "[{" * 300_000, '{"a":' * 200_000, '{"' + "\\" * 500_000]
)
def test_hostile_beginnings_of_files_are_looked_at_in_one_pass(head: str) -> None:
    assert len(list(outlines(head))) <= 20


NO_TIMES: list[Any] = [
    None, True, "", "soon", [], {}, 0, -1e18, 1e308, 10**400, 9e9, "1e308", "nan", float("nan"), float("inf"),
    "9999-12-31T23:59:59Z", "0001-01-01", "9" * 5000,
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (1.7e9, 1.7e9),
        (1_700_000_000_000, 1.7e9),
        (1_700_000_000_000_000, 1.7e9),
        (1_700_000_000_000_000_000, 1.7e9),
        ("1700000000", 1.7e9),
        ("2023-11-14T22:13:20Z", 1.7e9),
        ("2023-11-14T22:13:20", 1.7e9),
        ("2023-11-14T23:13:20.000+01:00", 1.7e9),
        *((wrong, 7.0) for wrong in NO_TIMES),
    ],
)
def test_times(given: Any, seconds: float) -> None:
    assert moment(given, 7.0) == seconds


async def test_broken_entry_in_the_middle_of_an_array_is_skipped_alone(archive: Archive, file: Path) -> None:
    (entry,) = chatgpt_chain(2)
    good = [json.dumps({**entry, "id": f"c{number}", "title": f"t{number}"}) for number in range(3)]
    deep = '{"title": "deep", "mapping": ' + "[" * 200_000 + "]" * 200_000 + "}"
    digits = '{"title": "digits", "mapping": ' + "9" * 6000 + "}"
    file.write_text(f'[{good[0]}, {{"title": nonsense}}, {good[1]}, {deep}, {digits}, {good[2]}]')
    report = await archive.transfer.import_file(file)
    assert (report.sessions, report.skipped) == (3, 3)
    assert "no JSON" in report.problems[0]


SELDOM = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT"
ELIA = """
CREATE TABLE chat (id INTEGER, model TEXT, title TEXT, started_at TEXT); INSERT INTO chat VALUES (1, 'm', 't', '2024');
"""
COMPUTED = "id, chat_id, role, timestamp, parent_id, model, content AS (hex(zeroblob(3000000)))"
COLUMNS = "x AS id, 1 AS chat_id, 'user' AS role, 'x' AS content, '2024' AS timestamp, NULL AS parent_id, 'm' AS model"


@pytest.mark.parametrize(
    "script",
    [
        f"{ELIA} CREATE VIEW message AS {SELDOM} {COLUMNS} FROM n;",
        f"{ELIA} CREATE TABLE message ({COMPUTED});"
        "INSERT INTO message VALUES (1, 1, 'user', '2024', NULL, 'm');",
        f"{ELIA} CREATE VIRTUAL TABLE message USING fts5 (id, chat_id, role, content, timestamp, parent_id, model);",
    ],
)
async def test_only_plain_tables_are_read(archive: Archive, file: Path, script: str) -> None:
    connection = sqlite3.connect(file)
    connection.executescript(script)
    connection.close()
    with pytest.raises(ImportRefused, match="none of the files that can be imported"):
        await archive.transfer.import_file(file)


async def test_query_without_an_end_is_ended(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_files, "SECONDS_A_QUERY", 0.05)
    sqlite3.connect(file).close()
    with sqlite_files.opened(file) as database, pytest.raises(sqlite_files.QueryFailed, match="took longer"):
        database.rows(f"{SELDOM} count(*) FROM n")


async def test_value_that_is_too_large_fails_its_own_session_alone(
    archive: Archive, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_files, "MOST_TEXT", 1000)
    connection = sqlite3.connect(file)
    connection.executescript((FILES / "elia.sql").read_text(encoding="utf-8"))
    connection.execute("UPDATE message SET content = ? WHERE chat_id = 1", ("x" * 5000,))
    connection.commit()
    connection.close()
    report = await archive.transfer.import_file(file)
    assert (report.sessions, report.skipped) == (1, 1)


async def test_text_that_is_too_long_is_cut_and_told(
    archive: Archive, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glmchat.history.formats.import_writer.MOST_TEXT", 4)
    file.write_text(own(session(100)))
    report = await archive.transfer.import_file(file)
    assert report.left_out() == "Left out: 1 text that is too long."
    _, conversation = await archive.load(100)
    assert conversation.loaded[101].content == "hell"


async def test_success_that_took_in_nothing_is_none(archive: Archive, file: Path) -> None:
    file.write_text(json.dumps([{"mapping": {}, "title": "empty"}, {"mapping": 5, "title": "wrong"}]))
    report = await archive.transfer.import_file(file)
    assert (report.in_vain, report.empty, report.skipped) == (True, 1, 1)
    node = {"parent": None, "message": {"author": {"role": "user"}, "content": 5}}
    file.write_text(json.dumps([{"id": "x", "title": "lost", "mapping": {"n": node}}]))
    report = await archive.transfer.import_file(file)
    assert (report.in_vain, report.problems) == (
        True,
        ["“lost” was skipped, because nothing in it can be taken in (1 message in another form)."],
    )


async def test_more_problems_than_are_kept_are_counted(archive: Archive, file: Path) -> None:
    file.write_text(json.dumps([{"mapping": {}}] + [{"mapping": 5}] * 150))
    report = await archive.transfer.import_file(file)
    assert (report.skipped, len(report.problems)) == (150, 100)


def test_counts_are_told_in_words() -> None:
    report = ImportReport()
    report.dropped.update({"picture": 1, "file": 1234})
    assert report.left_out() == "Left out: 1 picture, 1,234 files."


@pytest.mark.parametrize("kind", ["fifo", "directory", "device"])
async def test_what_is_no_file_is_refused(archive: Archive, tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    else:
        path = Path("/dev/zero")
    with pytest.raises(ImportRefused, match=re.escape("is not a file")):
        await archive.transfer.import_file(path)
