"""Choose one of many: the palette, presets and the like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from textual.app import ComposeResult

from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.widgets.lists.choices import FEW, Choices, Row

V = TypeVar("V")


class ChooseScreen(Dialog[V]):
    """A list that is filtered by typing; gives the chosen row's value."""

    KEYS = "Type to filter, Enter chooses, Esc closes."

    def __init__(self, title: str, rows: Sequence[Row[V]], at: V | None = None) -> None:
        super().__init__(title)
        self.choices = Choices(rows, at)
        if len(rows) <= FEW:
            self.KEYS = "↑ ↓ move, Enter chooses, Esc closes."

    def compose(self) -> ComposeResult:
        """The list."""
        yield self.box(self.choices)

    def on_mount(self) -> None:
        """Type at once."""
        self.choices.focus()

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Give the row back."""
        event.stop()
        if event.row is not None:
            self.dismiss(event.row.value)
