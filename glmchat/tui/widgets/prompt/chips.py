"""What is attached to the next prompt, above it: a row for each, with its kind, size and estimated tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from glmchat.core.attached import Kind
from glmchat.support.text import safe_line
from glmchat.tui.widgets.bars.line import shortened

if TYPE_CHECKING:
    from glmchat.workspace.session import Chosen

ROWS = 4
_OFF = "take off"
SIGNS = {Kind.TEXT: "≡", Kind.PICTURE: "▣", Kind.VIDEO: "▷", Kind.PAPER: "▤"}


class Chips(Widget):
    """One row each, clicked to be opened or taken off; takes no room while nothing is attached."""

    DEFAULT_CSS = """
    Chips { height: auto; max-height: 5; background: $surface; color: $text-muted; padding: 0 1; display: none;
            border-left: outer $accent; }
    """
    can_focus = False
    ALLOW_SELECT = False

    class Opened(Message):
        """Something that is attached is to be looked at."""

        def __init__(self, id: int) -> None:
            super().__init__()
            self.id = id

    class TakenOff(Message):
        """Something is to be attached no more."""

        def __init__(self, id: int) -> None:
            super().__init__()
            self.id = id

    def __init__(self) -> None:
        super().__init__(id="chips")
        self._rows: list[tuple[int, str]] = []

    def show(self, attached: Sequence[Chosen]) -> None:
        """Show what is attached now."""
        self._rows = [
            (each.id, f"{SIGNS[each.attached.attachment.kind]} {safe_line(each.attached.attachment.line)}")
            for each in attached
        ]
        self.display = bool(attached)
        self.refresh(layout=True)

    def render(self) -> Content:
        """The rows in the order in which they are sent."""
        width = self.content_size.width
        lines: list[Content] = []
        for _, text in self._rows[:ROWS]:
            shown = shortened(text, max(0, width - len(_OFF) - 2))
            gap = " " * max(0, width - len(_OFF) - cell_len(shown))
            lines.append(Content.assemble(shown, gap, (_OFF, "underline")))
        if (more := len(self._rows) - ROWS) > 0:
            lines.append(Content(f"and {more} more: /files lists all."))
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        """Open what the row is about, or take it off."""
        event.stop()
        offset = event.get_content_offset_capture(self)
        if offset.y < min(ROWS, len(self._rows)):
            id = self._rows[offset.y][0]
            off = offset.x >= self.content_size.width - len(_OFF)
            self.post_message(self.TakenOff(id) if off else self.Opened(id))
