"""Plain text in a widget of its own."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from glmchat.support.text import safe


class Line(Widget):
    """Text that is never read as markup, nor by the terminal."""

    DEFAULT_CSS = """
    Line { height: auto; width: 1fr; }
    Line.-quiet { color: $text-muted; }
    Line.-error { color: $text-error; }
    """
    can_focus = False

    def __init__(self, text: str = "", classes: str = "", id: str | None = None) -> None:
        super().__init__(classes=classes, id=id)
        self._text = text

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def put(self, text: str, error: bool = False) -> None:
        """Say something else."""
        self._text = text
        self.set_class(error, "-error")
        self.refresh(layout=True)

    def render(self) -> Content:
        """The text, safe to show."""
        return Content(safe(self._text))
