"""The editor of a value that is one line of text."""

from __future__ import annotations

from textual.widget import Widget
from textual.widgets import Input

from glmchat.core.parameters import Parameter
from glmchat.core.parameters.kind import ValueRefused
from glmchat.tui.screens.value_dialog import ValueDialog


class TextValueScreen(ValueDialog[tuple[str | None] | None]):
    """Answers with ``(value,)`` once accepted, ``(None,)`` for an empty line, None where the person left."""

    KEYS = "Enter accepts, an empty line unsets it, Esc cancels."

    def __init__(self, row: Parameter, value: str | None) -> None:
        super().__init__(f"{row.name}: {row.help}")
        self.row = row
        self._text = value or ""

    def body(self) -> list[Widget]:
        """The line."""
        return [Input(self._text, placeholder=self.row.allowed())]

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take it."""
        event.stop()
        self.action_accept()

    def action_accept(self) -> None:
        """Check the text and answer with it."""
        text = self.query_one(Input).value
        try:
            self.dismiss((self.row.parse(text) if text.strip() else None,))
        except ValueRefused as refusal:
            self.complain(str(refusal))
