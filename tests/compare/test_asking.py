"""What the slash commands and the dialog make of a comparison before it is sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from glmchat.core.catalogue import known
from glmchat.tui.commands.dispatch import Refused
from glmchat.tui.screens.choose import ChooseScreen
from glmchat.tui.screens.compare import CompareScreen
from glmchat.tui.screens.compare_setup import PickScreen, SetupScreen, ValuesScreen
from glmchat.tui.screens.confirm import ConfirmScreen
from glmchat.workspace import Preset
from glmchat.workspace.slash.compare import split
from tests.files.drawn import png
from tests.tui.stage import Stage, staged

PRESETS = [
    Preset("precise", {"temperature": 0.2}, about="Keeps to it.", shipped=True),
    Preset("wild", {"temperature": 1.5}, system="Be wild.", about="Wanders.", shipped=True),
    Preset("mine", {"top_k": 3}),
]


def labels(stage: Stage) -> list[str]:
    comparison = stage.workspace.comparisons.last()
    assert comparison is not None
    return [column.variant.label for column in comparison.columns]


async def confirmed(stage: Stage, line: str) -> None:
    """Run a slash command, and send what it asks about."""
    await stage.command(line)
    await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
    await stage.press("enter")
    await stage.until(
        lambda: isinstance(stage.app.screen, CompareScreen) and not stage.workspace.current.runs
    )


def test_words_and_prompt_are_parted_by_two_dashes() -> None:
    assert split("temperature 0 -1 -- a -- b") == (["temperature", "0", "-1"], "a -- b")
    assert split("stop 'a b' c") == (["stop", "a b", "c"], "")
    assert split("-- only a prompt") == ([], "only a prompt")
    with pytest.raises(Refused):
        split("stop 'a")
    with pytest.raises(Refused):
        split("temperature 0 1 --prompt")


async def test_reasoning_presets_and_models_are_compared(tmp_path: Path) -> None:
    async with staged(tmp_path, presets=PRESETS) as stage:
        await confirmed(stage, "/compare reasoning -- Hello")
        assert labels(stage) == ["thinking on", "thinking off"]
        assert [body["reasoning"]["enabled"] for body in stage.script.bodies] == [True, False]
        await stage.press("q")
        await confirmed(stage, "/compare presets precise wild")
        assert [body["temperature"] for body in stage.script.bodies[2:]] == [0.2, 1.5]
        assert stage.script.bodies[3]["messages"][0] == {"role": "system", "content": "Be wild."}
        assert stage.script.bodies[3]["messages"][-1]["content"] == "Hello"
        await stage.press("q")
        await confirmed(stage, "/compare models wcode:z-ai/glm-4.5 z-ai/glm-4.6:free")
        assert [body["model"] for body in stage.script.bodies[4:]] == ["z-ai/glm-4.5", "z-ai/glm-4.6:free"]


async def test_a_sweep_can_hold_the_value_that_is_not_sent(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.workspace.tuning.set_value("temperature", 0.5)
        await confirmed(stage, "/sweep temperature unset 1 -- Hello")
        assert labels(stage) == ["temperature not sent", "temperature 1.00"]
        assert [body.get("temperature") for body in stage.script.bodies] == [None, 1.0]


async def test_the_prompt_of_the_box_is_asked_where_there_is_one(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.app.chat.prompt.put("From the box")
        stage.app.run_command("compare", "reasoning")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, CompareScreen))
        await stage.until(lambda: len(stage.script.bodies) == 2)
        assert stage.script.bodies[0]["messages"][-1]["content"] == "From the box"
        assert stage.prompt == ""


async def test_what_is_attached_goes_with_the_prompt_of_a_comparison(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("old")
    (tmp_path / "a.png").write_bytes(png())
    async with staged(tmp_path, presets=PRESETS) as stage:
        for name in ("a.txt", "a.png"):
            await stage.workspace.attaching.choose(name)
        (tmp_path / "a.txt").write_text("new")
        await stage.command("/compare reasoning -- Hello")
        await stage.until(lambda: "cannot see pictures" in stage.screen_text.replace("\n", " "))
        await stage.press("enter")
        await stage.until(lambda: len(stage.script.bodies) == 2)
        for body in stage.script.bodies:
            text, picture = body["messages"][-1]["content"]
            assert text["text"] == "a.txt:\n```txt\nnew\n```\n\nHello" and picture["type"] == "image_url"
        assert not stage.workspace.current.attached


async def test_what_vanished_keeps_a_comparison_from_being_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("old")
    async with staged(tmp_path, presets=PRESETS) as stage:
        await stage.workspace.attaching.choose("a.txt")
        (tmp_path / "a.txt").unlink()
        await stage.command("/compare reasoning -- Hello")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("enter")
        await stage.until(lambda: "no file" in stage.notices)
        assert not stage.script.bodies and len(stage.workspace.current.attached) == 1
        assert stage.prompt == "/compare reasoning -- Hello"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/sweep", "needs a parameter"),
        ("/sweep warmth 1 2", "no parameter warmth"),
        ("/sweep temperature 0 3 -- x", "from 0 to 2"),
        ("/sweep temperature 0 -- x", "2 to 6 variants, not 1"),
        ("/sweep top_k 1 2 3 4 5 6 7 -- x", "not 7"),
        ("/sweep temperature 0 1", "write a prompt first"),
        ("/compare colours", "reasoning, presets or models"),
        ("/compare -- Say hello", "Say what is compared"),
        ("/compare x2", "Say what is compared"),
        ("/compare presets precise tame", "no preset tame"),
        ("/compare models wcode:", "names no model"),
    ],
)
async def test_what_cannot_be_compared_is_told_in_a_sentence(tmp_path: Path, line: str, words: str) -> None:
    async with staged(tmp_path, presets=PRESETS) as stage:
        await stage.command(line)
        await stage.until(lambda: words in stage.notices)
        assert stage.script.bodies == []


async def test_the_cost_is_estimated_by_the_price_of_each_model(tmp_path: Path) -> None:
    from glmchat.workspace.slash.compare import cost_of

    async with staged(tmp_path) as stage:
        workspace = stage.workspace
        variants = [
            replace(each, endpoint=replace(each.endpoint, demo=False))
            for each in workspace.comparisons.reasoning_variants()
        ]
        assert "cost about ¥" in cost_of(workspace, variants, "Hello " * 2_000)
        unknown = [replace(variants[0], model=known("nobody/knows")), variants[1]]
        assert "not known" in cost_of(workspace, unknown, "Hello")


async def choose(stage: Stage, what: str) -> None:
    """Open the dialog and choose what differs."""
    stage.app.run_command("compare-setup")
    await stage.until(lambda: isinstance(stage.app.screen, ChooseScreen))
    await stage.press(*what.replace("_", " ").replace(" ", "_"), "enter")
    await stage.until(lambda: isinstance(stage.app.screen, SetupScreen | ConfirmScreen))


async def test_the_dialog_takes_values_of_a_parameter(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.app.chat.prompt.put("Hello")
        await choose(stage, "temperature")
        screen = stage.app.screen
        assert isinstance(screen, ValuesScreen)
        assert (
            "3 requests leave at once: temperature 0.00, temperature 0.70, temperature 1.40"
            in screen.summary.text
        )
        screen.input.value = "0 9"
        await stage.until(lambda: "from 0 to 2" in screen.summary.text)
        await stage.press("enter")
        assert screen.is_current
        screen.input.value = "0.1 0.2"
        await stage.press("enter")
        await stage.until(lambda: len(stage.script.bodies) == 2)
        assert labels(stage) == ["temperature 0.10", "temperature 0.20"]


async def test_the_dialog_marks_presets_by_keys_and_by_clicks(tmp_path: Path) -> None:
    async with staged(tmp_path, presets=PRESETS) as stage:
        stage.app.chat.prompt.put("Hello")
        await choose(stage, "presets")
        screen = stage.app.screen
        assert isinstance(screen, PickScreen)
        await stage.press("ctrl+s")
        assert screen.is_current
        assert "2 to 6" in screen.summary.text
        await stage.press("enter", "down", "enter")
        assert screen.chosen() == ["precise", "wild"]
        await stage.pilot.click(screen.choices, offset=(4, 2))
        assert screen.chosen() == ["precise", "wild", "mine"]
        await stage.pilot.click(screen.choices, offset=(4, 0))
        assert screen.chosen() == ["wild", "mine"]
        await stage.pilot.pause()
        await stage.pilot.click("#send", offset=(2, 0))
        await stage.until(lambda: len(stage.script.bodies) == 2)
        assert labels(stage) == ["wild", "mine"]


async def test_the_dialog_finds_models_by_typing(tmp_path: Path) -> None:
    async with staged(tmp_path, models={"wcode": [known("z-ai/glm-4.5"), known("z-ai/air")]}) as stage:
        stage.app.chat.prompt.put("Hello")
        await choose(stage, "models")
        screen = stage.app.screen
        assert isinstance(screen, PickScreen)
        await stage.press("enter", *"air", "enter", "ctrl+s")
        await stage.until(lambda: len(stage.script.bodies) == 2)
        assert {body["model"] for body in stage.script.bodies} == {"z-ai/glm-4.5", "z-ai/air"}


async def test_the_dialog_offers_the_choices_of_a_switch(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.app.chat.prompt.put("Hello")
        await choose(stage, "verbosity")
        screen = stage.app.screen
        assert isinstance(screen, PickScreen)
        assert screen.chosen() == ["low", "medium", "high"]
        await stage.press("escape")
        assert stage.script.bodies == []


async def test_arguments_are_offered(tmp_path: Path) -> None:
    from glmchat.tui.commands.actions.compare_setup import complete_compare, complete_sweep

    async with staged(tmp_path, presets=PRESETS) as stage:
        app = stage.app
        assert [each.text for each in complete_sweep(app, "temp")] == ["/sweep temperature "]
        assert [each.text for each in complete_sweep(app, "temperature ")] == ["/sweep temperature 0 0.7 1.4"]
        assert [each.text for each in complete_compare(app, "r")] == ["/compare reasoning"]
        assert [each.text for each in complete_compare(app, "presets precise w")] == [
            "/compare presets precise wild "
        ]
        assert "/compare models wcode:z-ai/glm-4.5 " in [
            each.text for each in complete_compare(app, "models ")
        ]


async def test_each_variant_learns_for_its_own_endpoint(tmp_path: Path) -> None:
    from glmchat.api.learning.learned import Learned

    async with staged(tmp_path) as stage:
        workspace = stage.workspace
        session = workspace.current
        workspace.tuning.set_value("top_k", 3)
        here = workspace.current.variant()
        other = replace(here, label="other", model=known("nobody/knows"))
        workspace.models.remember(other, Learned(refused={"top_k": "It does not know it."}))
        workspace.comparisons.start([here, other], "Hello")
        await stage.until(lambda: not session.runs)
        sent = {body["model"]: body.get("top_k") for body in stage.script.bodies}
        assert sent == {"z-ai/glm-4.5": 3, "nobody/knows": None}
