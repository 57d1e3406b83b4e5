"""The keys of vim in the prompt, as `editing = "vim"` asks for them."""

from __future__ import annotations

from pathlib import Path

from textual import events

from glmchat.workspace import Preferences
from tests.scripted import delta, held
from tests.tui.stage import Stage, staged

VIM = Preferences(editing="vim")


def cursor(stage: Stage) -> tuple[int, int]:
    return stage.app.chat.prompt.cursor_location


def footer(stage: Stage) -> str:
    return stage.screen_text.splitlines()[-1]


async def keys(stage: Stage, text: str) -> None:
    """Press the characters of a text as keys."""
    named = {
        " ": "space",
        "$": "dollar_sign",
        ".": "full_stop",
        '"': "quotation_mark",
        "~": "tilde",
        "/": "slash",
    }
    for char in text:
        await stage.pilot.press(named.get(char, char))
    await stage.pilot.pause()


async def test_plain_keys_are_the_default_and_know_no_modes(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("one two")
        await stage.press("escape", "x")
        assert stage.prompt == "one twox"
        assert "INSERT" not in stage.screen_text


async def test_escape_leaves_insert_mode_and_the_bar_says_so(tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=VIM) as stage:
        await stage.until(lambda: "INSERT" in footer(stage))
        await stage.type("one two three")
        await stage.press("escape")
        await stage.until(lambda: "NORMAL" in footer(stage))
        await keys(stage, "2d")
        await stage.until(lambda: "NORMAL 2d" in footer(stage))
        await stage.press("escape")
        await keys(stage, "bbdw0~")
        assert stage.prompt == "One three"
        await keys(stage, "0v")
        await stage.until(lambda: "VISUAL" in footer(stage))
        await keys(stage, "ecTwo")
        await stage.until(lambda: "INSERT" in footer(stage))
        assert stage.prompt == "Two three"


async def test_a_reply_is_stopped_by_escape_in_normal_mode_only(tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=VIM) as stage:
        pieces, _ = held(delta(content="The first part."))
        stage.script.scripts = [pieces]
        await stage.begin()
        await stage.type("next")
        await stage.press("escape")
        assert stage.workspace.current.runs
        await stage.press("escape")
        await stage.until(lambda: not stage.workspace.current.runs)
        assert stage.prompt == "next"


async def test_enter_sends_in_normal_mode_and_the_next_prompt_is_written_at_once(tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=VIM) as stage:
        await stage.type("one two")
        await stage.press("escape")
        await keys(stage, "db")
        await stage.press("enter")
        await stage.until(lambda: len(stage.messages()) == 2 and not stage.workspace.current.runs)
        assert stage.messages()[0].content == "one o"
        await stage.type("dd")
        assert stage.prompt == "dd"


async def test_enter_does_not_send_what_a_command_waits_over(tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=VIM) as stage:
        await stage.type("one two")
        for waiting in ("2d", "v", "r"):
            await stage.press("escape")
            await keys(stage, waiting)
            await stage.press("enter")
        assert (stage.prompt, stage.messages()) == ("one two", [])


async def test_undo_redo_and_repeat(tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=VIM) as stage:
        await stage.type("one two three four")
        await stage.press("escape")
        await keys(stage, "0dw.")
        assert stage.prompt == "three four"
        await keys(stage, "u")
        assert stage.prompt == "two three four"
        await keys(stage, "uU")
        assert stage.prompt == "two three four"


async def test_thinking_is_still_switched_by_its_key(tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=VIM) as stage:
        await stage.press("escape", "ctrl+r")
        assert stage.workspace.current.values


async def test_a_slash_looks_for_a_text_where_one_is_and_enter_ends_the_search(tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=VIM) as stage:
        await stage.type("one two three")
        await stage.press("escape")
        await stage.type("0/tx")
        await stage.press("backspace")
        await stage.type("hr")
        assert "/thr" in stage.screen_text
        await stage.press("enter")
        await stage.type("x")
        assert stage.prompt == "one two hree" and not stage.messages()


async def test_several_lines(tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=VIM) as stage:
        await stage.type("one\ntwo\nthree")
        await stage.press("escape")
        await keys(stage, "kddggP")
        assert stage.prompt == "two\none\nthree"
        await keys(stage, "Vjd")
        assert stage.prompt == "three"


async def test_up_from_the_first_line_recalls_what_was_sent(tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=VIM) as stage:
        await stage.send("earlier")
        await stage.type("now")
        await stage.press("escape")
        await keys(stage, "k")
        assert stage.prompt == "earlier"
        await keys(stage, "j")
        assert stage.prompt == "now"


async def test_what_is_pasted_in_normal_mode_is_there_and_can_be_undone(tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=VIM) as stage:
        await stage.type("ab")
        await stage.press("escape")
        stage.app.chat.prompt.post_message(events.Paste("one\ntwo"))
        await stage.until(lambda: stage.prompt == "aone\ntwob")
        await keys(stage, "u")
        assert stage.prompt == "ab"


async def test_the_mark_of_a_long_paste_is_cut_whole_and_comes_back_whole(tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=VIM) as stage:
        long = "line\n" * 300
        await stage.type("see")
        stage.app.chat.prompt.post_message(events.Paste(long))
        await stage.until(lambda: stage.prompt == "see" + long)
        await stage.press("escape")
        await keys(stage, "bx")
        assert stage.prompt == "see"
        await keys(stage, "u")
        assert stage.prompt == "see" + long


async def test_what_is_typed_elsewhere_is_written(tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=VIM) as stage:
        await stage.send("Hello")
        await stage.press("escape", "alt+2")
        await keys(stage, "dd")
        assert stage.prompt == "dd"


async def test_a_slash_begins_a_command_in_an_empty_prompt(tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=VIM) as stage:
        await stage.press("escape")
        await keys(stage, "/se")
        assert stage.prompt == "/se"
        assert stage.app.chat.slash.is_open
        await stage.press("escape")
        assert not stage.app.chat.slash.is_open
        await keys(stage, "x")
        assert stage.prompt == "/s"


async def test_the_setting_holds_at_once_both_ways(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("one")
        stage.app.chat.prompt.edit_by("vim")
        await stage.press("escape", "x")
        assert stage.prompt == "on"
        stage.app.chat.prompt.edit_by("plain")
        await stage.press("x")
        assert stage.prompt == "oxn"
        await stage.until(lambda: "NORMAL" not in footer(stage))


async def test_the_cursor_shows_the_end_of_what_is_selected(tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=VIM) as stage:
        await stage.type("one two")
        await stage.press("escape")
        await keys(stage, "0ve")
        assert cursor(stage) == (0, 2)
        assert stage.app.chat.prompt.selection.start == (0, 0)
