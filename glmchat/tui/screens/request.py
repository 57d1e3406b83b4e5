"""The request inspector: the exact body, what changed since the previous one, what is left out and why."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from glmchat.conversation import Message
from glmchat.parameters import BY_NAME
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.widgets.page import Page
from glmchat.tui.widgets.transcript.events import CodeCopyRequested
from glmchat.workspace import Preview


def _value(name: str, value: Any) -> str:
    if value is None:
        return "not sent"
    row = BY_NAME.get(name)
    return row.format(value) if row is not None else json.dumps(value, ensure_ascii=False)


def report(preview: Preview, answered: Message | None) -> str:
    """The page in Markdown: what changed, what is left out, and the body as it is sent."""
    lines: list[str] = []
    if answered is not None and answered.sent is not None:
        lines += ["The body that this reply answered, without its messages:", "", *_block(answered.sent), ""]
    lines += [f"`POST {preview.url}` as it would be sent now; the key is left out.", ""]
    if preview.changed:
        lines += ["**Changed since the last reply**", ""]
        lines += [
            f"- `{name}`: {_value(name, before)} → {_value(name, now)}"
            for name, (before, now) in preview.changed.items()
        ]
        lines.append("")
    elif preview.previous is not None:
        lines += ["No parameter has changed since the last reply.", ""]
    if preview.omitted:
        lines += ["**Left out**", ""]
        lines += [f"- `{name}`: {reason}" for name, reason in preview.omitted.items()]
        lines.append("")
    if preview.dropped:
        lines += [
            f"{preview.dropped} of the oldest messages are left out, so that the rest fits into the window.",
            "",
        ]
    return "\n".join([*lines, *_block(preview.body)])


def _block(body: dict[str, Any]) -> list[str]:
    text = json.dumps(body, indent=2, ensure_ascii=False)
    fence = "`" * max(3, 1 + max((len(run) for run in _runs(text)), default=0))
    return [f"{fence}json", text, fence]


def _runs(text: str) -> list[str]:
    import re

    return re.findall(r"`+", text)


class RequestScreen(Dialog[None]):
    """Shows a `Preview`; C copies the body."""

    DEFAULT_CSS = """
    RequestScreen > #box { width: 100; height: 92%; }
    RequestScreen Page { height: 1fr; background: $surface; }
    """
    KEYS = "C copies the body, arrows scroll, Esc closes."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,y", "copy", "Copy the body", show=False, priority=True),
        Binding("f4,q", "close", "Close", show=False),
    ]

    def __init__(self, preview: Preview, answered: Message | None = None) -> None:
        super().__init__("The request")
        self._preview = preview
        self._answered = answered
        self.view = Page()

    @property
    def body_text(self) -> str:
        """The body as it is copied."""
        return json.dumps(self._preview.body, indent=2, ensure_ascii=False)

    def compose(self) -> ComposeResult:
        """The page."""
        yield self.box(self.view)

    def on_mount(self) -> None:
        """Show it from the top."""
        self.view.show_text(report(self._preview, self._answered))
        self.view.focus()

    def action_copy(self) -> None:
        """Ask for the body to be copied."""
        self.post_message(CodeCopyRequested(self.body_text, "json"))
