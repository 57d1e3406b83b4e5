"""Give the result of a tool call: the person runs the tool, and types or pastes what came out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import TextArea

from glmchat.core.conversation import ToolCall
from glmchat.support import bounded_json
from glmchat.support.text import safe, safe_line
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.widgets.text_line import Line


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came of a call; None where the person declined it."""

    text: str | None


def pretty(arguments: str) -> str:
    """Arguments as people read them; what is no JSON stays as the model wrote it."""
    try:
        return json.dumps(bounded_json.loads(arguments), indent=2, ensure_ascii=False)
    except ValueError:
        return arguments


class ToolResultScreen(Dialog[ToolResult]):
    """A call with its arguments, and a field for the result; gives a `ToolResult`, None where it is left for later."""

    DEFAULT_CSS = """
    ToolResultScreen #arguments { height: auto; max-height: 10; background: $panel; padding: 0 1; margin: 1 0; }
    ToolResultScreen TextArea { height: 8; }
    """
    KEYS = "Ctrl+S gives the result, Ctrl+N declines the call, Esc leaves it for later."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "give", "Give the result", show=False, priority=True),
        Binding("ctrl+n", "decline", "Decline", show=False, priority=True),
    ]

    def __init__(self, call: ToolCall, number: int, count: int) -> None:
        which = f" ({number} of {count})" if count > 1 else ""
        super().__init__(f"The model calls {safe_line(call.name)}{which}")
        self._call = call
        self.area = TextArea(soft_wrap=True, tab_behavior="focus", placeholder="Type or paste the result")
        self.area.cursor_blink = False

    def compose(self) -> ComposeResult:
        """The arguments above the field."""
        arguments = VerticalScroll(Line(safe(pretty(self._call.arguments))), id="arguments", can_focus=False)
        yield self.box(Line("with these arguments:"), arguments, self.area)

    def on_mount(self) -> None:
        """Type at once."""
        self.area.focus()

    def action_give(self) -> None:
        """Give the result; one that is empty counts, since a tool may say nothing."""
        self.dismiss(ToolResult(self.area.text))

    def action_decline(self) -> None:
        """Decline the call."""
        self.dismiss(ToolResult(None))
