"""While a sampling slider has the keyboard, the distribution that it acts on stands under the sliders."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from rich.cells import cell_len

from glmchat import demo
from glmchat.analysis import distribution, lens
from glmchat.core.catalogue import known
from glmchat.markdown.spans import text_of
from glmchat.tui.screens.help import HelpScreen
from glmchat.tui.widgets.distribution.bars import lines_of
from glmchat.tui.widgets.sidebar.control_list import ControlList
from tests.lens_screen.test_lens_screen import ENTRIES, answered, entry
from tests.scripted import Script, reply
from tests.sidebar.stage import focus_parameter
from tests.tui.stage import Stage, staged

BUILT_IN: dict[str, Any] = {
    "model": demo.MODEL_ID,
    "models": {"wcode": [known(demo.MODEL_ID)]},
    "demo_logprobs": demo.logprobs,
}


def plot(stage: Stage) -> str:
    """The lines of the plot, "" where it is not shown."""
    shown = stage.app.chat.sidebar.plot
    return "\n".join(map(text_of, shown.lines)) if shown.display and shown.size.height else ""


async def looked_at(stage: Stage, name: str) -> None:
    focus_parameter(stage.app.chat.sidebar, name)
    await stage.pilot.pause()


async def sent(stage: Stage, text: str) -> None:
    stage.app.chat.prompt.focus()
    await stage.send(text)


async def test_the_plot_follows_the_value_and_goes_with_the_keyboard(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.script.scripts = [answered(ENTRIES)]
        await stage.send("Hello")
        assert plot(stage) == ""
        await looked_at(stage, "temperature")
        await stage.until(lambda: "Next after “The”" in plot(stage))
        assert "60 %" in plot(stage)
        assert "→" not in plot(stage)
        await stage.press("0", ".", "5", "enter")
        await stage.until(lambda: "60→7" in plot(stage))
        await looked_at(stage, "max_tokens")
        await stage.until(lambda: plot(stage) == "")
        await looked_at(stage, "top_k")
        await stage.press("right")
        await stage.until(lambda: "✗" in plot(stage) and "of 3 cut" in plot(stage))
        stage.app.chat.prompt.focus()
        await stage.until(lambda: plot(stage) == "")


async def test_a_penalty_is_shown_where_words_came_back(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        again = [
            *ENTRIES,
            entry(" The", 0.9, {" A": 0.1}),
            entry(" cat", 0.5, {" dog": 0.4}),
            entry(" ran", 0.7, {" sat": 0.3}),
        ]
        stage.script.scripts = [answered(again)]
        await stage.send("Hello")
        stage.workspace.tuning.set_value("frequency_penalty", 2.0)
        await looked_at(stage, "frequency_penalty")
        await stage.until(lambda: "␣cat×2" in plot(stage))
        assert "50→2 %" in plot(stage)


async def test_without_log_probabilities_nothing_is_shown(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Hello")
        await looked_at(stage, "temperature")
        await stage.workspace.settle()
        await stage.pilot.pause()
        assert plot(stage) == ""


async def test_the_next_reply_brings_the_next_place(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        other = [entry("One", 0.6, {"Two": 0.4})]
        stage.script.scripts = [answered(ENTRIES), answered(other), reply("Nothing known.")]
        await stage.send("Hello")
        await looked_at(stage, "temperature")
        await stage.until(lambda: "␣cat" in plot(stage))
        await sent(stage, "Again")
        await looked_at(stage, "temperature")
        await stage.until(lambda: "Two" in plot(stage))
        await sent(stage, "Once more")
        await looked_at(stage, "temperature")
        await stage.until(lambda: plot(stage) == "")


async def test_the_built_in_model_always_has_one_and_a_word_can_be_forbidden(tmp_path: Path) -> None:
    async with staged(tmp_path, script=cast(Script, demo.transport(None)), **BUILT_IN) as stage:
        stage.workspace.tuning.set_value("seed", 1)
        await stage.send("Tell me a story.")
        await looked_at(stage, "logit_bias")
        await stage.until(lambda: plot(stage))
        word = plot(stage).split("\n")[1].split()[0].lstrip("␣")
        stage.workspace.tuning.set_value("logit_bias", {word: -100})
        await stage.until(lambda: "→0 %" in plot(stage).split("\n")[1])


async def test_dragging_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(tmp_path) as stage:
        stage.script.scripts = [answered(ENTRIES)]
        await stage.send("Hello")
        await looked_at(stage, "temperature")
        await stage.until(lambda: plot(stage))

        async def never(*_: object) -> None:
            raise AssertionError("the log-probabilities were looked for again")

        monkeypatch.setattr(stage.workspace.probabilities, "of", never)
        seen = set()
        for _ in range(12):
            await stage.press("right")
            seen.add(plot(stage))
        assert len(seen) > 6


async def test_the_mouse_shows_it_while_the_prompt_keeps_the_keyboard(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.script.scripts = [answered(ENTRIES), answered(ENTRIES)]
        await stage.send("Hello")
        controls = stage.app.chat.sidebar.controls
        place = controls.place_of(next(row for row in controls.outline.rows if row.name == "temperature"))
        assert plot(stage) == ""
        await stage.pilot.mouse_down(ControlList, offset=(place.x + 4, place.y + 1))
        await stage.until(lambda: "→" in plot(stage))
        seen = set()
        for x in range(5, 30, 4):
            await stage.pilot.hover(ControlList, offset=(place.x + x, place.y + 1))
            await stage.pilot.pause()
            seen.add(plot(stage))
        assert len(seen) > 4
        await stage.pilot.mouse_up(ControlList, offset=(place.x + 29, place.y + 1))
        await stage.pilot.pause()
        assert stage.app.chat.prompt.has_focus
        assert plot(stage) in seen
        await sent(stage, "Again")
        await stage.until(lambda: plot(stage) == "")


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 40)], ids=str)
async def test_the_sliders_keep_their_room(size: tuple[int, int], tmp_path: Path) -> None:
    async with staged(tmp_path, size=size) as stage:
        stage.script.scripts = [answered(ENTRIES)]
        await stage.send("Hello")
        if size[0] < 100:
            await stage.press("f3")
        for name in ("temperature", "top_a", "repetition_penalty"):
            await looked_at(stage, name)
            await stage.until(lambda: plot(stage))
            controls = stage.app.chat.sidebar.controls
            assert controls.size.height >= size[1] // 2
            place = controls.place_of(controls.cursor)
            assert 0 <= place.y < controls.size.height - 1, name


@pytest.mark.parametrize("height", [4, 6, 8])
@pytest.mark.parametrize("width", [20, 33, 60])
def test_lines_keep_to_their_width(width: int, height: int) -> None:
    wide = [entry("词" * 9, 0.5, {"👩‍👩‍👧 long one": 0.2, "\n\n": 0.1, " ": 0.05, "\x1b[31m": 0.01})]
    place = distribution.place_at(lens.tokens_of({"content": [*ENTRIES, *wide]}), len(ENTRIES))
    for values in ({}, {"top_k": 2}, {"temperature": 2.0}):
        name = next(iter(values), "top_p")
        lines = lines_of(place, distribution.shift(place, name, values), name in values, width, height)
        assert len(lines) <= height
        assert all(cell_len(text_of(line)) <= width for line in lines), lines
        assert "\x1b" not in "".join(map(text_of, lines))


async def test_the_help_page_of_a_parameter_shows_what_its_value_does_to_the_reply(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.script.scripts = [answered(ENTRIES)]
        await stage.send("Hello")
        stage.workspace.tuning.set_value("temperature", 0.5)
        await stage.press("slash", *"help", "space", *"temperature", "enter")
        screen = stage.app.screen
        assert isinstance(screen, HelpScreen)
        await stage.until(lambda: screen.plot.display and "60→7" in "".join(map(text_of, screen.plot.lines)))
        await stage.press(*"export")
        await stage.until(lambda: not screen.plot.display)
