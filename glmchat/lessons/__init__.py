"""Lessons on parameters, done with the real controls on the built-in model: data files, and what they wait for.

A lesson is a file of steps in each language: what to do, how it is known to be done, and what to look at then.

Stands on `core`; imported by `tui` only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from typing import Any

NAMES = ("temperature", "filters", "penalties", "seed", "thinking", "lens")
LANGUAGES = ("en", "zh")


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
    """What is to be done and what is to be looked at then; `ask` is put into the prompt at its beginning."""

    do: str
    look: str
    when: Condition
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson of about a minute."""

    name: str
    title: str
    about: str
    steps: tuple[Step, ...]


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
    return Step(given["do"], given["look"], kind(**when), given.get("ask", ""))
