"""What every row of the sidebar can do: say its height, draw its lines, take a key and the mouse."""

from __future__ import annotations

from dataclasses import dataclass

from glmchat.markdown.spans import Span
from glmchat.tui.widgets.sidebar.acts import Act
from glmchat.tui.widgets.sidebar.state import SidebarState


@dataclass(frozen=True, slots=True)
class View:
    """What a row is drawn from and measured by; `width` in cells, `focused` while the cursor is on it."""

    state: SidebarState
    width: int
    focused: bool = False


class Row:
    """A row that is only there to be read; the others are made from it. Lines and cells count from 0."""

    name = ""

    def height(self, state: SidebarState) -> int:
        """How many lines the row takes."""
        return 1

    def draw(self, view: View, line: int) -> list[Span]:
        """Draw one line, `view.width` cells wide or less."""
        return []

    def key(self, view: View, key: str, character: str | None) -> Act | None:
        """Answer a key by its Textual name and its character; None where the row has no use for it."""
        return None

    def press(self, view: View, x: int, line: int) -> Act | None:
        """Answer the mouse button going down."""
        return None

    def drag(self, view: View, x: int) -> Act | None:
        """Answer the mouse moving while the button is held, after a press that began a drag."""
        return None

    def wheel(self, view: View, line: int, direction: int) -> Act | None:
        """Answer one notch of the wheel, 1 for up; None where the wheel should scroll the sidebar."""
        return None
