"""The line that is typed on, laid over a row of the sidebar while it is needed and no longer."""

from __future__ import annotations

from textual import events
from textual.geometry import Offset
from textual.message import Message
from textual.widgets import Input


class Entry(Input):
    """A borderless input; Enter hands the text over, Esc and a lost focus leave it."""

    DEFAULT_CSS = """
    Entry, Entry:focus {
        layer: over;
        position: absolute;
        height: 1;
        border: none;
        padding: 0;
        background: $surface;
    }
    """

    class Entered(Message):
        """The person typed `text` for `name` and pressed Enter."""

        def __init__(self, name: str, text: str) -> None:
            super().__init__()
            self.name = name
            self.text = text

    class Edited(Message):
        """The text so far, after each key."""

        def __init__(self, name: str, text: str) -> None:
            super().__init__()
            self.name = name
            self.text = text

    class Left(Message):
        """The person does not want to type on `entry` after all; `by_key` where Esc said so."""

        def __init__(self, entry: Entry, by_key: bool) -> None:
            super().__init__()
            self.entry = entry
            self.by_key = by_key

    def __init__(self, name: str, text: str, place: Offset, width: int) -> None:
        super().__init__(text, name=name, select_on_focus=False, compact=True)
        self.styles.offset = place
        self.styles.width = width

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the text over."""
        event.stop()
        self.post_message(self.Entered(self.name or "", event.value))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell the text so far."""
        event.stop()
        self.post_message(self.Edited(self.name or "", event.value))

    def on_key(self, event: events.Key) -> None:
        """Leave by Esc."""
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self.post_message(self.Left(self, by_key=True))

    def on_blur(self) -> None:
        """Leave when something else takes the focus."""
        self.post_message(self.Left(self, by_key=False))
