"""Dialogs say their keys, whatever the size of the screen and wherever the keyboard is."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from glmchat.tui.screens.choose import ChooseScreen
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.screens.editor import EditorScreen
from glmchat.tui.screens.help import HelpScreen
from glmchat.tui.screens.presets import PresetsScreen
from glmchat.tui.widgets.lists.choices import Choices, Row
from glmchat.tui.widgets.page import Page
from glmchat.tui.widgets.text_line import Line
from tests.tui.stage import Stage, staged
from tests.tui.test_every_key import SCENES, Scene

SIZES = ((60, 16), (80, 24))


def keys_of(stage: Stage) -> Line:
    return stage.app.screen.query_one("#keys", Line)


def is_seen(stage: Stage) -> bool:
    """Whether the line of keys is inside its box and on the screen, all of it."""
    if not stage.app.screen.query("#keys"):
        return False
    line, box = keys_of(stage), stage.app.screen.query_one("#box")
    height = line.get_content_height(line.content_size, stage.app.size, line.content_size.width)
    return (
        line.region.height == height > 0
        and box.content_region.contains_region(line.region)
        and stage.app.screen.region.contains_region(box.region)
    )


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.kind)
async def test_every_dialog_shows_its_keys(scene: Scene, tmp_path: Path) -> None:
    async with staged(tmp_path, size=SIZES[0]) as stage:
        if scene.kind in ("LensScreen", "AsideScreen"):
            await stage.send("Hello")
        await scene.open(stage, True)
        await stage.until(lambda: type(stage.app.screen).__name__ == scene.kind)
        for size in SIZES:
            await stage.pilot.resize_terminal(*size)
            if isinstance(stage.app.screen, Dialog):
                await stage.until(lambda: stage.app.screen.size == size and is_seen(stage))  # noqa: B023 - here alone
                assert "Esc" in keys_of(stage).text


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_long_list_and_a_long_text_leave_the_keys_in_view(
    size: tuple[int, int], tmp_path: Path
) -> None:
    async with staged(tmp_path, size=size) as stage:
        rows = [Row(number, f"row {number}") for number in range(90)]
        stage.app.push_screen(ChooseScreen("Which?", rows))
        await stage.until(lambda: isinstance(stage.app.screen, ChooseScreen) and is_seen(stage))
        await stage.press("end")
        await stage.until(lambda: "row 89" in stage.screen_text)
        choices = stage.app.screen.query_one(Choices)
        assert stage.app.screen.query_one("#box").content_region.contains_region(choices.region)
        stage.app.push_screen(EditorScreen("A text", "words\n" * 90, note="A note."))
        await stage.until(lambda: isinstance(stage.app.screen, EditorScreen) and is_seen(stage))


async def test_the_keys_of_a_dialog_follow_the_keyboard(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("f1")
        await stage.until(lambda: isinstance(stage.app.screen, HelpScreen))
        assert "Type to filter the topics" in keys_of(stage).text
        await stage.press("tab")
        await stage.until(lambda: isinstance(stage.app.focused, Page))
        assert "N finds a link" in keys_of(stage).text
        await stage.press("tab")
        await stage.until(lambda: "Type to filter the topics" in keys_of(stage).text)
        await stage.press("escape")
        await stage.command("/preset")
        await stage.until(lambda: isinstance(stage.app.screen, PresetsScreen))
        assert keys_of(stage).text.startswith("Enter applies the preset")
        await stage.press("tab")
        await stage.until(lambda: isinstance(stage.app.focused, Input))
        assert keys_of(stage).text.startswith("Enter saves the current values")
