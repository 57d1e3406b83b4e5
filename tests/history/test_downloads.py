"""Exports as they are downloaded: archives, and conversations in several files."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from glmchat.core.conversation import Role
from glmchat.history import Archive
from glmchat.history.formats.values import ImportRefused
from tests.history.test_imports import FILES, branch, said, titled


def packed(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return path


def chatgpt(title: str) -> dict[str, object]:
    message = {
        "author": {"role": "user"},
        "content": {"content_type": "text", "parts": [title]},
        "create_time": 1763000000,
    }
    nodes = {
        "r": {"id": "r", "parent": None, "children": ["u"]},
        "u": {"id": "u", "parent": "r", "message": message},
    }
    return {"title": title, "create_time": 1763000000, "mapping": nodes, "conversation_id": title}


async def test_deepseek_with_branches_thoughts_searches_and_its_older_shape(archive: Archive) -> None:
    report = await archive.transfer.import_file(FILES / "deepseek.json")
    assert (report.source, report.sessions, report.messages) == ("DeepSeek's conversations.json", 2, 5)
    assert (dict(report.dropped), report.problems) == ({"file": 1}, [])
    session, conversation = await titled(archive, "Rivers")
    assert (session.model, session.created) == ("deepseek-chat", 1743281376.505)
    assert said(conversation) == [
        (Role.USER, "Name a river.\n\n[file: notes.txt]"),
        (Role.ASSISTANT, "The Danube."),
    ]
    assert branch(conversation)[-1].reasoning == "search()\nhttps://rivers.example/"
    (other,) = [each for each in await archive.messages(list(conversation.nodes)) if "Rhine" in each.content]
    assert (other.reasoning, other.model) == ("A long one.", "deepseek-reasoner")
    _, older = await titled(archive, "Before fragments?")
    assert (branch(older)[-1].content, branch(older)[-1].reasoning) == ("Yes.", "So it was.")


async def test_an_archive_with_conversations_in_several_files(archive: Archive, tmp_path: Path) -> None:
    path = packed(
        tmp_path / "export.zip",
        **{
            "conversations-000.json": json.dumps([chatgpt("one"), chatgpt("two")]).encode(),
            "conversations-001.json": json.dumps([chatgpt("three")]).encode("utf-16"),
            "user.json": b'{"id": "u", "email": "x@y.example"}',
            "export_manifest.json": b"[]",
            "chat.html": b"<html>",
            "__pictures__..__conversations.json": json.dumps([chatgpt("four")]).encode(),
        },
    )
    report = await archive.transfer.import_file(path)
    assert (report.source, report.sessions, report.fraction) == ("ChatGPT's conversations.json", 4, 1.0)
    assert {row.title for row in await archive.sessions()} == {"one", "two", "three", "four"}
    assert (await archive.transfer.import_file(path)).known == 4
    assert sorted(each.name for each in tmp_path.iterdir() if each.suffix == ".zip") == ["export.zip"]


async def test_an_archive_that_cannot_be_imported_says_why(archive: Archive, tmp_path: Path) -> None:
    nothing = packed(tmp_path / "nothing.zip", **{"chat.html": b"<html>", "user.json": b"{}"})
    inner = packed(tmp_path / "inner.zip", **{"conversations.json": json.dumps([chatgpt("x")]).encode()})
    nested = packed(tmp_path / "nested.zip", **{"inner.json": inner.read_bytes()})
    bomb = packed(tmp_path / "bomb.zip", **{"conversations.json": b"[" + b" " * 30_000_000})
    cut = tmp_path / "cut.zip"
    cut.write_bytes(inner.read_bytes()[:60])
    for path, why in (
        (nothing, "none of its files"),
        (nested, "none of its files"),
        (bomb, "more than any"),
        (cut, "cannot be read"),
    ):
        with pytest.raises(ImportRefused, match=why):
            await archive.transfer.import_file(path)
    locked = bytearray(inner.read_bytes())
    locked[6] |= 1  # the mark of a password, in the member and in the directory
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    cut.write_bytes(bytes(locked))
    with pytest.raises(ImportRefused, match=r"cannot be read: .*(password|encrypted)"):
        await archive.transfer.import_file(cut)
    assert await archive.sessions() == []
