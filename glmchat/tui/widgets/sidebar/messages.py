"""What the sidebar announces; whoever holds the values acts on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from itertools import count
from typing import Any

from textual.message import Message

from glmchat.core.parameters import Group


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


class DepthChosen(Message):
    """The model is to think this much: a depth as `glmchat.core.depth` names it."""

    def __init__(self, depth: str, merge_key: str | None = None) -> None:
        super().__init__()
        self.depth = depth
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


class DistributionWanted(Message):
    """A parameter has the keyboard that acts on the distribution of the next token."""


class SystemEditRequested(Message):
    """The system prompt is to be edited."""


class PresetsRequested(Message):
    """The presets are to be shown."""


class UndoRequested(Message):
    """The last change of a value is to be taken back."""


class RedoRequested(Message):
    """The change that was taken back last is to be made again."""


class Request(Enum):
    """What the rows around the parameters ask for."""

    SYSTEM = auto()
    PRESETS = auto()
    FILTER = auto()
    UNDO = auto()
    REDO = auto()
    RESET_ALL = auto()


@dataclass(frozen=True, slots=True)
class Choose:
    """Send `name` with `value`; `gesture` is the kind of movement that the step is part of, "" for none."""

    name: str
    value: Any
    gesture: str = ""


@dataclass(frozen=True, slots=True)
class Clear:
    """Send `name` no more."""

    name: str


@dataclass(frozen=True, slots=True)
class Deepen:
    """Have the model think to this depth; `gesture` is the kind of movement that the step is part of."""

    depth: str
    gesture: str = ""


@dataclass(frozen=True, slots=True)
class Type:
    """Let the person type a value for `name`, beginning with `text`."""

    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Open the editor that fits the value of `name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Fold:
    """Fold or unfold what stands under the row."""


@dataclass(frozen=True, slots=True)
class ResetGroup:
    """Unset every parameter of a group."""

    group: Group


@dataclass(frozen=True, slots=True)
class Nothing:
    """The key or the click was for this row, and changes nothing."""


Act = Choose | Clear | Deepen | Type | Edit | Fold | ResetGroup | Nothing | Request


# Steps of the same kind on the same row belong together while no longer pause than this lies between them.
_PAUSE_S = 1.0


class Gesture:
    """Hands out merge keys; `kind` is what moves: a drag, the wheel, the arrow keys."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._what = ("", "")
        self._number = 0
        self._last = 0.0

    def end(self) -> None:
        """The movement is over; the next step begins another."""
        self._what = ("", "")

    def key(self, name: str, kind: str, now: float) -> str | None:
        """The merge key of a step at `now` (monotonic seconds); None where `kind` is ""."""
        if not kind:
            self.end()
            return None
        held = kind == "drag" or now - self._last <= _PAUSE_S
        if (name, kind) != self._what or not held:
            self._what, self._number = (name, kind), next(self._numbers)
        self._last = now
        return f"{name} {kind} {self._number}"
