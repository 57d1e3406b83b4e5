"""Lessons: each is played through on the screen, with the real controls, on the built-in model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from glmchat import demo, lessons
from glmchat.api.endpoint import Endpoint
from glmchat.core.catalogue import known
from glmchat.core.preferences import Preferences
from glmchat.lessons import Opened, Replied, Set, Value
from glmchat.tui.commands.actions.learn import learn
from tests.scripted import Script
from tests.sidebar.stage import focus_parameter
from tests.tui.stage import Stage, staged

ENDPOINTS = {
    "wcode": Endpoint("wcode", "http://127.0.0.1:9/v1"),
    "demo": Endpoint("demo", demo.BASE_URL, demo=True),
}


@asynccontextmanager
async def school(
    folder: Path, language: str = "en", size: tuple[int, int] = (100, 30)
) -> AsyncIterator[Stage]:
    means: dict[str, Any] = {"models": {"demo": [known(demo.MODEL_ID)]}, "endpoints": ENDPOINTS}
    async with staged(
        folder,
        size,
        script=cast(Script, demo.transport(None)),
        preferences=Preferences(language=language),
        demo_logprobs=demo.logprobs,
        **means,
    ) as stage:
        yield stage


def bar(stage: Stage) -> str:
    """What the lesson says, "" where it says nothing."""
    shown = stage.app.chat.lesson_bar
    return "\n".join(shown.lines) if shown.display else ""


async def shown(stage: Stage, text: str) -> None:
    await stage.until(lambda: text in bar(stage))


async def more(stage: Stage, count: int) -> None:
    await stage.until(lambda: len(stage.workspace.current.conversation.nodes) > count)


async def enter(stage: Stage, text: str) -> None:
    """Send what stands in the prompt, or this where nothing does."""
    stage.app.chat.prompt.focus()
    if stage.prompt != text:
        stage.app.chat.prompt.put(text)
    stage.app.chat.slash.offer([])
    await stage.press("enter")


async def put(stage: Stage, value: Value) -> None:
    """Give a parameter its value by its control."""
    if value.name in ("reasoning", "reasoning_effort"):
        await enter(stage, f"/think {'off' if value.equals is False else value.equals}")
        return
    focus_parameter(stage.app.chat.sidebar, value.name)
    await stage.pilot.pause()
    if value.unset:
        await stage.press("delete")
    elif value.name == "seed":
        await stage.press("r")
    else:
        wanted = value.at_least if value.at_least is not None else value.at_most
        await stage.press(*str(wanted), "enter")


async def perform(stage: Stage, step: lessons.Step) -> None:
    """Do what a step asks for."""
    match step.when:
        case Set(values):
            for each in values:
                await put(stage, each)
        case Replied(times=times):
            assert step.ask == stage.prompt
            await enter(stage, step.ask)
            await stage.until(lambda: len(stage.messages()) > 1 and not stage.workspace.current.runs)
            for _ in range(times - 1):
                count = len(stage.workspace.current.conversation.nodes)
                await enter(stage, "/retry")
                await more(stage, count)
                await stage.until(lambda: not stage.workspace.current.runs)
        case Opened("lens"):
            await stage.press("f6")
            await stage.until(lambda: type(stage.app.screen).__name__ == "LensScreen")
        case Opened("compare"):
            await enter(stage, step.ask)
            await stage.until(lambda: type(stage.app.screen).__name__ == "ConfirmScreen")
            await stage.press("enter")
            await stage.until(lambda: type(stage.app.screen).__name__ == "CompareScreen")


# Each in one language, each language with other lessons; in both in the long form.
PLAYED = [
    pytest.param(name, language, marks=() if (number + other) % 2 == 0 else pytest.mark.full)
    for number, name in enumerate(lessons.NAMES)
    for other, language in enumerate(lessons.LANGUAGES)
]


@pytest.mark.parametrize(("name", "language"), PLAYED)
async def test_each_lesson_is_played_through(name: str, language: str, tmp_path: Path) -> None:
    lesson = lessons.lesson(name, language)
    async with school(tmp_path, language) as stage:
        mine = stage.workspace.current
        stage.workspace.tuning.set_value("temperature", 0.3)
        stage.app.chat.prompt.put("")
        await stage.command(f"/learn {name}")
        await stage.until(lambda: lesson.steps[0].do in bar(stage))
        assert stage.workspace.current is not mine
        assert not stage.workspace.current.values.plain()
        for number, step in enumerate(lesson.steps):
            await perform(stage, step)
            await shown(stage, step.look)
            if isinstance(step.when, Opened):
                # While a reply runs, Esc stops it and closes nothing yet.
                await stage.until(lambda: not stage.workspace.current.runs)
                await stage.press("escape")
                await stage.until(lambda: stage.app.screen is stage.app.chat)
            if number + 1 < len(lesson.steps):
                assert lesson.steps[number + 1].do in bar(stage)
        await enter(stage, "/learn stop")
        await stage.until(lambda: stage.workspace.current is mine)
        assert (mine.endpoint.name, mine.values.plain()) == ("wcode", {"temperature": 0.3})
        assert bar(stage) == ""
        [kept] = await stage.workspace.archive.sessions()
        assert kept.title == lessons.title_of(lesson, language)
        assert not mine.costs
        assert not any((await stage.workspace.archive.spending.by_currency(0)).values())


async def test_a_lesson_is_left_and_gone_on_with(tmp_path: Path) -> None:
    lesson = lessons.lesson("penalties", "en")
    async with school(tmp_path) as stage:
        await stage.command("/learn penalties")
        await stage.until(lambda: lesson.steps[0].do in bar(stage))
        await perform(stage, lesson.steps[0])
        await stage.until(lambda: lesson.steps[1].do in bar(stage))
        stage.app.chat.prompt.put("")
        await stage.press("ctrl+n")
        await stage.until(lambda: bar(stage) == "")
        await stage.command("/learn penalties")
        await stage.until(lambda: lesson.steps[1].do in bar(stage))
        assert stage.workspace.current.values.plain() == {"temperature": 0}


async def test_a_lesson_is_gone_on_with_after_a_restart(tmp_path: Path) -> None:
    lesson = lessons.lesson("temperature", "en")
    async with school(tmp_path) as stage:
        stage.app.chat.prompt.put("my own words")
        await stage.until(lambda: stage.workspace.current.draft == "my own words")
        await learn(stage.app, "temperature")
        for step in lesson.steps[:3]:
            await perform(stage, step)
            await shown(stage, step.look)
        begun = stage.workspace.current.id
    async with school(tmp_path) as stage:
        mine = stage.workspace.current
        assert (mine.draft, mine.id != begun) == ("my own words", True)
        stage.workspace.tuning.set_value("top_p", 0.4)
        await stage.command("/learn temperature")
        await stage.until(lambda: lesson.steps[3].do in bar(stage))
        assert stage.workspace.current.id == begun
        assert stage.workspace.current.endpoint.demo
        assert stage.workspace.current.values.plain() == {"temperature": 1.5}
        for step in lesson.steps[3:]:
            await perform(stage, step)
            await shown(stage, step.look)
        await stage.command("/learn stop")
        await stage.until(lambda: stage.workspace.current is mine)
        await stage.command("/learn temperature")
        await stage.until(lambda: lesson.steps[0].do in bar(stage))
        assert begun not in {row.id for row in await stage.workspace.archive.sessions()}


async def test_a_lesson_is_not_the_last_session_of_its_person(tmp_path: Path) -> None:
    async with school(tmp_path) as stage:
        await stage.command("/learn thinking")
        for step in lessons.lesson("thinking", "en").steps[:2]:
            await perform(stage, step)
            await shown(stage, step.look)
        assert await stage.workspace.archive.newest() == stage.workspace.current.id
        await stage.command("/learn stop")
        await stage.command("/model glmchat/demo @ demo")
        await stage.send("Who are you?")
        mine = stage.workspace.current.id
        await stage.command("/learn thinking")
        await stage.until(lambda: bar(stage) != "")
        await stage.send("Who are you, again?")
        assert await stage.workspace.archive.newest() == mine


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (60, 30)])
async def test_the_distribution_stands_before_and_after_a_value(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    lesson = lessons.lesson("temperature", "en")
    async with school(tmp_path, size=size) as stage:
        await stage.command("/learn temperature")
        for step in lesson.steps[:2]:
            await perform(stage, step)
            await shown(stage, step.look)
        await stage.until(lambda: "With temperature 1.50" in stage.screen_text)
        lines = stage.screen_text.splitlines()
        [before] = [number for number, line in enumerate(lines) if "Without it" in line]
        [after] = [number for number, line in enumerate(lines) if "With temperature 1.50" in line]
        assert (before == after) is (size[0] >= 80)
        assert lesson.steps[2].do in stage.screen_text.replace("\n", " ")
        likeliest = lines[before + 1].split()
        assert "%" in likeliest


async def test_what_a_lesson_says_keeps_clear_of_the_sliders_over_it(tmp_path: Path) -> None:
    async with school(tmp_path, size=(80, 24)) as stage:
        await stage.command("/learn temperature")
        do = lessons.lesson("temperature", "en").steps[0].do
        await shown(stage, do)

        def seen() -> bool:
            edge = side.region.x if side.display else 80
            return do in " ".join(
                " ".join(line[:edge].strip() for line in stage.screen_text.splitlines()).split()
            )

        side = stage.app.chat.side
        await stage.press("f3")
        await stage.until(lambda: side.display and seen())
        await stage.press("escape")
        await stage.until(lambda: not side.display and seen())


def test_what_was_done_is_seen_in_the_replies() -> None:
    lesson = lessons.lesson("seed", "en")

    def facts(*texts: str, **values: Any) -> lessons.Facts:
        heard = (lessons.Heard(n, {"seed": 1} if n > 1 else {}, text, False) for n, text in enumerate(texts))
        return lessons.Facts(values, tuple(heard))

    assert lesson.reached(facts()) == 0
    assert lesson.reached(facts("a")) == 0
    assert lesson.reached(facts("a", "b")) == 1
    assert lesson.reached(facts("a", "b", seed=1)) == 2
    assert lesson.reached(facts("a", "b", "c", seed=1)) == 2
    assert lesson.reached(facts("a", "b", "c", "c")) == 3


async def test_what_is_not_done_does_not_go_on(tmp_path: Path) -> None:
    lesson = lessons.lesson("temperature", "en")
    async with school(tmp_path) as stage:
        await stage.command("/learn temperature")
        await stage.until(lambda: lesson.steps[0].do in bar(stage))
        await perform(stage, lesson.steps[0])
        await stage.until(lambda: lesson.steps[1].do in bar(stage))
        course = stage.presenter.lessons.course
        assert course is not None
        stage.workspace.tuning.set_value("temperature", 1.2)
        stage.presenter.lessons._look()
        assert course.step == 1


async def test_a_name_that_is_none_is_refused(tmp_path: Path) -> None:
    async with school(tmp_path) as stage:
        await stage.command("/learn cooking")
        assert "temperature, filters, penalties" in stage.told
        await stage.command("/learn stop")
        assert "No lesson runs" in stage.told


@pytest.mark.parametrize("name", lessons.NAMES)
def test_a_lesson_waits_for_the_same_in_both_languages(name: str) -> None:
    english, chinese = (lessons.lesson(name, each) for each in lessons.LANGUAGES)
    assert [step.when for step in english.steps] == [step.when for step in chinese.steps]
    assert [bool(step.ask) for step in english.steps] == [bool(step.ask) for step in chinese.steps]


def test_a_condition_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="set, replied, opened"):
        lessons._step({"do": "", "look": "", "when": {"kind": "code", "text": "1 + 1"}})
    with pytest.raises(ValueError, match="set, replied, opened"):
        lessons._step({"do": "", "look": "", "when": {"kind": "set", "name": "x"}})
