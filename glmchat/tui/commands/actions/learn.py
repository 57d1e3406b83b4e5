"""Lessons on the built-in model, in a session of their own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from glmchat import lessons
from glmchat.tui.commands.dispatch import Refused, presenter_of

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.widgets.prompt.slash import Offer
    from glmchat.workspace import OpenSession

STOP = "stop"


async def learn(app: ChatApp, name: str) -> None:
    """Give a lesson, or go on with the one that was left; alone, let the person choose; stop leaves it."""
    if name == STOP:
        await _stop(app)
    elif not name:
        await _choose(app)
    elif name not in lessons.NAMES:
        raise Refused(f"/learn takes {', '.join(lessons.NAMES)} or {STOP}, not {name!r}.")
    else:
        await _give(app, name)
        app.chat.prompt.focus()


async def _give(app: ChatApp, name: str) -> None:
    presenter = presenter_of(app)
    course, workspace = presenter.lessons.course, presenter.workspace
    here = workspace.current
    left = course is not None and course.lesson.name == name and not course.over
    if course is not None and left and course.session in workspace.open_sessions:
        if here.id != course.session:
            course.came_from = here.id
            presenter.keep_draft()
            await workspace.sessions.open(course.session)
        presenter.lessons.go_on()
        return
    came_from = course.came_from if course is not None and here.id == course.session else here.id
    presenter.keep_draft()
    lesson = lessons.lesson(name, presenter.lessons.language)
    title = lessons.title_of(lesson, presenter.lessons.language)
    session = await workspace.sessions.learn(name, title, partial(_unfinished, lesson))
    if session is None:
        raise Refused("Lessons need the built-in model, which is not there.")
    presenter.lessons.begin(lesson, session, came_from)


def _unfinished(lesson: lessons.Lesson, session: OpenSession) -> bool:
    now = lessons.facts_of(session.values.plain(), session.conversation, "")
    return lesson.reached(now) < len(lesson.steps)


async def _choose(app: ChatApp) -> None:
    from glmchat.tui.screens.choose import ChooseScreen
    from glmchat.tui.widgets.lists.choices import Row

    rows = [Row(each.name, each.title, each.about) for each in _all(app)]
    if (name := await app.ask(ChooseScreen("Lessons, on the built-in model", rows))) is not None:
        await learn(app, name)


async def _stop(app: ChatApp) -> None:
    presenter = presenter_of(app)
    course = presenter.lessons.course
    if course is None:
        raise Refused("No lesson runs. /learn begins one.")
    presenter.lessons.leave()
    if presenter.workspace.current.id == course.session:
        try:
            await presenter.workspace.sessions.open(course.came_from)
        except KeyError:  # that session was deleted meanwhile
            presenter.workspace.sessions.new_session()


def _all(app: ChatApp) -> list[lessons.Lesson]:
    language = presenter_of(app).lessons.language
    return [lessons.lesson(name, language) for name in lessons.NAMES]


def complete(app: ChatApp, typed: str) -> list[Offer]:
    """Offer the lessons."""
    from glmchat.tui.widgets.prompt.slash import Offer

    rows = [(each.name, each.title) for each in _all(app)] + [(STOP, "Leave the lesson")]
    return [Offer(f"/learn {name}", name, about) for name, about in rows if name.startswith(typed.lower())]
