"""The one quiet place where the app says something: one sentence at a time, and a log of all that was said."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from textual import events
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from glmchat.support.text import safe

SECONDS = {"information": 6.0, "warning": 12.0, "error": 20.0}
SIGNS = {"information": "· ", "warning": "! ", "error": "✗ "}
# Sentences that follow each other this closely cannot have been read; they are counted.
_UNREAD_S = 1.0
_LOGGED = 200


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that was said, and when."""

    sentence: str
    severity: str
    at: float = field(default_factory=time.time)


class NoticeLog:
    """What was said lately, the newest last."""

    def __init__(self) -> None:
        self.said: deque[Said] = deque(maxlen=_LOGGED)

    def add(self, sentence: str, severity: str) -> None:
        """Keep a sentence; one that is said again is kept once, as the newest."""
        if self.said and (self.said[-1].sentence, self.said[-1].severity) == (sentence, severity):
            self.said.pop()
        self.said.append(Said(sentence, severity))

    def has(self, sentence: str) -> bool:
        """Whether a sentence was said lately."""
        return any(each.sentence == sentence for each in self.said)

    def page(self) -> list[str]:
        """A line for each sentence, the newest first."""
        return [
            f"{time.strftime('%H:%M:%S', time.localtime(each.at))} {SIGNS[each.severity]}{safe(each.sentence)}"
            for each in reversed(self.said)
        ]


class Notice(Widget):
    """Shows one sentence, the newest; a click sends it away.

    Above the prompt it stands in a row of its own, on other screens over what is at the bottom.
    """

    DEFAULT_CSS = """
    Notice { height: auto; max-height: 8; padding: 0 1; display: none; color: $foreground; }
    Notice.-said { display: block; background: $panel; }
    Notice.-warning { border-left: outer $warning; }
    Notice.-error { border-left: outer $error; }
    Notice.-information { border-left: outer $primary; }
    Dialog Notice, FullScreen Notice { layer: popup; dock: bottom; margin: 0 1; }
    """
    can_focus = False

    def __init__(self) -> None:
        super().__init__(id="notice")
        self._shown: Said | None = None
        self._unread = 0
        self._timer: Timer | None = None

    def say(self, sentence: str, severity: str = "information") -> None:
        """Show a sentence in the place of the one that is there."""
        before, self._shown = self._shown, Said(safe(sentence).strip(), severity)
        replaced = before is not None and before.sentence != self._shown.sentence
        at_once = before is not None and self._shown.at - before.at < _UNREAD_S
        self._unread = self._unread + replaced if at_once else 0
        self._dress("-said", f"-{severity}")
        self.refresh(layout=True)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SECONDS[severity], self.dismiss)

    def dismiss(self) -> None:
        """Say nothing more."""
        self._shown = None
        self._unread = 0
        self._dress()
        self.refresh(layout=True)

    def give_way(self, beside: bool) -> None:
        """Take no row while nothing is said, for another line is there; or keep it free again."""
        self.set_class(beside, "-beside")

    def _dress(self, *looks: str) -> None:
        self.set_classes([*looks, *({"-beside"} & self.classes)])

    def outlived(self) -> None:
        """Something else goes on now: what was only said for information is said no more."""
        if self._shown is not None and self._shown.severity == "information":
            self.dismiss()

    def withdraw(self, sentence: str) -> None:
        """What a sentence was about is over: it is said no more."""
        if self._shown is not None and self._shown.sentence == sentence:
            self.dismiss()

    def render(self) -> Content:
        """The sentence, whose text is never read as markup, and how many were said just before it."""
        if self._shown is None:
            return Content("")
        sign = "" if self._shown.severity == "information" else SIGNS[self._shown.severity]
        more = f"  ({self._unread} more: /notices)" if self._unread else ""
        return Content(sign + self._shown.sentence) + Content(more)

    def on_click(self, event: events.Click) -> None:
        """Go away."""
        event.stop()
        self.dismiss()
