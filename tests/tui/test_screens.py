"""What opens over the chat: palette, help, pickers, the key dialog, the request, finding."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from rich.style import Style
from textual.widgets import Input

from glmchat.api.endpoint import Endpoint
from glmchat.tui.commands.actions import messages
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.theming import themes
from glmchat.tui.theming.theme_watch import ThemeWatch
from tests.scripted import Script, delta, reply
from tests.sidebar.stage import focus_parameter
from tests.tui.stage import Stage, staged

SECRET = "sk-pasted-0123456789"


async def opened(stage: Stage, says: str) -> None:
    await stage.until(lambda: len(stage.app.screen_stack) == 2 and says in stage.screen_text)


async def closed(stage: Stage) -> None:
    await stage.until(lambda: len(stage.app.screen_stack) == 1)


async def test_the_palette_finds_and_runs_a_command(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("ctrl+p")
        await opened(stage, "All commands")
        await stage.press(*"go", "space", *"to", "space", *"the", "space", *"para")
        assert "Go to the parameters" in stage.screen_text
        assert "Go to the sessions" not in stage.screen_text
        await stage.press("enter")
        await closed(stage)
        await stage.until(
            lambda: stage.app.chat.side in (stage.app.focused or stage.app.chat.prompt).ancestors
        )


async def test_a_click_chooses_in_the_palette_and_a_click_beside_it_closes(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("ctrl+p")
        await opened(stage, "All commands")
        await stage.pilot.click(offset=(1, 1))
        await closed(stage)


async def test_help_shows_keys_and_pages_and_filters_topics(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("f1")
        await opened(stage, "Keys and commands")
        assert "First steps" in stage.screen_text
        await stage.press("down")
        await stage.until(lambda: "Every action has a name" in stage.screen_text)
        await stage.press(*"top_k")
        await stage.until(lambda: "top_k" in stage.screen_text.split("Help", 1)[1])
        await stage.press("escape")
        await closed(stage)
        assert stage.app.chat.prompt.has_focus


async def test_help_on_a_topic_and_on_the_parameter_that_has_the_keyboard(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/help themes")
        await opened(stage, "Themes")
        await stage.press("escape")
        await closed(stage)
        focus_parameter(stage.app.chat.sidebar, "min_p")
        await stage.press("f1")
        await opened(stage, "min_p")


async def test_the_model_picker_lists_filters_and_takes_a_model(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("ctrl+l")
        await opened(stage, "z-ai/glm-4.6 @ wcode")
        assert "¥0.0055 in" in stage.screen_text
        await stage.press("4", "full_stop", "6", "enter")
        await closed(stage)
        assert stage.workspace.current.model.id == "z-ai/glm-4.6"
        await stage.send("Hi")
        assert stage.script.bodies[-1]["model"] == "z-ai/glm-4.6"


async def test_any_id_may_be_typed_in_the_picker_and_after_the_command(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("ctrl+l")
        await opened(stage, "Model and provider")
        await stage.press(*"brandnew", "enter")
        await closed(stage)
        assert stage.workspace.current.model.id == "brandnew"
        await stage.command("/model some/model:free @ other")
        await stage.until(lambda: stage.workspace.current.endpoint.name == "other")
        assert stage.workspace.current.model.id == "some/model:free"
        assert "some/model:free @ other" in stage.screen_text
        await stage.command("/model x @ nowhere")
        assert "There is no provider nowhere." in stage.notices


async def test_a_provider_that_needs_no_key_is_taken_without_one(tmp_path: Path) -> None:
    shut = Endpoint("shut", "https://shut.invalid/v1", needs_key=True, key_page="https://shut.invalid/keys")
    endpoints = {
        "wcode": Endpoint("wcode", "http://scripted.invalid/v1", demo=True),
        "open": Endpoint("open", "https://open.invalid/v1"),
        "shut": shut,
    }
    async with staged(tmp_path, endpoints=endpoints) as stage:
        await stage.command("/model some/model @ open")
        await stage.until(lambda: stage.workspace.current.endpoint.name == "open")
        await stage.command("/model some/model @ shut")
        await opened(stage, "API key for shut")
        assert "You get one at https://shut.invalid/keys." in stage.screen_text
        await stage.press("escape")
        await closed(stage)
        assert stage.workspace.current.endpoint.name == "open"


async def test_a_key_is_checked_stored_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(tmp_path) as stage:
        asked: list[tuple[str, str]] = []

        def stream(endpoint: Endpoint, body: object) -> object:
            assert endpoint.key is not None
            asked.append((endpoint.key.reveal(), json.dumps(body)))

            async def events() -> object:
                yield None

            return events()

        monkeypatch.setattr(stage.workspace.client, "stream", stream)
        await stage.command("/key")
        await opened(stage, "API key for other")
        await stage.press(*"sk123")
        assert "sk123" not in stage.screen_text
        await stage.press("enter")
        await opened(stage, "Model and provider")
        assert asked[0][0] == "sk123"
        assert '"max_tokens": 1' in asked[0][1]
        assert stage.saved["key"] == ("other", "sk123")
        assert "The key works and is stored. Choose a model of other now." in stage.notices
        await stage.press(*"mine", "space", "at", "space", *"other", "enter")
        await stage.until(lambda: stage.workspace.current.endpoint.name == "other")
        assert stage.workspace.current.model.id == "mine"


async def test_a_key_that_does_not_work_is_not_stored(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/key other")
        await opened(stage, "API key for other")
        await stage.press(*"sk123", "enter")
        await stage.until(lambda: not stage.app.screen.query_one("Input").disabled)
        assert "key" not in stage.saved
        assert len(stage.app.screen_stack) == 2
        await stage.press("escape")
        await closed(stage)


async def test_enter_after_the_word_key_opens_the_dialog(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press(*"/key", "enter")
        await opened(stage, "API key for other")
        await stage.press("escape")
        await closed(stage)


async def test_a_key_that_is_pasted_behind_the_command_is_shown_and_kept_nowhere(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command(f"/key {SECRET}")
        await opened(stage, "API key for other")
        assert SECRET not in stage.screen_text + stage.notices
        assert "After /key comes the name of a provider." in stage.notices
        await stage.press("escape")
        await closed(stage)
        stage.app.chat.prompt.put(f"/key {SECRET}")
        stage.presenter.keep_draft()
        assert stage.workspace.current.draft == ""
        stage.app.chat.prompt.put("")
        await stage.press("up")
        assert stage.prompt == "/key"


async def test_quotation_marks_around_a_key_are_taken_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(tmp_path) as stage:
        tried: list[str] = []

        async def try_key(_: str, key: str) -> None:
            tried.append(key)

        monkeypatch.setattr(stage.workspace.models, "try_key", try_key)
        await stage.command("/key other")
        await opened(stage, "API key for other")
        stage.app.screen.query_one("Input", Input).value = f'"{SECRET}"'
        await stage.press("enter")
        await stage.until(lambda: "key" in stage.saved)
        assert (tried, stage.saved["key"]) == ([SECRET], ("other", SECRET))


async def test_themes_are_shown_live_and_escape_brings_the_old_one_back(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        before = stage.app.theme
        await stage.command("/theme")
        await opened(stage, "Theme")
        await stage.press("home")
        await stage.until(lambda: stage.app.theme != before)
        await stage.press("escape")
        await closed(stage)
        await stage.until(lambda: stage.app.theme == before)
        assert "screen.theme" not in stage.saved


async def test_a_chosen_theme_is_kept(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/theme")
        await opened(stage, "Theme")
        await stage.press(*"dawn", "enter")
        await closed(stage)
        await stage.until(lambda: stage.saved.get("screen.theme") == "dawn")
        assert stage.app.theme == "dawn"
        await stage.command("/theme paper")
        await stage.until(lambda: stage.saved["screen.theme"] == "paper")
        await stage.command("/theme nonsense")
        assert "There is no such file." in stage.notices
        assert stage.app.theme == "paper"


async def test_a_theme_is_reloaded_when_its_file_is_saved_and_a_broken_one_warns(tmp_path: Path) -> None:
    folder = tmp_path / "themes"
    folder.mkdir()
    mine = folder / "mine.toml"
    shutil.copy(themes.files(themes.directories())["dusk"], mine)
    async with staged(tmp_path) as stage:
        watch = ThemeWatch(stage.app.themes, stage.app.say, [folder])
        stage.app.themes.show(themes.read(mine))
        await watch.look()
        mine.write_text(mine.read_text().replace('background = "#15171c"', 'background = "#102030"'))
        await watch.look()
        await stage.until(lambda: stage.app.theme_variables["background"].lower() == "#102030")
        mine.write_text(mine.read_text().replace("#102030", "#nocolor"))
        await watch.look()
        assert "line 6: '#nocolor' is not a colour" in stage.notices
        assert "The theme stays as it was." in stage.notices
        assert stage.app.theme_variables["background"].lower() == "#102030"


async def test_the_request_is_shown_exactly_with_what_changed_and_what_is_left_out(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Hi")
        stage.workspace.tuning.set_value("temperature", 0.4)
        await stage.type("next")
        await stage.press("f4")
        await opened(stage, "The request")
        text = stage.screen_text
        assert "temperature: not sent → 0.40" in text
        assert '"content": "next"' in text
        await stage.press("c")
        await stage.until(lambda: stage.app.clipboard)
        body = json.loads(stage.app.clipboard)
        await stage.press("escape")
        await closed(stage)
        await stage.press("enter")
        await stage.until(lambda: len(stage.script.bodies) == 2)
        assert body == stage.script.bodies[1]


async def test_finding_marks_and_goes_from_place_to_place(tmp_path: Path) -> None:
    script = Script()
    script.scripts = [reply("Needle here.\n\n" + "Hay.\n\n" * 100 + "A needle there, and NEEDLES.")]
    async with staged(tmp_path, script=script) as stage:
        await stage.send("Go")
        await stage.press("ctrl+f")
        await stage.until(lambda: stage.app.screen.query("FindBar"))
        await stage.press(*"needle")
        await stage.until(lambda: "3 of 3" in stage.screen_text)
        await stage.press("enter")
        await stage.until(lambda: "1 of 3" in stage.screen_text and "Needle here." in stage.screen_text)
        await stage.press("up")
        await stage.until(lambda: "3 of 3" in stage.screen_text and "A needle there" in stage.screen_text)
        await stage.press("x")
        await stage.until(lambda: "nothing found" in stage.screen_text)
        await stage.press("escape")
        await stage.until(lambda: not stage.app.screen.query("FindBar"))
        assert stage.app.chat.prompt.has_focus


async def test_a_dialog_does_not_stop_a_reply(tmp_path: Path) -> None:
    script = Script()
    gate = asyncio.Event()
    script.scripts = [[delta(content="One."), gate, *reply("Two.")]]
    async with staged(tmp_path, script=script) as stage:
        stage.app.chat.prompt.put("Go")
        await stage.press("enter", "f1")
        await opened(stage, "Help")
        gate.set()
        await stage.until(lambda: not stage.workspace.current.runs)
        await stage.press("escape")
        await closed(stage)
        await stage.until(lambda: "One.Two." in stage.screen_text)


async def test_code_is_saved_to_a_file_and_never_over_another_unasked(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        target = tmp_path / "kept.py"
        target.write_text("old")
        stage.app.perform(messages.save_code, "print(1)", "python")
        await opened(stage, "Save the code as")
        assert "code.py" in stage.screen_text
        await stage.press("ctrl+u")
        stage.app.screen.query_one(Input).value = str(target)
        await stage.press("enter")
        await opened(stage, "Overwrite the file?")
        await stage.press("enter")
        await closed(stage)
        assert target.read_text() == "old"


async def test_a_link_is_asked_about_with_its_real_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visited: list[str] = []
    async with staged(tmp_path) as stage:
        monkeypatch.setattr(stage.app, "open_url", visited.append)
        stage.app.perform(messages.open_link, "https://example.org/[b]x")
        await opened(stage, "https://example.org/[b]x")
        assert not visited
        await stage.press("enter")
        await closed(stage)
        await stage.until(lambda: visited == ["https://example.org/[b]x"])
        stage.app.perform(messages.open_link, "file:///etc/passwd")
        await stage.until(lambda: "Only web and mail links are opened" in stage.notices)


def behind(stage: Stage) -> Style:
    """The style of the question in the chat, at the top, where no box stands."""
    for strip in stage.app.screen._compositor.render_strips():
        for segment in strip:
            if "Said before" in segment.text and segment.style is not None:
                return segment.style
    raise AssertionError("The chat is not to be seen.")


async def test_a_dialog_stands_over_a_dimmed_chat_and_a_theme_is_seen_on_it(tmp_path: Path) -> None:
    async with staged(tmp_path, script=Script()) as stage:
        await stage.send("Said before")
        plain = behind(stage)
        await stage.press("ctrl+l")
        assert isinstance(stage.app.screen, Dialog)
        dimmed = behind(stage)
        assert dimmed.color != plain.color
        await stage.press("escape")
        await stage.command("/theme")
        assert (behind(stage).color, behind(stage).bgcolor) == (plain.color, plain.bgcolor)
        await stage.press("down")
        shown = behind(stage)
        assert shown.bgcolor != plain.bgcolor


async def test_the_palette_begins_with_what_was_chosen_there_last(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        for words in ("drop the oldest", "reset all"):
            await stage.press("ctrl+p")
            await opened(stage, "All commands")
            await stage.press(*({" ": "space"}.get(char, char) for char in words), "enter")
            await closed(stage)
        await stage.press("ctrl+p")
        await opened(stage, "All commands")
        text = stage.screen_text
        assert (
            text.index("Recently chosen") < text.index("Reset all parameters") < text.index("Drop the oldest")
        )
        assert text.index("Drop the oldest") < text.index("Conversation") < text.index("Token lens")
        assert text.index("Token lens") < text.index("Stop the reply")
        await stage.press("s")
        assert "Recently chosen" not in stage.screen_text
    async with staged(tmp_path) as stage:  # and after a restart
        await stage.press("ctrl+p")
        await opened(stage, "All commands")
        text = stage.screen_text
        assert text.index("Recently chosen") < text.index("Reset all parameters") < text.index("Drop the old")
