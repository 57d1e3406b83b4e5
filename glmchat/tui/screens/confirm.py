"""Ask before something is done, with a sentence for each way on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult

from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.widgets.lists.choices import Choices, Row
from glmchat.tui.widgets.text_line import Line


@dataclass(frozen=True, slots=True)
class Choice:
    """A way on."""

    value: str
    title: str


class ConfirmScreen(Dialog[str]):
    """A sentence and the ways on; gives the chosen one's value."""

    DEFAULT_CSS = """
    ConfirmScreen Choices { margin-top: 1; }
    ConfirmScreen.-low Choices { margin-top: 0; }
    """
    KEYS = "Enter chooses, Esc goes back."

    def __init__(self, title: str, sentence: str, choices: Sequence[Choice]) -> None:
        super().__init__(title)
        self._sentence = sentence
        self.choices = Choices([Row(each.value, each.title) for each in choices])

    def compose(self) -> ComposeResult:
        """The sentence above the ways on."""
        yield self.box(Line(self._sentence), self.choices)

    def on_mount(self) -> None:
        """Be ready for Enter."""
        self.choices.focus()

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Give the way on back."""
        event.stop()
        if event.row is not None:
            self.dismiss(event.row.value)
