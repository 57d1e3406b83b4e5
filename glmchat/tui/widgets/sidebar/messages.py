"""What the sidebar announces; whoever holds the values acts on it."""

from __future__ import annotations

from typing import Any

from textual.message import Message

from glmchat.parameters import Group


class ValueChosen(Message):
    """A parameter is to be sent with `value`, which the table has accepted.

    Announcements that share a `merge_key` belong to one movement, and are one step of undo.
    """

    def __init__(self, name: str, value: Any, merge_key: str | None = None) -> None:
        super().__init__()
        self.name = name
        self.value = value
        self.merge_key = merge_key


class ValueCleared(Message):
    """A parameter is not to be sent any more."""

    def __init__(self, name: str, merge_key: str | None = None) -> None:
        super().__init__()
        self.name = name
        self.merge_key = merge_key


class ResetRequested(Message):
    """All parameters of a group, or all there are (None), are to be unset."""

    def __init__(self, group: Group | None = None) -> None:
        super().__init__()
        self.group = group


class HelpRequested(Message):
    """The person wants the page about a parameter."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class SystemEditRequested(Message):
    """The system prompt is to be edited."""


class PresetsRequested(Message):
    """The presets are to be shown."""


class UndoRequested(Message):
    """The last change of a value is to be taken back."""


class RedoRequested(Message):
    """The change that was taken back last is to be made again."""
