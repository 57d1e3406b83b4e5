"""The line that finds words in the open conversation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label

Match = tuple[int, int, int]  # message id, first character, the one after the last


def matches(words: str, texts: Iterable[tuple[int, str]]) -> list[Match]:
    """Every place where the words stand, whatever their case, in the order of the texts."""
    if not words.strip():
        return []
    pattern = re.compile(re.escape(words.strip()), re.IGNORECASE)
    return [(id, found.start(), found.end()) for id, text in texts for found in pattern.finditer(text)]


class FindBar(Horizontal):
    """A field for the words, and which of how many places is shown."""

    DEFAULT_CSS = """
    FindBar { height: 1; background: $panel; padding: 0 1; }
    FindBar Label { width: auto; color: $text-muted; }
    FindBar Input { width: 1fr; height: 1; border: none; background: $panel; padding: 0 1; }
    FindBar Input:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False),
        Binding("enter,down,ctrl+f", "step(1)", "Next", show=False, priority=True),
        Binding("shift+enter,up,shift+f3", "step(-1)", "Previous", show=False, priority=True),
    ]

    class Wanted(Message):
        """Other words are to be found."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Stepped(Message):
        """Another place is to be shown: the next (1) or the one before (-1)."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class Closed(Message):
        """The person is done finding."""

    def __init__(self, words: str = "") -> None:
        super().__init__(id="find")
        self.input = Input(words, placeholder="words in this conversation", select_on_focus=False)
        self.status = Label("", markup=False)

    def compose(self) -> ComposeResult:
        """The field and the count."""
        yield Label("Find", markup=False)
        yield self.input
        yield self.status

    def say(self, at: int, count: int) -> None:
        """Tell which place is shown."""
        self.status.update(
            "nothing found" if not count and self.input.value.strip() else f"{at} of {count}" if count else ""
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find while one types."""
        event.stop()
        self.post_message(self.Wanted(event.value))

    def action_step(self, step: int) -> None:
        """Go to another place."""
        self.post_message(self.Stepped(step))

    def action_leave(self) -> None:
        """Be done."""
        self.post_message(self.Closed())
