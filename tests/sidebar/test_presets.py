"""The shipped presets, what a preset changes, and the picker."""

from __future__ import annotations

from typing import Any

import pytest
from textual.widgets import Input, OptionList, Static

from glmchat.core.catalogue import MODELS, known
from glmchat.core.parameters import BY_NAME
from glmchat.core.presets import Preset, shipped
from glmchat.tui.screens.presets import PresetsScreen
from glmchat.tui.widgets.text_line import Line
from tests.themed import ThemedApp

MINE = Preset("mine [b]", {"top_k": 40}, system="Answer in 中文.", about="")


@pytest.mark.parametrize("model", MODELS)
def test_every_shipped_preset_is_valid_named_once_and_explained(model: Any) -> None:
    presets = shipped(model)
    assert len({preset.name for preset in presets}) == len(presets)
    for preset in presets:
        assert preset.shipped
        assert preset.about.endswith(".")
        for name, value in preset.values.items():
            assert BY_NAME[name].validate(value) == value


def test_the_makers_recommendation_is_there_only_where_there_is_one() -> None:
    assert dict(shipped(known("z-ai/glm-4.5"))[-1].values) == {"temperature": 0.6, "top_p": 0.95}
    assert all(preset.name != "recommended" for preset in shipped(known("somebody/else")))


class Stage(ThemedApp):
    """Pushes the picker and keeps what it says."""

    def __init__(self) -> None:
        super().__init__()
        self.presets = [*shipped(known("z-ai/glm-4.5")), MINE]
        self.heard: list[tuple[str, str]] = []

    def on_mount(self) -> None:
        after = lambda preset: preset.values  # noqa: E731
        self.push_screen(
            PresetsScreen(
                self.presets, {"temperature": 0.7, "seed": 4}, "Be brief.", after,
                take=lambda name: self.heard.append(("take", name)), keep=self.keep, forget=self.forget,
            )
        )  # fmt: skip

    def difference(self) -> str:
        return str(self.screen.query_one("#difference", Static).content)

    def keep(self, name: str) -> None:
        self.heard.append(("keep", name))
        self.presets.append(Preset(name, {}))
        assert isinstance(self.screen, PresetsScreen)
        self.screen.show(self.presets)

    def forget(self, name: str) -> None:
        self.heard.append(("forget", name))
        self.presets = [preset for preset in self.presets if preset.name != name]
        assert isinstance(self.screen, PresetsScreen)
        self.screen.show(self.presets)


async def test_the_picker_shows_what_each_preset_changes() -> None:
    app = Stage()
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        assert "temperature" in app.difference()
        assert "0.70 → 0.20" in app.difference()
        assert "4 → not sent" in app.difference()
        await pilot.press("end")
        await pilot.pause()
        assert "not sent → 40" in app.difference()
        assert "Answer in 中文." in app.difference()


async def test_enter_takes_a_preset() -> None:
    app = Stage()
    async with app.run_test() as pilot:
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.heard == [("take", "balanced")]
        assert len(app.screen_stack) == 1


async def test_the_current_values_are_kept_under_a_name() -> None:
    app = Stage()
    async with app.run_test() as pilot:
        await pilot.press("tab")
        app.screen.query_one(Input).value = " precise "
        await pilot.press("enter")
        assert "choose another" in app.screen.query_one("#wrong", Line).text
        assert app.heard == []
        app.screen.query_one(Input).value = " 我的 "
        await pilot.press("enter")
        await pilot.pause()
        assert app.heard == [("keep", "我的")]
        assert app.screen.query_one(OptionList).option_count == len(app.presets)


async def test_only_ones_own_presets_are_deleted() -> None:
    app = Stage()
    async with app.run_test() as pilot:
        await pilot.press("delete")
        assert "cannot be deleted" in app.screen.query_one("#wrong", Line).text
        await pilot.press("end", "delete")
        await pilot.pause()
        assert app.heard == [("forget", MINE.name)]
        assert app.screen.query_one(OptionList).option_count == len(app.presets)
