"""Prompts of the library in the chat: offered, filled in, allowed once, made from a message; and what was copied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from glmchat.prompts import library
from glmchat.support import clipboard
from glmchat.tui.screens.choose import ChooseScreen
from glmchat.tui.screens.confirm import ConfirmScreen
from glmchat.tui.screens.form import FormScreen
from tests.tui.stage import Stage, staged


@pytest.fixture(autouse=True)
def prompts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    place = library.own_directory()
    place.mkdir(parents=True)
    header = "---\nabout: Sums it up.\nsystem: Be brief.\ntemperature: 0.2\n---\n"
    (place / "sum.md").write_text(header + "{n:three} on {topic}")
    (place / "copy.md").write_text("never")
    (tmp_path / "work" / ".glmchat" / "prompts").mkdir(parents=True)
    (tmp_path / "work" / ".glmchat" / "prompts" / "theirs.md").write_text("Their words")
    monkeypatch.chdir(tmp_path / "work")
    return place


async def known(stage: Stage) -> None:
    await stage.until(lambda: "sum" in stage.presenter.prompts.known)


async def asked(stage: Stage, kind: type[Any]) -> None:
    await stage.until(lambda: isinstance(stage.app.screen, kind))


async def test_a_prompt_is_offered_filled_in_and_put_where_it_can_be_read(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await known(stage)
        await stage.type("/su")
        assert ("/sum", "Sums it up.") in [(each.shown, each.about) for each in stage.app.chat.slash.offers]
        await stage.command("/sum And why?")
        await asked(stage, FormScreen)
        await stage.press("enter")
        await stage.until(lambda: "topic needs a text" in stage.screen_text)
        for char in "tea":
            await stage.press(char)
        await stage.press("shift+tab", "end", "x", "tab", "enter")
        await stage.until(lambda: stage.prompt == "threex on tea\n\nAnd why?")
        current = stage.workspace.current
        assert (current.system, current.values.get("temperature")) == ("Be brief.", 0.2)
        assert "also sets temperature = 0.20, its system prompt" in stage.notices.replace("\n", " ")
        assert not stage.script.bodies


async def test_built_in_names_win(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await known(stage)
        await stage.send("hello")
        await stage.command("/copy")
        assert stage.prompt == ""
        assert not [each for each in stage.app.chat.slash.offers if each.about == "never"]


async def test_a_projects_prompt_is_used_after_one_yes(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await known(stage)
        await stage.command("/project:theirs")
        await asked(stage, ConfirmScreen)
        assert "Their words" in stage.screen_text
        await stage.press("enter")
        assert stage.prompt == ""
        await stage.command("/project:theirs")
        await asked(stage, ConfirmScreen)
        await stage.press("down", "enter")
        await stage.until(lambda: stage.prompt == "Their words")
        stage.app.chat.prompt.put("")
        await stage.command("/project:theirs")
        await stage.until(lambda: stage.prompt == "Their words")


async def test_a_message_becomes_a_prompt(tmp_path: Path, prompts: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Translate {this}")
        await stage.command("/save-prompt mine")
        await stage.until((prompts / "mine.md").exists)
        await stage.until(lambda: "mine" in stage.presenter.prompts.known)
        await stage.command("/mine")
        await stage.until(lambda: stage.prompt == "Translate {this}")


async def test_earlier_prompts_are_found_by_their_letters(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        for text in ("What is a stable sort?", "Write a haiku", "第二个问题"):
            await stage.send(text)
        await stage.type("draft")
        await stage.press("ctrl+s")
        await asked(stage, ChooseScreen)
        for char in "wsrt":
            await stage.press(char)
        await stage.press("enter")
        await stage.until(lambda: stage.prompt == "What is a stable sort?")
        await stage.press("ctrl+s")
        await asked(stage, ChooseScreen)
        await stage.press("enter")
        await stage.until(lambda: stage.prompt == "第二个问题")


async def test_what_was_copied_is_put_in_at_the_cursor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(tmp_path) as stage:
        monkeypatch.setattr(clipboard, "picture", lambda: None)
        monkeypatch.setattr(clipboard, "text", lambda: "copied")
        await stage.command("/clip")
        await stage.until(lambda: stage.prompt == "copied")
        monkeypatch.setattr(clipboard, "text", lambda: None)
        await stage.command("/clip")
        await stage.until(lambda: "nor a tool here" in stage.notices)
        stage.app.copy_to_clipboard("from a code block")
        await stage.command("/clip")
        await stage.until(lambda: stage.prompt == "from a code block")


async def test_what_the_program_knows_is_not_asked_for(
    tmp_path: Path, prompts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "text", lambda: "one\ntwo")
    (prompts / "tell.md").write_text("{clipboard} and {what}")
    (prompts / "only.md").write_text("See {clipboard}")
    async with staged(tmp_path) as stage:
        await known(stage)
        await stage.command("/tell")
        await asked(stage, FormScreen)
        assert "clipboard: 2 lines" in stage.screen_text
        await stage.press("a", "ctrl+j", "b", "enter")
        await stage.until(lambda: stage.prompt == "one\ntwo and a\nb")
        await stage.command("/only")
        await stage.until(lambda: stage.prompt == "See one\ntwo")


async def test_a_file_that_a_prompt_asks_for_is_attached_or_asked_again(
    tmp_path: Path, prompts: Path
) -> None:
    (prompts / "look.md").write_text("Read {file}.")
    Path("a.txt").write_text("A")
    async with staged(tmp_path) as stage:
        await known(stage)
        await stage.command("/look")
        await asked(stage, FormScreen)
        await stage.press("n", "o", "enter")
        await stage.until(lambda: "no" in stage.screen_text and "There is no file" in stage.told)
        await asked(stage, FormScreen)
        await stage.press("backspace", "backspace", "a", "full_stop", "t", "x", "t", "enter")
        await stage.until(lambda: stage.prompt == "Read a.txt.")
        assert [each.attached.attachment.name for each in stage.workspace.current.attached] == ["a.txt"]


async def test_leaving_the_form_leaves_the_prompt_as_it_was(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await known(stage)
        await stage.command("/sum")
        await asked(stage, FormScreen)
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.app.chat)
        assert stage.prompt == ""


async def test_the_library_is_listed_and_a_folder_taken_in(tmp_path: Path) -> None:
    theirs = tmp_path / "a folder"
    theirs.mkdir()
    (theirs / "Given One.md").write_text("Given")
    async with staged(tmp_path) as stage:
        await known(stage)
        await stage.command(f"/prompts import {theirs}")
        await stage.until(lambda: "1 prompt taken in." in stage.told)
        await stage.command("/prompts")
        await asked(stage, ChooseScreen)
        for char in "given":
            await stage.press(char)
        await stage.press("enter")
        await stage.until(lambda: stage.prompt == "Given")
        stage.app.chat.prompt.put("")
        await stage.command("/prompts import nowhere")
        await stage.until(lambda: "There is no folder" in stage.told)
