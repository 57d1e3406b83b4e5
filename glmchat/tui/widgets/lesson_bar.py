"""The lines over the prompt in which a lesson says what to look at and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget


class LessonBar(Widget):
    """Shows one step of a lesson; nothing takes no room."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    LessonBar { display: none; height: auto; max-height: 14; background: $panel; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[str, str, str] = ("", "", "")
        self.figure: Sequence[str] = ()

    @property
    def room(self) -> int:
        """Cells that a line of the figure may have."""
        return self.size.width

    def keep_clear_of(self, side: Widget) -> None:
        """Write nothing where a side lies over it."""
        hidden = max(0, self.region.right - side.region.x) if side.display and side.region else 0
        if self.styles.padding.right != hidden + 1:
            self.styles.padding = (0, hidden + 1, 0, 1)

    def show(self, title: str, look: str, do: str, figure: Sequence[str] = ()) -> None:
        """Show a step: the lesson and how far it is, what came of the step before and its figure, what to do now."""
        if (self.lines, self.figure) != ((title, look, do), figure):
            self.lines, self.figure = (title, look, do), figure
            self.refresh(layout=True)
        self.display = True

    def render(self) -> Content:
        """Draw the lines, each wrapped."""
        title, look, do = self.lines
        parts = [Content.styled(title, "$text-muted")]
        if look:
            parts.append(Content.styled(f"✓ {look}", "$text-success"))
        parts += map(Content, self.figure)
        if do:
            parts.append(Content.styled(f"→ {do}", "bold $text-accent"))
        return Content("\n").join(parts)
