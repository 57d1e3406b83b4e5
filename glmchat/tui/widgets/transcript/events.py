"""What the transcript announces beside what every text view does; it never acts on it itself."""

from __future__ import annotations

from collections.abc import Sequence

from textual.message import Message as Event

from glmchat.tui.widgets.transcript.values import Action


class TextNeeded(Event):
    """Messages came into view whose text is not here; answer each with `Messages.put`."""

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__()
        self.ids = tuple(ids)


class MessageActionRequested(Event):
    """A chip or a note's button was pressed, or `by_key` an action key while the message is selected."""

    def __init__(self, id: int, action: Action, by_key: bool = False) -> None:
        super().__init__()
        self.id, self.action, self.by_key = id, action, by_key


class SiblingRequested(Event):
    """Another version of a message is wanted: `step` is -1 for the one before, 1 for the one after."""

    def __init__(self, id: int, step: int) -> None:
        super().__init__()
        self.id, self.step = id, step


class MessageSelected(Event):
    """Another message is selected, to be acted on by keys; None for none."""

    def __init__(self, id: int | None) -> None:
        super().__init__()
        self.id = id
