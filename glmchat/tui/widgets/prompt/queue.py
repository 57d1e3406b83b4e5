"""The messages that wait for the running reply, above the prompt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from glmchat.support.text import safe_line
from glmchat.tui.widgets.bars.line import shortened

if TYPE_CHECKING:
    from glmchat.workspace import Queued

_MOST = 4
_EDIT, _WITHDRAW = "edit", "withdraw"
_ACTS = f"  {_EDIT}  {_WITHDRAW}"


class Queue(Widget):
    """A row for each message that waits, with what can be done with it; takes no room while nothing waits."""

    DEFAULT_CSS = """
    Queue { height: auto; max-height: 5; background: $surface; color: $text-muted; padding: 0 1; display: none;
            border-left: outer $warning; }
    """
    can_focus = False
    ALLOW_SELECT = False

    class EditRequested(Message):
        """A message that waits is to be edited."""

        def __init__(self, id: int) -> None:
            super().__init__()
            self.id = id

    class WithdrawRequested(Message):
        """A message that waits is to go back into the prompt."""

        def __init__(self, id: int) -> None:
            super().__init__()
            self.id = id

    def __init__(self) -> None:
        super().__init__(id="queue")
        self._waiting: list[tuple[int, str]] = []

    def show(self, waiting: Sequence[Queued]) -> None:
        """Show other messages."""
        self._waiting = [(each.id, each.text) for each in waiting]
        self.display = bool(waiting)
        self.refresh(layout=True)

    def render(self) -> Content:
        """The messages, the first to go at the top."""
        width = self.content_size.width
        lines: list[Content] = []
        for _, text in self._waiting[:_MOST]:
            shown = shortened("queued: " + safe_line(text.strip()), max(0, width - len(_ACTS)))
            gap = " " * max(0, width - len(_ACTS) - cell_len(shown))
            lines.append(
                Content.assemble(shown, gap, "  ", (_EDIT, "underline"), "  ", (_WITHDRAW, "underline"))
            )
        more = len(self._waiting) - _MOST
        if more > 0:
            lines.append(Content(f"{more} more queued"))
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        """Edit or withdraw the message of the row."""
        event.stop()
        offset = event.get_content_offset_capture(self)
        if offset.y < min(_MOST, len(self._waiting)):
            id = self._waiting[offset.y][0]
            withdraw = offset.x >= self.content_size.width - len(_WITHDRAW)
            self.post_message(self.WithdrawRequested(id) if withdraw else self.EditRequested(id))
