"""The prompt: sending, breaking lines, editing keys, recalling, pasting, completing."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.geometry import Offset

from glmchat.tui.commands.fixed_keys import EDITING
from glmchat.tui.commands.registry import BY_SLASH
from glmchat.tui.screens.themes import ThemeScreen
from tests.tui.stage import Stage, hurried, staged


def last_sent(stage: Stage) -> str:
    return str(stage.script.bodies[-1]["messages"][-1]["content"])


async def test_enter_sends_and_the_prompt_is_empty_again(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("Hello you")
        await stage.press("enter")
        await stage.until(lambda: len(stage.messages()) == 2 and not stage.workspace.current.runs)
        assert last_sent(stage) == "Hello you"
        assert stage.prompt == ""


@pytest.mark.parametrize("key", ["ctrl+j", "alt+enter", "shift+enter"])
async def test_the_line_keys_break_the_line(tmp_path: Path, key: str) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("one")
        await stage.press(key)
        await stage.type("two")
        assert stage.prompt == "one\ntwo"
        assert not stage.script.bodies


async def test_a_backslash_and_enter_break_the_line(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("one")
        await stage.press("backslash", "enter")
        await stage.type("two")
        assert stage.prompt == "one\ntwo"


async def test_nothing_but_space_is_not_sent(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("space", "enter")
        assert not stage.messages()


async def test_indentation_at_the_start_is_sent_as_it_is(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("    return 1\n")
        assert last_sent(stage) == "    return 1"


async def test_it_grows_to_ten_lines_and_no_further(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        heights = []
        for _ in range(14):
            await stage.press("ctrl+j")
            heights.append(stage.app.chat.prompt.size.height)
        assert heights[:3] == [2, 3, 4]
        assert heights[-1] == 10


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["ctrl+a", "X"], "Xone two three"),
        (["ctrl+a", "ctrl+e", "X"], "one two threeX"),
        (["ctrl+w"], "one two "),
        (["ctrl+u"], ""),
        (["ctrl+a", "ctrl+k"], ""),
        (["alt+b", "X"], "one two Xthree"),
        (["ctrl+left", "ctrl+left", "X"], "one Xtwo three"),
        (["ctrl+a", "alt+f", "X"], "oneX two three"),
        (["ctrl+a", "alt+d"], " two three"),
        (["ctrl+b", "ctrl+d"], "one two thre"),
        (["ctrl+w", "ctrl+underscore"], "one two three"),
    ],
)
async def test_the_usual_line_editing_keys_are_kept(tmp_path: Path, keys: list[str], expected: str) -> None:
    async with staged(tmp_path) as stage:
        stage.app.chat.prompt.put("one two three")
        await stage.press(*keys)
        assert stage.prompt == expected


@pytest.mark.parametrize("text", ["", "two\nlines"])
async def test_an_editing_key_where_there_is_nothing_to_edit_does_nothing(tmp_path: Path, text: str) -> None:
    async with staged(tmp_path) as stage:
        for key in (*EDITING, "delete", "ctrl+right", "home", "end"):
            stage.app.chat.prompt.put(text)
            await stage.press(key)
            assert not stage.notices, (key, stage.notices)


async def test_up_and_down_recall_earlier_prompts_and_bring_back_what_was_typed(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("first")
        await stage.send("second")
        await stage.type("draft")
        seen = []
        for key in ["up", "up", "up", "down", "down", "down"]:
            await stage.press(key)
            seen.append(stage.prompt)
        assert seen == ["second", "first", "first", "second", "draft", "draft"]


async def test_what_was_typed_is_kept_when_a_recalled_prompt_is_changed_or_sent(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("first")
        await stage.type("draft")
        await stage.press("up", "x")
        seen = []
        for key in ["up", "down", "up", "up"]:
            await stage.press(key)
            seen.append(stage.prompt)
        await stage.press("enter")
        await stage.until(lambda: stage.prompt == "")
        for key in ["up", "up", "up"]:
            await stage.press(key)
            seen.append(stage.prompt)
        assert seen == ["draft", "firstx", "draft", "first", "first", "firstx", "draft"]


async def test_up_moves_in_the_text_before_it_recalls(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("first")
        stage.app.chat.prompt.put("a\nb")
        await stage.press("up")
        assert stage.prompt == "a\nb"
        await stage.press("up")
        assert stage.prompt == "first"


async def test_prompts_are_recalled_in_the_next_run(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("from before")
    async with staged(tmp_path) as stage:
        await stage.press("up")
        assert stage.prompt == "from before"


def paste(stage: Stage, text: str) -> None:
    stage.app.chat.prompt.post_message(events.Paste(text))


async def test_a_short_paste_is_text(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        paste(stage, "two\r\nlines")
        await stage.until(lambda: stage.prompt)
        assert stage.app.chat.prompt.text == "two\nlines"


async def test_a_megabyte_is_folded_visibly_and_sent_whole(tmp_path: Path) -> None:
    text = "".join(f"line {number} 行\n" for number in range(70_000))
    async with staged(tmp_path) as stage:
        await stage.type("look: ")
        paste(stage, text)
        await stage.until(lambda: "pasted text 1" in stage.app.chat.prompt.text)
        assert "70,001 lines" in stage.app.chat.prompt.text
        await stage.press("enter")
        await stage.until(lambda: "The request may be too long" in stage.screen_text)
        assert "Leave the oldest turns out" not in stage.screen_text
        await stage.press("enter")
        await stage.until(lambda: stage.script.bodies)
        assert last_sent(stage) == "look: " + text.rstrip("\n")


@pytest.mark.parametrize("text", ["a\x1b[31mb", "one\u2028two", "form\x0cfeed", "\u202eright to left"])
async def test_characters_that_an_editor_would_change_are_folded_and_sent_as_they_are(
    tmp_path: Path, text: str
) -> None:
    async with staged(tmp_path) as stage:
        paste(stage, text)
        await stage.until(lambda: stage.prompt)
        assert stage.app.chat.prompt.text.startswith("[pasted text 1")
        await stage.press("enter")
        await stage.until(lambda: stage.script.bodies)
        assert last_sent(stage) == text


async def test_the_mark_of_a_paste_goes_as_a_whole_and_cannot_be_broken(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        paste(stage, "x\n" * 500)
        await stage.until(lambda: stage.prompt)
        await stage.press("left", "left", "y")
        assert stage.app.chat.prompt.text.endswith("]y")
        await stage.press("backspace", "backspace")
        assert stage.app.chat.prompt.text == ""


@pytest.mark.parametrize("text", ["", "one", "one\n"])
async def test_deleting_to_the_end_of_a_line_ends_on_the_last_one(tmp_path: Path, text: str) -> None:
    async with staged(tmp_path) as stage:
        stage.app.chat.prompt.put(text)
        await stage.press("ctrl+a", "ctrl+k", "ctrl+k", "ctrl+k")
        assert "Something went wrong" not in stage.screen_text
        await stage.type("x")
        assert stage.prompt.endswith("x")


async def test_a_slash_offers_commands_and_tab_completes(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("/sys")
        assert [offer.text for offer in stage.app.chat.slash.offers] == ["/system "]
        assert "/system TEXT" in stage.screen_text
        await stage.press("tab")
        assert stage.prompt == "/system "


async def test_a_long_usage_stays_apart_from_what_is_said_of_it(tmp_path: Path) -> None:
    async with staged(tmp_path, size=(80, 24)) as stage:
        await stage.type("/sw")
        await stage.until(lambda: "/sweep" in stage.screen_text)
        row = next(line for line in stage.screen_text.split("\n") if "/sweep" in line)
        assert " Sends" in row


async def test_arrows_choose_an_offer_and_escape_closes_the_list(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("/s")
        offers = stage.app.chat.slash.offers
        await stage.press("down", "tab")
        assert stage.prompt == offers[1].text
        await stage.press("ctrl+u")
        await stage.type("/s")
        await stage.press("escape")
        assert not stage.app.chat.slash.is_open
        assert stage.prompt == "/s"


async def test_arguments_are_offered_too(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("/set top_")
        assert [offer.text for offer in stage.app.chat.slash.offers] == [
            "/set top_p ", "/set top_k ", "/set top_a ", "/set top_logprobs ",
        ]  # fmt: skip
        await stage.press("tab")
        await stage.type("0.5")
        await stage.press("enter")
        assert stage.workspace.current.values.get("top_p") == 0.5


async def keys_of(stage: Stage, typed: str) -> None:
    """Type a line and Enter, key by key, as a person does who looks at the offers."""
    await stage.type(typed)
    await stage.press("enter")
    await stage.until(lambda: stage.app.inputs.at_rest)


PARTLY = (
    "/theme du", "/model glm-4", "/set verbosity lo", "/preset prec", "/code cur", "/export bra", "/help samp",
    "/compare mod", "/compare models a", "/sweep temp", "/unset x", "/untag x", "/key oth",
)  # fmt: skip


async def test_what_is_typed_of_a_command_runs_whatever_is_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried(monkeypatch)
    ran: list[tuple[str, str]] = []
    names = [f"/{name}" for name in BY_SLASH]
    async with staged(tmp_path) as stage:
        monkeypatch.setattr(stage.app, "run_command", lambda name, argument="": ran.append((name, argument)))
        for line in (*names, *(f"{name} " for name in names[::4]), *PARTLY):
            await keys_of(stage, line)
            name, _, argument = line[1:].partition(" ")
            assert ran == [(BY_SLASH[name].name, argument)], line
            assert stage.prompt == ""
            ran.clear()


async def test_an_argument_is_chosen_by_arrow_and_enter_or_completed_by_tab(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("/preset ")
        assert "▸ precise" not in stage.screen_text
        await stage.press("down")
        assert "▸ precise" in stage.screen_text
        await stage.press("enter")
        await stage.until(lambda: stage.workspace.current.values.get("temperature") == 0.2)
        await stage.type("/preset p")
        await stage.press("tab")
        assert stage.prompt == "/preset precise"


async def test_a_theme_by_name_and_two_enters_changes_nothing(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        before = stage.app.theme
        await stage.type("/theme")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, ThemeScreen))
        await stage.press("enter")
        await stage.until(lambda: len(stage.app.screen_stack) == 1)
        assert stage.app.theme == before


async def test_clicking_an_offer_takes_it(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("/req")
        await stage.pilot.click("#slash", offset=(4, 0))
        await stage.until(lambda: len(stage.app.screen_stack) == 2)


async def test_an_unknown_command_is_told_and_stays_in_the_prompt(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/modle")
        assert "There is no command /modle. Did you mean model?" in stage.notices
        assert stage.prompt == "/modle"
        assert not stage.messages()


async def test_two_slashes_send_one(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("//help is a command")
        assert last_sent(stage) == "/help is a command"


async def test_a_path_is_a_message(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("/usr/bin what is it")
        assert last_sent(stage) == "/usr/bin what is it"


async def test_chinese_is_typed_and_the_terminals_cursor_follows(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("你", "好")
        prompt = stage.app.chat.prompt
        assert stage.prompt == "你好"
        assert stage.app.cursor_position == prompt.content_region.offset + Offset(4, 0)
        await stage.press("ctrl+j", "a")
        assert stage.app.cursor_position == prompt.content_region.offset + Offset(1, 1)


async def test_the_terminals_cursor_is_right_after_the_layout_moved_the_prompt(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("hi")
        await stage.press("f2", "f2")
        await stage.pilot.resize_terminal(90, 20)
        await stage.pilot.pause()
        prompt = stage.app.chat.prompt
        assert stage.app.cursor_position == prompt.content_region.offset + Offset(2, 0)


async def test_the_editor_changes_the_prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    script = tmp_path / "editor.sh"
    script.write_text('#!/bin/sh\nprintf "%s and more\\n" "$(cat "$1")" > "$1"\n')
    script.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(script))
    async with staged(tmp_path) as stage:
        monkeypatch.setattr(stage.app, "suspend", nullcontext)
        await stage.type("this")
        await stage.press("ctrl+o")
        assert stage.prompt == "this and more"


async def test_an_editor_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    monkeypatch.setenv("VISUAL", "/nowhere/editor")
    async with staged(tmp_path) as stage:
        monkeypatch.setattr(stage.app, "suspend", nullcontext)
        await stage.type("this")
        await stage.press("ctrl+o")
        assert "Name your editor in $VISUAL or $EDITOR" in stage.notices
        assert stage.prompt == "this"


def burst(stage: Stage, text: str) -> None:
    """What a terminal brings in one read: every key is waiting before the first is taken."""
    for char in text:
        key = {"\r": "enter"}.get(char, char)
        stage.app.chat.prompt.post_message(events.Key(key, None if key == "enter" else char))


async def test_a_slash_command_in_one_burst_runs_whole(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        burst(stage, "/set temperature 1.5\r")
        await stage.until(lambda: stage.workspace.current.values.get("temperature") == 1.5)
        assert stage.prompt == ""
        burst(stage, "/unset temperature\r")
        await stage.until(lambda: stage.workspace.current.values.get("temperature") is None)


async def test_what_follows_enter_in_one_burst_belongs_to_the_next_message(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        burst(stage, "first\rsecond")
        await stage.until(lambda: len(stage.messages()) == 2)
        assert stage.messages()[0].content == "first"
        assert stage.prompt == "second"


async def test_an_unknown_command_in_one_burst_comes_back_into_the_prompt(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        burst(stage, "/nonsense 1\r")
        await stage.until(lambda: "no command /nonsense" in stage.notices)
        assert stage.prompt == "/nonsense 1"


async def test_edits_are_taken_back_and_made_again(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("one two")
        await stage.press("ctrl+w")
        assert stage.prompt == "one "
        await stage.press("ctrl+underscore")
        assert stage.prompt == "one two"
        await stage.press("alt+z")
        assert stage.prompt == "one "


async def test_what_is_selected_by_the_keyboard_is_replaced(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("one two")
        await stage.press("shift+left", "shift+left", "shift+left", "x")
        assert stage.prompt == "one x"
        await stage.press("shift+home", "y")
        assert stage.prompt == "y"


@pytest.mark.parametrize(
    ("text", "left", "found"),
    [("f(a[1])", 0, (0, 1)), ("f(a[1])", 1, (0, 1)), ("f(a[1])", 2, (0, 3)), ("f(a", 0, None), ("(\n)", 0, (0, 0)),
     ("ab", 0, None), ("", 0, None)],
)  # fmt: skip
async def test_the_bracket_that_belongs_to_one_is_known(
    tmp_path: Path, text: str, left: int, found: tuple[int, int] | None
) -> None:
    async with staged(tmp_path) as stage:
        await stage.type(text)
        await stage.press(*["left"] * left)
        assert stage.app.chat.prompt.matching_bracket_location == found
