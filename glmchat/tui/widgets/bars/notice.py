"""The one quiet place where the app says something: a few lines above the bottom line, gone after a while."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from glmchat.support.text import safe

_SECONDS = {"information": 6.0, "warning": 12.0, "error": 20.0}
_SIGNS = {"information": "", "warning": "! ", "error": "✗ "}
_MOST = 4


class Notice(Widget):
    """Sentences over the conversation, the newest last; a click sends them away."""

    DEFAULT_CSS = """
    Notice { layer: popup; dock: bottom; height: auto; max-height: 8; margin: 0 1; padding: 0 1; display: none;
             background: $panel; color: $foreground; }
    Notice.-warning { border-left: outer $warning; }
    Notice.-error { border-left: outer $error; }
    Notice.-information { border-left: outer $primary; }
    """
    can_focus = False

    def __init__(self) -> None:
        super().__init__(id="notice")
        self._sentences: list[tuple[str, str]] = []
        self._timer: Timer | None = None

    def say(self, sentence: str, severity: str = "information") -> None:
        """Show a sentence; those that are still there stay above it."""
        line = (safe(sentence).strip(), severity)
        if not self.display:
            self._sentences.clear()
        self._sentences = [*(each for each in self._sentences if each != line), line][-_MOST:]
        worst = max((each for _, each in self._sentences), key=list(_SECONDS).index)
        self.set_classes(f"-{worst}")
        self.display = True
        self.refresh(layout=True)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_SECONDS[worst], self.dismiss)

    def dismiss(self) -> None:
        """Say nothing more."""
        self.display = False

    def render(self) -> Content:
        """The sentences, one below the other; their text is never read as markup."""
        return Content("\n").join(
            Content(_SIGNS[severity] + sentence) for sentence, severity in self._sentences
        )

    def on_click(self, event: events.Click) -> None:
        """Go away."""
        event.stop()
        self.dismiss()
