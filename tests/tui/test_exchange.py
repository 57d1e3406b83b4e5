"""Export, copy and import from within the chat; what is in memory only goes along."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from glmchat.core.conversation import State
from glmchat.history import Archive
from glmchat.history.formats import import_writer
from glmchat.workspace.slash.exports import Wanted, default_name, read
from tests.history.disks import read_only
from tests.tui.stage import staged


@pytest.mark.parametrize(
    ("argument", "wanted"),
    [
        ("html", Wanted("session", "html", "")),
        ("branch md notes.txt", Wanted("branch", "markdown", "notes.txt")),
        ("my file.json", Wanted("session", "json", "my file.json")),
        ("all", Wanted("all", "json", "")),
        ("all jsonl ~/x", Wanted("all", "jsonl", "~/x")),
        ("./all", Wanted("session", "markdown", "./all")),
    ],
)
def test_what_is_to_be_exported_is_understood(argument: str, wanted: Wanted) -> None:
    assert read(argument) == wanted


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Stable sorting, explained", "Stable-sorting-explained.md"),
        ("../../etc/passwd\x1b[2J", "etc-passwd-2J.md"),
        ("北京 itinerary", "北京-itinerary.md"),
    ],
)
def test_a_file_is_named_after_the_title(title: str, name: str) -> None:
    assert default_name(Wanted("session", "markdown", ""), title) == name


def test_a_long_title_makes_a_name_that_fits() -> None:
    assert len(default_name(Wanted("branch", "html", ""), "字" * 500).encode()) < 100


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    yield place


async def test_a_session_goes_to_a_private_file_and_nothing_is_overwritten_unasked(
    tmp_path: Path, here: Path
) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/export")
        await stage.until(lambda: "Export what" in stage.screen_text)
        await stage.press("escape")
        await stage.command("/export html")
        assert "Nothing was said" in stage.notices
        await stage.send("A question")
        await stage.command("/export markdown")
        target = here / "A-question.md"
        await stage.until(target.exists)
        await stage.until(lambda: "Exported to" in stage.notices)
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert "Yes." in target.read_text()
        target.write_text("mine")
        await stage.command("/export markdown")
        await stage.until(lambda: "already exists" in stage.screen_text)
        await stage.press("enter")
        await stage.until(lambda: len(stage.app.screen_stack) == 1)
        assert target.read_text() == "mine"
        await stage.command("/export markdown")
        await stage.until(lambda: "already exists" in stage.screen_text)
        await stage.press("down", "enter")
        await stage.until(lambda: "Yes." in target.read_text())
        assert [path.name for path in here.iterdir()] == ["A-question.md"]


async def test_the_dialog_asks_what_and_where_to(tmp_path: Path, here: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("A question")
        await stage.command("/export")
        await stage.until(lambda: "Export what" in stage.screen_text)
        rows = [line.lower() for line in stage.screen_text.split("\n") if "all sessions" in line.lower()]
        assert len(rows) == 4
        assert not any(row.count("jsonl") > 1 or row.count("html") > 1 for row in rows)
        await stage.press(*"all", "space", *"jsonl", "enter")
        await stage.until(lambda: "Export to a file" in stage.screen_text)
        await stage.press("home", *"x-", "enter")
        await stage.until(lambda: any(path.name.startswith("x-glmchat") for path in here.iterdir()))
        await stage.until(lambda: "Exported to" in stage.notices)
        line = next(here.iterdir()).read_text().splitlines()[0]
        assert json.loads(line)["messages"][0]["content"] == "A question"


async def test_a_branch_alone_is_exported_and_a_directory_that_is_not_there_is_told(
    tmp_path: Path, here: Path
) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("A question")
        await stage.command("/retry")
        await stage.until(lambda: "2/2" in stage.screen_text and not stage.workspace.current.runs)
        await stage.command("/export branch branch.json")
        await stage.command("/export session whole.json")
        await stage.until(lambda: (here / "whole.json").exists() and (here / "branch.json").exists())
        counts = [
            len(json.loads((here / name).read_text())["sessions"][0]["messages"])
            for name in ("branch.json", "whole.json")
        ]
        assert counts == [2, 3]
        await stage.command("/export nowhere/x.md")
        await stage.until(lambda: "cannot be written" in stage.notices)


async def test_the_session_is_copied_as_markdown(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("A question")
        await stage.command("/copy-session")
        await stage.until(lambda: "The session" in stage.notices)
        assert "## You" in stage.app.clipboard
        assert "Yes." in stage.app.clipboard


async def test_a_file_is_imported_and_shown(tmp_path: Path, here: Path) -> None:
    async with staged(tmp_path / "one") as stage:
        await stage.send("A question")
        await stage.command("/export all all.json")
        await stage.until((here / "all.json").exists)
    async with staged(tmp_path / "two") as stage:
        await stage.command("/import all.json")
        await stage.until(lambda: "New: 1 session with 2 messages." in stage.screen_text)
        assert "100%" in stage.screen_text
        assert "Already here" not in stage.screen_text
        await stage.press("enter")
        await stage.until(lambda: "A question" in stage.screen_text)
        await stage.command("/import all.json")
        await stage.until(lambda: "Already here, left unchanged: 1 session." in stage.screen_text)
        await stage.press("escape")
        (here / "odd.txt").write_text("nothing of ours")
        await stage.command("/import odd.txt")
        await stage.until(lambda: "none of the files that can be imported" in stage.screen_text)
        await stage.press("escape")
        await stage.command("/import missing.json")
        await stage.until(lambda: "cannot be read" in stage.screen_text)
        await stage.press("escape")


async def test_an_import_that_is_ended_leaves_nothing(
    tmp_path: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {
        "mapping": {"a": {"id": "a", "message": {"author": {"role": "user"}, "content": {"parts": ["x"]}}}}
    }
    many = [{**body, "title": f"number {number}", "id": str(number)} for number in range(500)]
    (here / "conversations.json").write_text(json.dumps(many))
    put, batches, go_on = import_writer.put, count(1), threading.Event()

    def held(*what: Any, **more: Any) -> None:
        if next(batches) == 2:
            assert go_on.wait(60)
        put(*what, **more)

    monkeypatch.setattr(import_writer, "put", held)
    async with staged(tmp_path) as stage:
        await stage.command("/import conversations.json")
        await stage.until(lambda: "%" in stage.screen_text)
        screen = stage.app.screen
        await stage.press("escape")
        await stage.until(lambda: not screen.is_running)
        go_on.set()
        await stage.workspace.settle()
        assert await stage.workspace.archive.count() == 0
    assert next(batches) == 3


async def test_on_a_disk_that_cannot_be_written_the_chat_goes_on_and_says_so(
    tmp_path: Path, here: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    archive = await Archive.open(data / "history.db")
    await archive.close()
    with read_only(data):
        async with staged(tmp_path, archive=await Archive.open(data / "history.db")) as stage:
            await stage.until(lambda: "cannot be written" in stage.notices)
            assert "NOT SAVED" in stage.screen_text
            await stage.send("A question")
            assert stage.messages()[-1].state is State.COMPLETE
            await stage.command("/export kept.json")
            await stage.until((here / "kept.json").exists)
            kept = json.loads((here / "kept.json").read_text())["sessions"][0]["messages"]
            assert [message["content"] for message in kept] == ["A question", "Yes."]
            await stage.press("ctrl+q")
            await stage.until(lambda: "This session is not saved" in stage.screen_text)
            await stage.press("escape")
            await stage.send("Another one")


async def test_a_damaged_history_is_told_and_the_chat_goes_on(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(os.urandom(20_000))
    async with staged(tmp_path) as stage:
        await stage.until(lambda: "is damaged" in stage.notices)
        assert "NOT SAVED" in stage.screen_text
        await stage.send("A question")
        await stage.command("/search question")
        await asyncio.sleep(0)
        await stage.until(lambda: "2 found" in stage.screen_text)
