"""The words at the bottom of the sidebar, about the row that has the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.widget import Widget

from glmchat.markdown.spans import Span
from glmchat.text import safe_line


class Foot(Widget):
    """A few lines whose number does not depend on the words, so that nothing above them moves."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"foot--{name}" for name in ("label", "warning", "help", "dim", "accent")
    }
    DEFAULT_CSS = """
    Foot {
        height: 7;
        padding: 1 1 0 1;
        & > .foot--label { color: $foreground; text-style: bold; }
        & > .foot--warning { color: $text-warning; }
        & > .foot--help { color: $foreground; }
        & > .foot--dim { color: $text-muted; }
        & > .foot--accent { color: $text-accent; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._spans: list[Span] = []

    def show(self, spans: Sequence[Span]) -> None:
        """Show these paragraphs; what does not fit is cut off below."""
        if list(spans) != self._spans:
            self._spans = list(spans)
            self.refresh()

    def render(self) -> Text:
        """Draw the paragraphs, wrapped at words."""
        styles = {span.style: self.get_component_rich_style(f"foot--{span.style}") for span in self._spans}
        text = Text()
        for span in self._spans:
            text.append(safe_line(span.text) + "\n", styles[span.style])
        return text
