"""Databases of every released version open and keep what they hold; a step that fails changes nothing."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest

from glmchat.core.conversation import State
from glmchat.history import Archive, schema
from glmchat.history.maintenance.verify import verify

STORED = Path(__file__).parent / "stored"

# What a schema before the first one might have been, and the steps that lead from it to a later one.
OLDER = (("CREATE TABLE notes (id INTEGER PRIMARY KEY, words TEXT)",),)
LATER = (
    *OLDER,
    (
        "ALTER TABLE notes ADD COLUMN loud INTEGER DEFAULT 0",
        "UPDATE notes SET loud = 1 WHERE words = upper(words)",
    ),
)


def build(path: Path, version: int) -> None:
    path.write_bytes(gzip.decompress((STORED / f"v{version}.db.gz").read_bytes()))


@pytest.mark.parametrize("version", range(1, len(schema.MIGRATIONS) + 1))
async def test_stored_database_of_each_version_opens_with_all_it_holds(tmp_path: Path, version: int) -> None:
    path = tmp_path / "history.db"
    build(path, version)
    archive = await Archive.open(path)
    assert archive.problem is None
    (row,) = await archive.sessions()
    assert (row.title, row.tags, row.messages) == ("What is a stable sort?", ("work",), 2)
    session, conversation = await archive.load(row.id)
    assert (session.model, session.system, session.values) == (
        "z-ai/glm-4.5",
        "Be brief.",
        {"temperature": 0.5},
    )
    question, reply = (conversation.loaded[node.id] for node in conversation.path())
    assert question.content == "What is a stable sort? 什么是稳定排序?"
    assert (reply.content, reply.reasoning, reply.state) == (
        "Equal keys keep their order.",
        "Simple.",
        State.COMPLETE,
    )
    assert reply.sent == {"model": "z-ai/glm-4.5", "temperature": 0.5}
    assert session.costs == {"CNY": 0.002}
    assert len(await archive.search.find("稳定 in:text")) == 1
    assert len(await archive.search.find("order temp<1")) == 1
    await archive.close()
    assert verify(path) == []
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
    connection.close()


async def test_session_of_the_first_version_is_said_to_be_held_nowhere_certain(tmp_path: Path) -> None:
    build(tmp_path / "history.db", 1)
    archive = await Archive.open(tmp_path / "history.db")
    (row,) = await archive.sessions()
    session, _ = await archive.load(row.id)
    assert (session.base_url, session.unset) == (None, ())
    await archive.update_session(row.id, base_url="http://127.0.0.1:9/v1", unset=("top_p",))
    session, _ = await archive.load(row.id)
    assert (session.base_url, session.unset) == ("http://127.0.0.1:9/v1", ("top_p",))
    await archive.close()


def test_stored_database_exists_for_each_version() -> None:
    assert sorted(place.name for place in STORED.iterdir()) == [
        f"v{n + 1}.db.gz" for n in range(len(schema.MIGRATIONS))
    ]


def test_first_version_of_the_schema_is_the_one_that_is_stored(tmp_path: Path) -> None:
    """A released version must not change: whoever has it would never get what was added to it."""
    build(tmp_path / "stored", 1)
    shapes = []
    for name in ("stored", "fresh"):
        connection = sqlite3.connect(tmp_path / name, isolation_level=None)
        if name == "fresh":
            schema.migrate(connection, schema.MIGRATIONS[:1])
        shapes.append({tuple(row) for row in connection.execute("SELECT type, name, sql FROM sqlite_schema")})
        connection.close()
    assert shapes[0] == shapes[1]


def test_older_database_is_brought_forward_step_by_step() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    schema.migrate(connection, OLDER)
    connection.execute("INSERT INTO notes (words) VALUES ('quiet'), ('LOUD')")
    assert schema.check(connection, LATER) is False
    schema.migrate(connection, LATER)
    assert schema.check(connection, LATER) is True
    assert connection.execute("SELECT words, loud FROM notes").fetchall() == [("quiet", 0), ("LOUD", 1)]
    schema.migrate(connection, LATER)
    with pytest.raises(schema.NewerSchemaError):
        schema.migrate(connection, OLDER)
    connection.close()


def test_step_that_fails_leaves_the_database_as_it_was() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    schema.migrate(connection, OLDER)
    broken = (*LATER, ("CREATE TABLE other (x)", "SELECT nonsense FROM nowhere"))
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(connection, broken)
    assert schema.version(connection) == 1
    assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [("notes",)]
    connection.close()
