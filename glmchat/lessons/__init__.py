"""Lessons on parameters, done with the real controls on the built-in model: data files, and what they wait for.

A lesson is a file of steps in each language: what to do, how it is known to be done, and what to look at then.

Stands on `core` and `analysis`; imported by `tui` and `plain`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from importlib.resources import files
from typing import Any

from glmchat.analysis.distribution import NAMES as SHOWN
from glmchat.core.conversation import Conversation, Role, State

NAMES = ("temperature", "filters", "penalties", "seed", "thinking", "lens")
LANGUAGES = ("en", "zh")
# What stands at the end, and over a distribution without a value and with it.
LAST: Mapping[str, str] = {
    "en": "That was all. /learn begins another lesson, /learn stop goes back to where you were.",
    "zh": "这一课结束了。/learn 选另一课，/learn stop 回到原来的会话。",
}
# In the line mode, what is done where a step says nothing of its own.
_ASKS: Mapping[str, str] = {"en": "Enter on an empty line sends: {ask}", "zh": "在空行按回车就发送：{ask}"}
_WITHOUT: Mapping[str, str] = {"en": "Without it", "zh": "不设置时"}
_WITH: Mapping[str, str] = {"en": "With {value}", "zh": "{value} 时"}
_TITLE: Mapping[str, str] = {"en": "Lesson: {title}", "zh": "课程：{title}"}


@dataclass(frozen=True, slots=True)
class Heard:
    """A reply that is complete: the values it was asked with, its text, and whether a thought came with it."""

    id: int
    settings: Mapping[str, Any]
    text: str
    thought: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What holds in the lesson's session: the values, the replies in their order, the screen that is looked at."""

    values: Mapping[str, Any] = field(default_factory=dict)
    replies: tuple[Heard, ...] = ()
    screen: str = "chat"


def facts_of(values: Mapping[str, Any], conversation: Conversation, screen: str) -> Facts:
    """What holds in a session that has these values."""
    replies = sorted(
        (each for each in conversation.loaded.values() if each.role is Role.ASSISTANT),
        key=lambda each: each.id,
    )
    heard = tuple(
        Heard(each.id, each.settings or {}, each.content, bool(each.reasoning))
        for each in replies
        if each.state is State.COMPLETE
    )
    return Facts(values, heard, screen)


@dataclass(frozen=True, slots=True)
class Value:
    """What a parameter is to be: within bounds, equal to something, or `unset`."""

    name: str
    at_least: float | None = None
    at_most: float | None = None
    equals: bool | str | None = None
    unset: bool = False

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether the values have it so."""
        value = values.get(self.name)
        if self.unset or value is None:
            return self.unset and value is None
        if self.equals is not None:
            return bool(value == self.equals)
        low = self.at_least is None or value >= self.at_least
        return low and (self.at_most is None or value <= self.at_most)


@dataclass(frozen=True, slots=True)
class Set:
    """Some parameters have these values now."""

    values: tuple[Value, ...]

    def met(self, _before: Facts, now: Facts) -> bool:
        """Whether it was done."""
        return all(each.holds(now.values) for each in self.values)


@dataclass(frozen=True, slots=True)
class Replied:
    """So many replies came since the step began, the last of them asked with these values.

    `alike` says whether the last two have the same text, `thought` whether a thought came.
    """

    values: tuple[Value, ...] = ()
    times: int = 1
    alike: bool | None = None
    thought: bool | None = None

    def met(self, before: Facts, now: Facts) -> bool:
        """Whether it was done."""
        known = {each.id for each in before.replies}
        new = [each for each in now.replies if each.id not in known]
        if len(new) < self.times:
            return False
        last = new[-1]
        if self.alike is not None:
            *_, one, other = (
                (each.text for each in now.replies[-2:]) if len(now.replies) > 1 else ("", "", " ")
            )
            if (one == other) is not self.alike:
                return False
        return all(each.holds(last.settings) for each in self.values) and self.thought in (None, last.thought)


@dataclass(frozen=True, slots=True)
class Opened:
    """A screen is looked at."""

    screen: str

    def met(self, _before: Facts, now: Facts) -> bool:
        """Whether it was done."""
        return now.screen == self.screen


Condition = Set | Replied | Opened
# What a step may wait for, by the word that stands in its file.
CONDITIONS: Mapping[str, type[Set] | type[Replied] | type[Opened]] = {
    "set": Set,
    "replied": Replied,
    "opened": Opened,
}


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done and what is to be looked at then; `ask` is put into the prompt at its beginning.

    `lines` and `look_lines` say it for the line mode, where it is done in another way.
    """

    do: str
    look: str
    when: Condition
    ask: str = ""
    lines: str = ""
    look_lines: str = ""

    @property
    def shows(self) -> str | None:
        """The parameter whose distribution is looked at when it is done, before and after; None for none."""
        values = self.when.values if isinstance(self.when, Set) else ()
        return next((each.name for each in reversed(values) if each.name in SHOWN and not each.unset), None)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson of about a minute."""

    name: str
    title: str
    about: str
    steps: tuple[Step, ...]

    def reached(self, now: Facts) -> int:
        """How many steps are done, as far as the replies of a session that was left and its values show it."""
        done = used = 0
        for number, step in enumerate(self.steps, 1):
            if not isinstance(step.when, Replied):
                continue
            before = replace(now, replies=now.replies[:used])
            ends = range(used + 1, len(now.replies) + 1)
            found = [end for end in ends if step.when.met(before, replace(now, replies=now.replies[:end]))]
            if not found:
                break
            done, used = number, found[0]
        for step in self.steps[done:]:
            if not (isinstance(step.when, Set) and step.when.met(now, now)):
                break
            done += 1
        return done


@dataclass(slots=True)
class Course:
    """A lesson under way: the step that is due, what held when that began, and where the person came from.

    `session` is the lesson's own, `came_from` the one that was left for it.
    """

    lesson: Lesson
    session: int
    came_from: int
    before: Facts
    step: int = 0

    @property
    def over(self) -> bool:
        """Whether every step was done."""
        return self.step >= len(self.lesson.steps)

    @property
    def due(self) -> Step | None:
        """The step that is to be done now."""
        return None if self.over else self.lesson.steps[self.step]

    @property
    def done(self) -> Step | None:
        """The step that was done last."""
        return self.lesson.steps[self.step - 1] if self.step else None

    def notice(self, now: Facts) -> bool:
        """Go on to the next step where this one was done; says whether."""
        if self.due is None or not self.due.when.met(self.before, now):
            return False
        self.step, self.before = self.step + 1, now
        return True


def heads(language: str, value: str) -> tuple[str, str]:
    """What stands over a distribution without a value and with it."""
    return _WITHOUT[language], _WITH[language].format(value=value)


def in_lines(step: Step, language: str) -> str:
    """What is to be done in the line mode."""
    return step.lines or (_ASKS[language].format(ask=step.ask) if step.ask else step.do)


def title_of(lesson: Lesson, language: str) -> str:
    """The title of a lesson's session."""
    return _TITLE[language].format(title=lesson.title)


@cache
def lesson(name: str, language: str) -> Lesson:
    """Read a lesson; raises ValueError for a file that is none."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    text = files(__name__).joinpath(language, f"{name}.toml").read_text(encoding="utf-8")
    given = tomllib.loads(text)
    steps = tuple(_step(each) for each in given["steps"])
    return Lesson(name, given["title"], given["about"], steps)


def _step(given: Mapping[str, Any]) -> Step:
    when = dict(given["when"])
    kind = CONDITIONS.get(str(when.pop("kind", "")))
    if kind is None or not when.keys() <= {each.name for each in fields(kind)}:
        raise ValueError(f"a step waits for {given['when']}, which is none of {', '.join(CONDITIONS)}")
    if "values" in when:
        when["values"] = tuple(Value(**each) for each in when["values"])
    return Step(
        given["do"],
        given["look"],
        kind(**when),
        given.get("ask", ""),
        given.get("lines", ""),
        given.get("look_lines", ""),
    )
