"""Gives a lesson: shows its steps over the prompt, notices what was done, and goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.timer import Timer

from glmchat.analysis.distribution import shift_at
from glmchat.core.parameters import BY_NAME
from glmchat.core.parameters.kind import format_value
from glmchat.lessons import LAST, Course, Facts, Lesson, facts_of, heads
from glmchat.lessons.figures import before_and_after
from glmchat.tui.presenting.distribution import DistributionPresenter
from glmchat.workspace import OpenSession, Workspace

if TYPE_CHECKING:
    from glmchat.tui.port import Host

_LOOK_S = 0.25
_LEAVE = {"en": "/learn stop leaves", "zh": "/learn stop 离开"}


class LessonPresenter:
    """Holds the lesson that runs or was left; its session is one of its own."""

    def __init__(self, app: Host, workspace: Workspace, distribution: DistributionPresenter) -> None:
        self.app = app
        self.workspace = workspace
        self._distribution = distribution
        self.course: Course | None = None
        self._timer: Timer | None = None

    @property
    def language(self) -> str:
        """The language that lessons are given in."""
        return self.app.preferences.language if self.app.preferences.language in LAST else "en"

    def begin(self, lesson: Lesson, session: OpenSession, came_from: int) -> None:
        """Give a lesson in a session that is open now, from its first step or from the one that it was left at."""
        facts = self._facts(session)
        self.course = Course(lesson, session.id, came_from, facts, lesson.reached(facts))
        self._ask()
        self.go_on()

    def go_on(self) -> None:
        """Watch what is done from now on."""
        if self._timer is None:
            self._timer = self.app.set_interval(_LOOK_S, self._look)
        self._show()

    def leave(self) -> None:
        """Watch no more; the step that is due stays so."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.app.chat.lesson_bar.display = False

    def _look(self) -> None:
        """Notice what was done; in another session the lesson waits."""
        course = self.course
        if course is None or course.session != self.workspace.current.id:
            self.app.chat.lesson_bar.display = False
            return
        if course.notice(self._facts(self.workspace.current)):
            self._ask()
        self._show()

    def _ask(self) -> None:
        """Put what the step asks into the prompt, where nothing is typed."""
        step = self.course.due if self.course is not None else None
        prompt = self.app.chat.prompt
        if step is not None and step.ask and not prompt.whole().strip():
            prompt.put(step.ask)

    def _show(self) -> None:
        course = self.course
        if course is None:
            return
        self.app.chat.lesson_bar.keep_clear_of(self.app.chat.side)
        steps, language = course.lesson.steps, self.language
        at = min(course.step + 1, len(steps))
        about = "" if course.step else f": {course.lesson.about}"
        title = f"{course.lesson.title}{about}  {at}/{len(steps)}   {_LEAVE[language]}"
        look = course.done.look if course.done is not None else ""
        do = course.due.do if course.due is not None else LAST[language]
        self.app.chat.lesson_bar.show(title, look, do, self._figure(course))

    def _figure(self, course: Course) -> list[str]:
        """The distribution before and after the value that was set last, once it is known."""
        name = course.done.shows if course.done is not None else None
        places = self._distribution.known() if name is not None else None
        values = self.workspace.current.values.plain()
        if name is None or places is None or name not in values:
            return []
        place, shift, _ = shift_at(places, name, values, words_bias=True)
        shown = heads(self.language, f"{name} {format_value(BY_NAME[name], values[name])}")
        return before_and_after(place, shift, shown, self.app.chat.lesson_bar.room)

    def _facts(self, session: OpenSession) -> Facts:
        screen = type(self.app.textual.screen).__name__.removesuffix("Screen").lower()
        return facts_of(session.values.plain(), session.conversation, screen)
