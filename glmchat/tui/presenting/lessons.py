"""Gives a lesson: shows its steps over the prompt, notices what was done, and goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.timer import Timer

from glmchat.core.conversation import Role, State
from glmchat.lessons import Facts, Heard, Lesson
from glmchat.workspace import OpenSession, Workspace

if TYPE_CHECKING:
    from glmchat.tui.port import Host

_LOOK_S = 0.25
_LAST = {
    "en": "That was all. /learn begins another lesson, /learn stop goes back to where you were.",
    "zh": "这一课结束了。/learn 选另一课，/learn stop 回到原来的会话。",
}
_LEAVE = {"en": "/learn stop leaves", "zh": "/learn stop 离开"}


@dataclass(slots=True)
class Course:
    """A lesson under way: its session, the step that is due, what held when that began, where the person came from."""

    lesson: Lesson
    session: OpenSession
    came_from: int
    before: Facts
    step: int = 0

    @property
    def over(self) -> bool:
        """Whether every step was done."""
        return self.step >= len(self.lesson.steps)


class LessonPresenter:
    """Holds the lesson that runs or was left; its session is one of its own."""

    def __init__(self, app: Host, workspace: Workspace) -> None:
        self.app = app
        self.workspace = workspace
        self.course: Course | None = None
        self._timer: Timer | None = None

    @property
    def language(self) -> str:
        """The language that lessons are given in."""
        return self.app.preferences.language if self.app.preferences.language in _LAST else "en"

    def begin(self, lesson: Lesson, session: OpenSession, came_from: int) -> None:
        """Give a lesson from its first step, in a session that is open now."""
        self.course = Course(lesson, session, came_from, self._facts(session))
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
        if course is None or course.session is not self.workspace.current:
            self.app.chat.lesson_bar.display = False
            return
        now = self._facts(course.session)
        if not course.over and course.lesson.steps[course.step].when.met(course.before, now):
            course.step, course.before = course.step + 1, now
            self._ask()
        self._show()

    def _ask(self) -> None:
        """Put what the step asks into the prompt, where nothing is typed."""
        course = self.course
        if course is None or course.over:
            return
        prompt = self.app.chat.prompt
        if (text := course.lesson.steps[course.step].ask) and not prompt.whole().strip():
            prompt.put(text)

    def _show(self) -> None:
        course = self.course
        if course is None:
            return
        steps, language = course.lesson.steps, self.language
        at = min(course.step + 1, len(steps))
        about = "" if course.step else f": {course.lesson.about}"
        title = f"{course.lesson.title}{about}  {at}/{len(steps)}   {_LEAVE[language]}"
        look = steps[course.step - 1].look if course.step else ""
        do = _LAST[language] if course.over else steps[course.step].do
        self.app.chat.lesson_bar.show(title, look, do)

    def _facts(self, session: OpenSession) -> Facts:
        replies = sorted(
            (each for each in session.conversation.loaded.values() if each.role is Role.ASSISTANT),
            key=lambda each: each.id,
        )
        heard = tuple(
            Heard(each.id, each.settings or {}, each.content, bool(each.reasoning))
            for each in replies
            if each.state is State.COMPLETE
        )
        screen = type(self.app.textual.screen).__name__.removesuffix("Screen").lower()
        return Facts(session.values.plain(), heard, screen)
