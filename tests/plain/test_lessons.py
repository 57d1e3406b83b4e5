"""Lessons in lines: each is done by its own words on the built-in model, and gone on with after a restart."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

import pytest

from glmchat import demo, lessons
from glmchat.api.endpoint import Endpoint
from glmchat.core.preferences import Preferences
from glmchat.history import Archive
from glmchat.lessons import Step
from glmchat.workspace import Dependencies, Workspace
from tests.plain.conftest import Chatting
from tests.scripted import Script

ENDPOINTS = {
    "test": Endpoint("test", "http://127.0.0.1:9/v1"),
    "demo": Endpoint("demo", demo.BASE_URL, demo=True),
}


class School(Chatting):
    """Chats with the built-in model beside an endpoint that is never asked."""

    async def workspace(self, preferences: Preferences) -> Workspace:
        return Workspace(
            Dependencies(
                await Archive.open(self._folder / "history.db"), ENDPOINTS, "test", "z-ai/glm-4.5",
                demo=lambda: self.script, preferences=preferences, demo_logprobs=demo.logprobs,
            )
        )  # fmt: skip


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path, cast(Script, demo.transport(None)))


def typed(step: Step) -> list[str]:
    """What a person types who does what a step says in the line mode."""
    commands = re.findall(
        r"/(?:set|unset|retry|think|lens)\b(?: [a-z_]+)?(?: [\d.]+)?", step.lines or step.do
    )
    commands = [each.strip() for each in commands]
    times = [""] if step.ask else []
    return [*times, *commands] if "/retry" in commands or not commands else commands


@pytest.mark.parametrize("language", lessons.LANGUAGES)
@pytest.mark.parametrize("name", lessons.NAMES)
async def test_each_lesson_is_played_through_by_what_it_says(
    school: School, name: str, language: str
) -> None:
    lesson = lessons.lesson(name, language)
    keys = [key for step in lesson.steps for key in typed(step)]
    await school(
        "/set temperature 0.3", f"/learn {name}", *keys, "/learn stop", "/set",
        preferences=Preferences(language=language),
    )  # fmt: skip
    at = 0
    for step in lesson.steps:
        for words in (lessons.in_lines(step, language), step.look_lines or step.look):
            at = school.out.find(words, at)
            assert at >= 0, (words, school.out)
    assert lessons.LAST[language] in school.out
    assert school.out.rstrip().endswith("Sent with the next request: temperature 0.30.")


async def test_the_distribution_stands_before_and_after_the_value(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    for columns, beside in (("100", True), ("60", False)):
        monkeypatch.setenv("COLUMNS", columns)
        await school("/learn temperature", "", "/set temperature 1.8", "/learn stop")
        lines = school.out.splitlines()
        [before] = [number for number, line in enumerate(lines) if "Without it" in line]
        [after] = [number for number, line in enumerate(lines) if "With temperature 1.80" in line]
        assert (before == after) is beside
        assert "█" in lines[after + 1]
        await school("/learn temperature", "/delete")


async def test_a_lesson_is_gone_on_with_after_a_restart(school: School) -> None:
    steps = lessons.lesson("temperature", "en").steps
    await school("/learn temperature", "", "/set temperature 1.8", "")
    await school("/learn temperature", "/set temperature 0", "", "/learn temperature")
    first, _, again = school.out.partition(lessons.LAST["en"])
    assert first.index("→ 4/5 Type /set temperature 0") < first.index(steps[3].look)
    assert "“Lesson: Temperature”: glmchat/demo" in first
    assert "→ 1/5" not in first
    assert "→ 1/5" in again


async def test_an_empty_line_sends_nothing_where_no_lesson_asks(school: School) -> None:
    await school("", "/learn stop", "/learn cooking", "/learn", "/learn temperature", "/learn stop", "")
    assert "No lesson runs. /learn begins one." in school.out
    assert "/learn takes temperature, filters" in school.out
    assert "/learn lens: The lens and the sweep." in school.out
    assert not school.chat.session.conversation.nodes
