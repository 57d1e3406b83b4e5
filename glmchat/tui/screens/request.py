"""The request inspector: the exact body, what changed since the previous one, what is left out and why."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from glmchat.core.conversation import Message
from glmchat.tui.screens.report import ReportScreen
from glmchat.workspace import Preview
from glmchat.workspace.slash.request import body_text, report


class RequestScreen(ReportScreen):
    """Shows a `Preview`; C copies the body."""

    KEYS = "C copies the body, arrows scroll, Esc closes."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f4", "close", "Close", show=False)]

    def __init__(self, preview: Preview, answered: Message | None = None) -> None:
        super().__init__("The request", report(preview, answered), body_text(preview.body), "json")
