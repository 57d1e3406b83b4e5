"""Lessons in lines: each step is printed when it is due, and what to look at when it was done."""

from __future__ import annotations

import asyncio
import shutil
from functools import partial
from typing import TYPE_CHECKING

from glmchat import lessons
from glmchat.analysis import distribution, lens
from glmchat.core.parameters import BY_NAME
from glmchat.core.parameters.kind import format_value
from glmchat.core.refused import Refused
from glmchat.lessons.figures import before_and_after

if TYPE_CHECKING:
    from glmchat.plain.command import Chat
    from glmchat.workspace import OpenSession

STOP = "stop"
# What stands for a screen that is looked at.
_SCREENS = {"lens": "lens", "sweep": "compare", "compare": "compare"}


async def learn(chat: Chat, name: str) -> str | None:
    """Give a lesson, or go on with the one that was left; alone, list them; stop leaves it."""
    language = _language(chat)
    if name == STOP:
        await _stop(chat)
        return None
    if not name:
        rows = [lessons.lesson(each, language) for each in lessons.NAMES]
        return "\n".join(f"/learn {row.name}: {row.title}. {row.about}." for row in rows)
    if name not in lessons.NAMES:
        raise Refused(f"/learn takes {', '.join(lessons.NAMES)} or {STOP}, not {name!r}.")
    lesson = lessons.lesson(name, language)
    here = chat.session.id
    came_from = chat.course.came_from if chat.course is not None and chat.course.session == here else here
    title = lessons.title_of(lesson, language)
    session = await chat.workspace.sessions.learn(name, title, partial(_unfinished, lesson))
    if session is None:
        raise Refused("Lessons need the built-in model, which is not there.")
    facts = _facts(session, "")
    chat.course = lessons.Course(lesson, session.id, came_from, facts, lesson.reached(facts))
    chat.opened()
    chat.console.say(f"{lesson.about}. /learn {STOP} leaves.")
    _print_due(chat, chat.course)
    return None


def names(_chat: Chat) -> list[str]:
    """What may follow the command."""
    return [*lessons.NAMES, STOP]


def asks(chat: Chat) -> str:
    """What an empty line sends: the question of the step that is due."""
    course = _running(chat)
    return course.due.ask if course is not None and course.due is not None else ""


async def look(chat: Chat, typed: str) -> None:
    """Notice what was done by what was typed, and print what to look at and what is due."""
    course = _running(chat)
    if course is None:
        return
    command = typed[1:].partition(" ")[0].lower() if typed.startswith("/") else ""
    done = False
    while course.notice(_facts(chat.session, _SCREENS.get(command, ""))):
        done = True
    if not done or course.done is None:
        return
    chat.console.say("")
    for line in await _figure(chat, course.done):
        chat.console.say(line)
    chat.console.say(f"✓ {course.done.look_lines or course.done.look}")
    _print_due(chat, course)


def _print_due(chat: Chat, course: lessons.Course) -> None:
    language = _language(chat)
    due = lessons.LAST[language] if course.due is None else lessons.in_lines(course.due, language)
    chat.console.say(f"→ {min(course.step + 1, len(course.lesson.steps))}/{len(course.lesson.steps)} {due}")


async def _figure(chat: Chat, step: lessons.Step) -> list[str]:
    """The distribution of the last reply before and after the value that was set."""
    name, values = step.shows, chat.session.values.plain()
    message = chat.session.last_reply()
    if name is None or name not in values or message is None:
        return []
    reading = await asyncio.to_thread(lens.read, await chat.workspace.probabilities.of(chat.session, message))
    places = await asyncio.to_thread(distribution.find_places, reading.tokens)
    if places is None:
        return []
    place, shift, _ = distribution.shift_at(places, name, values, words_bias=True)
    heads = lessons.heads(_language(chat), f"{name} {format_value(BY_NAME[name], values[name])}")
    return before_and_after(place, shift, heads, shutil.get_terminal_size().columns)


def _running(chat: Chat) -> lessons.Course | None:
    """The lesson, as long as its session is the one that is open."""
    return chat.course if chat.course is not None and chat.course.session == chat.session.id else None


def _facts(session: OpenSession, screen: str) -> lessons.Facts:
    return lessons.facts_of(session.values.plain(), session.conversation, screen)


def _unfinished(lesson: lessons.Lesson, session: OpenSession) -> bool:
    return lesson.reached(_facts(session, "")) < len(lesson.steps)


def _language(chat: Chat) -> str:
    language = chat.workspace.preferences.language
    return language if language in lessons.LANGUAGES else lessons.LANGUAGES[0]


async def _stop(chat: Chat) -> None:
    course = chat.course
    if course is None:
        raise Refused("No lesson runs. /learn begins one.")
    running, chat.course = _running(chat), None
    if running is not None:
        try:
            await chat.workspace.sessions.open(course.came_from)
        except KeyError:  # that session was deleted meanwhile
            chat.workspace.sessions.new_session()
    chat.opened()
