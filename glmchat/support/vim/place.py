"""Where a motion begins and where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

# The column of a cursor that keeps to the ends of lines.
END = 1 << 30


class Reach(Enum):
    """What an operator takes of a motion: up to its end, with it, or whole lines."""

    EXCLUSIVE = 0
    INCLUSIVE = 1
    LINES = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where a motion begins; `count` is None where none was typed.

    `operator` is the one that waits for the motion, `char` what f and t look for, `again` says that ; or , does.
    `wanted` is the column that j and k keep to. `visual` lets the cursor stand behind the last character.
    """

    text: str
    at: int
    count: int | None = None
    operator: str = ""
    char: str = ""
    again: bool = False
    wanted: int | None = None
    visual: bool = False

    @property
    def times(self) -> int:
        """How often."""
        return self.count or 1


@dataclass(frozen=True, slots=True)
class Move:
    """Where a motion ends; `wanted` is the column that the next j or k keeps to, None for that of `to`."""

    to: int
    reach: Reach = Reach.EXCLUSIVE
    wanted: int | None = None
