"""Files and pictures in the chat: chosen with @, named or dropped, sent byte for byte, looked at and left out."""

from __future__ import annotations

import base64
import re
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual import events

from glmchat.core.attached import Attached
from glmchat.files import attaching
from glmchat.files.patience import Patience
from glmchat.files.pictures import Form
from glmchat.files.refused import LateRefused
from glmchat.support import clipboard
from glmchat.tui.app import Start
from glmchat.tui.commands.actions import attach, messages
from glmchat.tui.platform.kitty import Kitty
from glmchat.tui.platform.sixel import Sixels
from glmchat.tui.screens.confirm import ConfirmScreen
from glmchat.tui.screens.report import ReportScreen
from glmchat.tui.widgets.transcript.values import Act, Action
from glmchat.workspace import attaching as attaching_now
from tests.files.drawn import png
from tests.scripted import delta, held, reply
from tests.tui.stage import Stage, staged


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with some files."""
    place = tmp_path / "work"
    (place / "src").mkdir(parents=True)
    (place / "src" / "main.py").write_text("print(1)\nprint(2)\n")
    (place / "notes.md").write_text("the walrus")
    (place / "a.png").write_bytes(png())
    monkeypatch.chdir(place)
    return place


def last_sent(stage: Stage) -> Any:
    return stage.script.bodies[-1]["messages"][-1]["content"]


def chips(stage: Stage) -> list[str]:
    return [each.attached.attachment.name for each in stage.workspace.current.attached]


def tells(stage: Stage, words: str) -> bool:
    return words in stage.told


async def paste(stage: Stage, text: str) -> None:
    stage.app.post_message(events.Paste(text))
    await stage.pilot.pause()


@asynccontextmanager
async def with_file(tmp_path: Path, name: str = "src/main.py", **options: Any) -> AsyncIterator[Stage]:
    async with staged(tmp_path, **options) as stage:
        await stage.command(f"/file {name}")
        await stage.until(lambda: chips(stage))
        yield stage


async def test_a_file_is_sent_under_its_name_and_kept(tmp_path: Path) -> None:
    async with with_file(tmp_path) as stage:
        await stage.until(
            lambda: "src/main.py (UTF-8" in stage.screen_text and "take off" in stage.screen_text
        )
        await stage.send("What is it?")
        assert last_sent(stage) == "src/main.py:\n```py\nprint(1)\nprint(2)\n```\n\nWhat is it?"
        assert chips(stage) == [] and not stage.app.chat.chips.display
        await stage.send("And now?")
        assert stage.script.bodies[-1]["messages"][0]["content"].startswith("src/main.py:")
        (hit, *_) = await stage.workspace.archive.search.find("in:file print")
        assert hit.message_id == stage.messages()[0].id


async def test_a_directory_is_attached_after_a_look_at_what_it_would_take_in(
    tmp_path: Path, here: Path
) -> None:
    (here / "src" / "b.png").write_bytes(png())
    (here / "src" / "x.bin").write_bytes(b"\0\1")
    async with staged(tmp_path) as stage:
        await stage.command("/file src/")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.until(lambda: "1 file and 1 picture" in stage.screen_text)
        assert "Left out: 1 not text." in stage.screen_text and not chips(stage)
        await stage.press("end", "enter")  # which they are
        await stage.until(lambda: isinstance(stage.app.screen, ReportScreen))
        await stage.until(lambda: "src/x.bin" in stage.screen_text)
        await stage.press("escape")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("down", "enter")  # without the pictures
        await stage.until(lambda: chips(stage) == ["src/main.py"])
        await stage.command("/file **/*.md")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("escape")
        await stage.until(lambda: not isinstance(stage.app.screen, ConfirmScreen))
        assert chips(stage) == ["src/main.py"]


async def test_escape_stops_what_takes_long_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(_: str, __: Form, patience: Patience) -> Attached:
        stopped = threading.Event()
        with patience.ending(stopped.set):
            stopped.wait()
        raise LateRefused("a.pdf was not read to its end.")

    monkeypatch.setattr(attach, "_HELD_S", 0)
    for module in (attaching, attaching_now):
        monkeypatch.setattr(module, "attach_any", slow)
    async with staged(tmp_path) as stage:
        for given, told in (("src", "what is in src was stopped"), ("notes.md", "not read to its end")):
            await stage.command(f"/file {given}")
            await stage.until(partial(tells, stage, f"Reading {given} … Esc stops it"))
            await stage.press("escape")
            await stage.until(partial(tells, stage, told))
        assert not chips(stage)


async def test_a_directory_is_offered_once_it_is_named(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("see @src/")
        await stage.until(lambda: stage.app.chat.slash.is_open)
        await stage.until(
            lambda: [each.shown for each in stage.app.chat.slash.offers] == ["src/", "src/main.py"]
        )
        await stage.press("tab")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("enter")
        await stage.until(lambda: chips(stage) == ["src/main.py"])
        assert stage.prompt == "see @src/ "


async def test_a_file_of_a_directory_elsewhere_keeps_its_name_when_it_is_sent(tmp_path: Path) -> None:
    (tmp_path / "other" / "sub").mkdir(parents=True)
    (tmp_path / "other" / "sub" / "x.md").write_text("x")
    async with staged(tmp_path) as stage:
        await stage.command(f"/file {tmp_path / 'other'}")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("enter")
        await stage.until(lambda: chips(stage) == ["other/sub/x.md"])
        await stage.send("hi")
        assert last_sent(stage).startswith("other/sub/x.md:\n")


async def test_an_at_offers_files_and_only_a_choice_attaches(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("see @mai")
        await stage.until(lambda: stage.app.chat.slash.is_open)
        assert [each.shown for each in stage.app.chat.slash.offers] == ["src/main.py"]
        await stage.press("tab")
        await stage.until(lambda: chips(stage) == ["src/main.py"])
        assert stage.prompt == "see @src/main.py "


@pytest.mark.parametrize(
    "text", ["@dataclass", "@notes.md", "mail a@notes.md", "/usr/bin is", "see @src/main.py"]
)
async def test_words_stay_words(tmp_path: Path, text: str) -> None:
    async with staged(tmp_path) as stage:
        await stage.type(text)
        await stage.press("enter")
        await stage.until(lambda: stage.script.bodies)
        assert last_sent(stage) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("see @src/main.py", "@src/main.py. /file src/main.py"),
        ("look into @src, please", "@src. /file src "),
        ("(@src/main.py:1-2) and @notes.md.", "@src/main.py:1-2, @notes.md. /file src/main.py:1-2"),
    ],
)
async def test_a_path_that_was_typed_and_not_chosen_is_said_to_go_as_text(
    tmp_path: Path, text: str, told: str
) -> None:
    async with staged(tmp_path) as stage:
        stage.app.chat.prompt.put(text)
        await stage.press("enter")
        await stage.until(lambda: "Sent as text, not attached: " + told in stage.told)
        await stage.until(lambda: last_sent(stage) == text)
        assert len(stage.app.screen_stack) == 1


@pytest.mark.parametrize("text", ["@dataclass", "mail a@notes.md", "@nothing.md", "/set tools @notes.md"])
async def test_words_that_name_no_file_are_sent_without_a_word(tmp_path: Path, text: str) -> None:
    async with staged(tmp_path) as stage:
        stage.app.chat.prompt.put(text)
        await stage.press("enter")
        await stage.send("and @notes.md")
        await stage.until(lambda: "@notes.md. /file" in stage.told)
        assert stage.told.count("Sent as text") == 1


@pytest.mark.parametrize("pasted", ["@notes.md\ndef f(): ...", "@notes.md " * 2000])
async def test_what_was_pasted_or_chosen_is_not_told_to_go_as_text(tmp_path: Path, pasted: str) -> None:
    async with staged(tmp_path) as stage:
        await paste(stage, pasted)
        await stage.type(" and @main")
        await stage.until(lambda: stage.app.chat.slash.is_open)
        await stage.press("tab")
        await stage.until(lambda: chips(stage) == ["src/main.py"])
        await stage.press("enter")
        await stage.until(lambda: stage.script.bodies)
        await stage.send("and @src")
        await stage.until(lambda: "@src. /file" in stage.told)
        assert stage.told.count("Sent as text") == 1


async def test_lines_are_chosen_in_the_picker(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("@main.py:2")
        await stage.until(lambda: stage.app.chat.slash.is_open)
        await stage.press("down", "enter")
        await stage.until(lambda: chips(stage))
        await stage.press("enter")
        await stage.until(lambda: stage.script.bodies)
        assert last_sent(stage) == "src/main.py (line 2 of 2):\n```py\nprint(2)\n```\n\n@src/main.py:2 "


@pytest.mark.parametrize("form", ["{}", "'{}' ", "file://{}", "{}\n"])
async def test_a_dropped_file_is_attached_and_one_key_takes_it_back(
    tmp_path: Path, here: Path, form: str
) -> None:
    pasted = form.format(here / "notes.md")
    async with staged(tmp_path) as stage:
        await stage.type("ab")
        await paste(stage, pasted)
        await stage.until(lambda: chips(stage) == ["notes.md"])
        assert stage.prompt == "ab"
        await stage.press("backspace")
        await stage.until(lambda: not chips(stage))
        assert stage.prompt == "ab" + pasted
        await stage.press("backspace")
        assert stage.prompt == "ab" + pasted[:-1]


async def test_what_was_attached_before_it_was_dropped_stays_when_that_is_taken_back(
    tmp_path: Path, here: Path
) -> None:
    async with with_file(tmp_path, "notes.md") as stage:
        await paste(stage, str(here / "notes.md"))
        await stage.until(lambda: "Backspace makes it text" in stage.told)
        await stage.press("backspace")
        await stage.until(lambda: stage.prompt == str(here / "notes.md"))
        assert chips(stage) == ["notes.md"]


async def test_a_pasted_path_that_is_not_there_stays_text(tmp_path: Path, here: Path) -> None:
    async with staged(tmp_path) as stage:
        for text in (str(here / "gone.md"), str(here / "src"), "/usr/bin "):
            await paste(stage, text)
        await stage.type("x")
        assert not chips(stage)
        assert stage.prompt == f"{here / 'gone.md'}{here / 'src'}/usr/bin x"


async def test_a_dropped_file_that_cannot_be_read_stays_text_and_is_said(tmp_path: Path, here: Path) -> None:
    (here / "x.bin").write_bytes(b"\0\1\2")
    async with staged(tmp_path) as stage:
        await paste(stage, str(here / "x.bin"))
        await stage.until(lambda: "binary" in stage.notices)
        assert stage.prompt == str(here / "x.bin") and not chips(stage)


async def test_what_vanished_before_sending_is_said_and_the_prompt_stays(tmp_path: Path, here: Path) -> None:
    async with with_file(tmp_path, "notes.md") as stage:
        (here / "notes.md").unlink()
        await stage.type("hello")
        await stage.press("enter")
        await stage.until(lambda: "no file" in stage.notices)
        assert (stage.prompt, chips(stage), stage.messages()) == ("hello", ["notes.md"], [])


async def test_a_file_is_read_when_it_is_sent(tmp_path: Path, here: Path) -> None:
    async with with_file(tmp_path, "notes.md") as stage:
        (here / "notes.md").write_text("newer")
        await stage.press("enter")  # without a word
        await stage.until(lambda: stage.script.bodies)
        assert last_sent(stage) == "notes.md:\n```md\nnewer\n```"
        assert stage.workspace.current.title == "notes.md"


async def test_order_lines_and_taking_off_by_the_list(tmp_path: Path) -> None:
    async with with_file(tmp_path) as stage:
        await stage.command("/file notes.md")
        await stage.until(lambda: len(chips(stage)) == 2)
        attaching = stage.workspace.attaching
        first, second = stage.workspace.current.attached
        attaching.move(second.id, -1)
        assert chips(stage) == ["notes.md", "src/main.py"]
        await attaching.narrow(first.id, "2")
        assert first.attached.attachment.part == "line 2 of 2"
        await stage.command("/files")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("down", "enter")
        await stage.until(lambda: chips(stage) == ["src/main.py"])
        await stage.press("escape")
        await stage.command("/file notes.md")
        await stage.until(lambda: len(chips(stage)) == 2)
        await stage.command("/files")
        await stage.press("down", "delete")
        assert chips(stage) == ["src/main.py"]
        await stage.press("delete")
        await stage.until(lambda: not stage.workspace.current.attached and len(stage.app.screen_stack) == 1)
        await stage.command("/file notes.md")
        await stage.until(lambda: len(chips(stage)) == 1)
        await stage.command("/files none")
        await stage.until(lambda: not stage.workspace.current.attached)
        await stage.command("/files some")
        await stage.until(lambda: "/files takes none" in stage.notices)


async def test_a_picture_needs_a_model_that_sees(tmp_path: Path) -> None:
    async with with_file(tmp_path, "a.png") as stage:
        await stage.type("What is it?")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.until(lambda: "cannot see" in stage.screen_text)
        assert "Choose another model" in stage.screen_text
        await stage.press("escape")
        await stage.until(lambda: not isinstance(stage.app.screen, ConfirmScreen))
        assert (stage.prompt, chips(stage), stage.script.bodies) == ("What is it?", ["a.png"], [])
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("end", "enter")  # all the same
        await stage.until(lambda: stage.script.bodies)
        uri = f"data:image/png;base64,{base64.b64encode(png()).decode()}"
        assert last_sent(stage) == [
            {"type": "text", "text": "What is it?"},
            {"type": "image_url", "image_url": {"url": uri}},
        ]


async def test_what_was_attached_is_opened_left_out_and_attached_anew(tmp_path: Path, here: Path) -> None:
    async with with_file(tmp_path, "notes.md") as stage:
        await stage.send("hi")
        id = stage.messages()[0].id
        assert "notes.md (UTF-8" in stage.screen_text
        stage.app.perform(messages.act, id, Action(Act.SHOW_ATTACHED))
        await stage.until(lambda: isinstance(stage.app.screen, ReportScreen))
        assert "the walrus" in stage.screen_text
        await stage.press("escape")
        (here / "notes.md").write_text("changed")
        stage.app.perform(messages.act, id, Action(Act.ATTACH_ANEW))
        await stage.until(lambda: "has changed since" in stage.notices)
        stage.app.perform(messages.act, id, Action(Act.LEAVE_OUT))
        await stage.until(lambda: stage.messages()[0].attachments[0].left_out)
        await stage.send("again")
        bodies = stage.script.bodies[-1]["messages"]
        assert (bodies[0]["content"], bodies[-1]["content"]) == (
            "hi",
            "notes.md:\n```md\nchanged\n```\n\nagain",
        )


async def test_a_file_that_is_too_large_for_the_window_is_cut_by_choice(tmp_path: Path, here: Path) -> None:
    (here / "big.txt").write_text("".join(f"line {number} of a long file\n" for number in range(60_000)))
    async with with_file(tmp_path, "big.txt") as stage:
        await stage.type("hi")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        assert "the beginning of big.txt" in stage.screen_text and "the end of big.txt" in stage.screen_text
        assert not stage.script.bodies
        await stage.press("down", "enter")
        await stage.until(lambda: stage.script.bodies)
        assert "line 59999 of" in last_sent(stage) and "line 1 of" not in last_sent(stage)
        assert last_sent(stage).startswith("big.txt (lines ")
        window = stage.workspace.requests.context().window
        assert window is not None and len(last_sent(stage)) / 3 < window  # three characters a token still fit


async def test_a_picture_is_drawn_in_half_blocks_below_its_line(tmp_path: Path, here: Path) -> None:
    pytest.importorskip("PIL")
    (here / "a.png").write_bytes(png(6, 4))
    async with with_file(tmp_path, "a.png") as stage:
        stage.workspace.replies.send("look")
        await stage.until(lambda: "▀" * 6 in stage.screen_text)
        lines = stage.screen_text.splitlines()
        at = next(number for number, line in enumerate(lines) if "a.png (PNG, 6 × 4" in line)
        assert "▀" * 6 in lines[at + 1] and "▀" * 6 in lines[at + 2] and "▀" not in lines[at + 3]
        strip = stage.app.screen._compositor.render_strips()[at + 1]
        (cell,) = [segment for segment in strip if "▀" in segment.text]
        assert cell.style is not None and cell.style.color is not None and cell.style.bgcolor is not None
        assert cell.style.color.triplet == cell.style.bgcolor.triplet == (0xF8, 0, 0)


async def test_a_terminal_that_draws_pictures_is_given_one_in_cells_of_its_own(
    tmp_path: Path, here: Path
) -> None:
    pytest.importorskip("PIL")
    (here / "a.png").write_bytes(png(25, 45))
    async with with_file(tmp_path, "a.png") as stage:
        stage.app.pictures.graphics = graphics = Kitty()
        stage.workspace.replies.send("look")
        await stage.until(lambda: "\U00100000" in stage.screen_text)
        lines = stage.screen_text.splitlines()
        at = next(number for number, line in enumerate(lines) if "a.png (PNG, 25 × 45" in line)
        rows = [re.sub("[^\U00100000-\U0010fffd]", "", line) for line in lines[at + 1 : at + 5]]
        assert [len(row) for row in rows] == [3, 3, 3, 0] and "▀" not in stage.screen_text
        sent = graphics.drawn("\x1b[1;1H" + rows[0])
        assert sent.count("a=t,f=100") == sent.count("a=p,") == 1 and sent.endswith("   ")


async def test_a_picture_is_drawn_anew_when_it_turns_out_that_the_terminal_can(
    tmp_path: Path, here: Path
) -> None:
    pytest.importorskip("PIL")
    (here / "a.png").write_bytes(png(25, 45))
    async with with_file(tmp_path, "a.png") as stage:
        stage.workspace.replies.send("look")
        await stage.until(lambda: "▀▀" in stage.screen_text)
        stage.app.pictures.graphics = Sixels()
        stage.app.pictures.changed()
        await stage.until(lambda: "\U00100000" in stage.screen_text and "▀" not in stage.screen_text)


async def test_a_picture_that_a_model_returned_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    uri = f"data:image/png;base64,{base64.b64encode(png(5, 2)).decode()}"
    async with staged(tmp_path) as stage:
        stage.script.scripts.append([delta(images=[{"image_url": {"url": uri}}]), *reply("Here.")])
        await stage.send("draw")
        await stage.until(lambda: "▀" * 5 in stage.screen_text)
        await stage.press("shift+up")
        await stage.until(lambda: "▀" * 5 in stage.screen_text)


async def test_a_picture_that_cannot_be_drawn_is_a_line(
    tmp_path: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "glmchat.files.drawing", None)
    async with with_file(tmp_path, "a.png") as stage:
        stage.workspace.replies.send("look")
        await stage.until(lambda: len(stage.messages()) == 2 and not stage.workspace.current.runs)
        await stage.until(lambda: "a.png (PNG, 3 × 2" in stage.screen_text)
        assert "▀" not in stage.screen_text


async def test_the_request_is_shown_with_a_picture_cut_short_and_copied_whole(
    tmp_path: Path, here: Path
) -> None:
    from glmchat.tui.screens.request import RequestScreen

    (here / "a.png").write_bytes(png(300, 300))
    async with with_file(tmp_path, "a.png") as stage:
        await stage.press("f4")
        await stage.until(lambda: isinstance(stage.app.screen, RequestScreen))
        screen = stage.app.screen
        assert isinstance(screen, RequestScreen)
        uri = base64.b64encode(png(300, 300)).decode()
        assert "characters)" in screen._text and uri not in screen._text
        assert uri in screen._copied


async def test_a_queued_prompt_keeps_its_files_and_gives_them_back(tmp_path: Path) -> None:
    script, _ = held(delta(content="a"))
    async with staged(tmp_path) as stage:
        stage.script.scripts.append(script)
        await stage.begin()
        await stage.command("/file notes.md")
        await stage.until(lambda: chips(stage))
        await stage.type("next")
        await stage.press("enter")
        await stage.until(lambda: stage.workspace.current.queue)
        assert not chips(stage)
        await stage.press("escape")
        await stage.until(lambda: chips(stage) == ["notes.md"])
        assert stage.prompt == "next"


async def test_a_chosen_picture_that_cannot_be_seen_leaves_the_prompt_as_it_was(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("look @a.p")
        await stage.until(lambda: stage.app.chat.slash.is_open)
        await stage.press("tab")
        await stage.until(lambda: chips(stage))
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        assert stage.prompt == "look @a.png "
        await stage.press("escape")
        await stage.until(lambda: not isinstance(stage.app.screen, ConfirmScreen))
        assert stage.prompt == "look @a.png "


async def test_incognito_keeps_what_is_attached_in_memory(tmp_path: Path, here: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/incognito")
        await stage.until(lambda: stage.workspace.current.incognito)
        for name in ("notes.md", "a.png"):
            stage.app.perform(attach.attach_named, name)
            await stage.until(lambda name=name: name in chips(stage))  # type: ignore[misc]
        stage.workspace.replies.send("look")
        await stage.until(lambda: len(stage.messages()) == 2 and not stage.workspace.current.runs)
        await stage.send("again")
        first = stage.script.bodies[-1]["messages"][0]["content"]
        assert "the walrus" in first[0]["text"] and first[1]["type"] == "image_url"
        assert not list(tmp_path.rglob("pictures"))
        assert await stage.workspace.archive.search.find("in:file walrus") == []


async def test_a_copied_picture_is_attached_and_takes_the_place_of_an_older_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(tmp_path) as stage:
        monkeypatch.setattr(clipboard, "picture", png)
        stage.app._clipboard = "older"
        await stage.type("see")
        await stage.press("ctrl+v")
        await stage.until(lambda: chips(stage) == ["clipboard.png"])
        await stage.until(lambda: stage.prompt == "see")
        monkeypatch.setattr(clipboard, "picture", lambda: png(5, 5))
        await stage.command("/clip")
        await stage.until(lambda: chips(stage) == ["clipboard.png", "clipboard-2.png"])


@pytest.mark.parametrize("after", ["taken off", "sent", "purged"])
async def test_a_copied_picture_survives_a_restart_in_its_draft_and_goes_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    monkeypatch.setattr(clipboard, "picture", png)

    def files() -> list[str]:
        return [each.name for each in tmp_path.rglob("pictures/*")]

    async with staged(tmp_path) as stage:
        await stage.send("first")
        await stage.press("ctrl+v")
        await stage.until(lambda: chips(stage) == ["clipboard.png"])
        digest = stage.workspace.current.attached[0].attached.attachment.digest
    assert files() == [digest]
    async with staged(tmp_path, start=Start(newest=True)) as stage:
        assert chips(stage) == ["clipboard.png"]
        chosen = stage.workspace.current.attached[0]
        assert chosen.attached.attachment.digest == digest and chosen.attached.content
        if after == "taken off":
            stage.app.perform(attach.take_off, chosen.id)
            await stage.until(lambda: not files())
        elif after == "sent":
            stage.workspace.replies.send("look")
            await stage.until(lambda: len(stage.messages()) == 4 and not stage.workspace.current.runs)
            await stage.workspace.archive.flush()
            assert files() == [digest]
            assert "image_url" in str(stage.script.bodies[-1])
        else:
            id = stage.workspace.current.id
            stage.app.run_command("new")
            await stage.until(lambda: stage.workspace.current.id != id)
            await stage.workspace.archive.purge([id])
            assert not files()


async def test_a_copied_picture_of_an_incognito_draft_is_never_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "picture", png)
    async with staged(tmp_path) as stage:
        await stage.command("/incognito")
        await stage.until(lambda: stage.workspace.current.incognito)
        await stage.press("ctrl+v")
        await stage.until(lambda: chips(stage) == ["clipboard.png"])
    assert not list(tmp_path.rglob("pictures/*"))
    async with staged(tmp_path) as stage:
        assert not chips(stage)


async def test_a_copied_text_is_put_in_and_a_copied_file_attached(
    tmp_path: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(tmp_path) as stage:
        monkeypatch.setattr(clipboard, "picture", lambda: None)
        monkeypatch.setattr(clipboard, "text", lambda: "copied")
        await stage.press("ctrl+v")
        await stage.until(lambda: stage.prompt == "copied")
        monkeypatch.setattr(clipboard, "text", lambda: f"file://{here / 'notes.md'}")
        await stage.press("ctrl+v")
        await stage.until(lambda: chips(stage) == ["notes.md"])
        stage.app._clipboard = "from here"
        await stage.press("ctrl+v")
        await stage.until(lambda: stage.prompt == "copiedfrom here")


@pytest.mark.parametrize(("data", "words"), [(b"\x89PNG\r\n\x1a\n", "damaged"), (b"BM", "PNG, JPEG")])
async def test_a_copied_picture_that_is_none_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, words: str
) -> None:
    async with staged(tmp_path) as stage:
        monkeypatch.setattr(clipboard, "picture", lambda: data)
        await stage.press("ctrl+v")
        await stage.until(lambda: words in stage.notices)
        assert not chips(stage)


async def test_where_no_tool_tells_what_was_copied_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(tmp_path) as stage:
        for name in ("picture", "text"):
            monkeypatch.setattr(clipboard, name, lambda: None)
        for tells, words in ((False, "nor a tool here"), (True, "nothing on the clipboard")):
            monkeypatch.setattr(clipboard, "tells", lambda tells=tells: tells)
            await stage.press("ctrl+v")
            await stage.until(lambda words=words: words in stage.notices)  # type: ignore[misc]
