"""What a control wants done when it is used; plain values, which the sidebar turns into messages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from glmchat.parameters import Group


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


Act = Choose | Clear | Type | Edit | Fold | ResetGroup | Nothing | Request
