"""Choose one of many: the palette, presets and the like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from textual.app import ComposeResult
from textual.events import Key

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


class TakeOffScreen(ChooseScreen[V]):
    """A list from which Delete takes the row under the cursor; it closes with the last one."""

    def __init__(
        self, title: str, rows: Sequence[Row[V]], take_off: Callable[[V], None], at: V | None = None
    ) -> None:
        super().__init__(title, rows, at)
        self._rows, self._take_off = list(rows), take_off
        self.KEYS = self.KEYS.replace("Esc", "Delete takes off, Esc")

    def on_key(self, event: Key) -> None:
        """Take the row off."""
        row = self.choices.row
        if event.key != "delete" or row is None:
            return
        event.stop()
        self._take_off(row.value)
        self._rows.remove(row)
        if self._rows:
            self.choices.put(self._rows)
        else:
            self.dismiss(None)
