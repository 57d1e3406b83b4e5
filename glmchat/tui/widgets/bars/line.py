"""One line made of parts, some of which can be clicked: what header and footer have in common."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the line; `text` must be safe already.

    `command` names what a click runs. Parts of a higher `rank` go first where the line is too narrow; of rank 0,
    none does.
    """

    text: str
    style: str = ""
    command: str = ""
    rank: int = 0


class CommandRequested(Message):
    """A command is to be run, with what follows it."""

    def __init__(self, name: str, argument: str = "") -> None:
        super().__init__()
        self.name = name
        self.argument = argument


GAP = 3


def fitting(parts: list[Part], width: int) -> list[Part]:
    """The parts that fit side by side, those of the highest rank left out first."""
    kept = list(parts)
    while kept and sum(cell_len(part.text) for part in kept) + GAP * (len(kept) - 1) > width:
        worst = max(kept, key=lambda part: part.rank)
        if worst.rank == 0:
            break
        kept.remove(worst)
    return kept


class PartLine(Widget):
    """A line with parts at the left and at the right end; a widget that says which, draws nothing else."""

    DEFAULT_CSS = "PartLine { height: 1; }"
    can_focus = False
    ALLOW_SELECT = False

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._left: list[Part] = []
        self._right: list[Part] = []
        self._places: list[tuple[int, int, str]] = []

    def put(self, left: list[Part], right: list[Part]) -> None:
        """Show other parts; costs nothing where they are the same."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def render(self) -> Content:
        """The line, as wide as there is room."""
        width = self.content_size.width
        left_width = sum(cell_len(part.text) for part in self._left)
        right = fitting(self._right, max(0, width - min(24, left_width + GAP)))
        start = max(0, width - sum(cell_len(part.text) + GAP for part in right) + (GAP if right else 0))
        room = max(0, start - GAP if right else start)
        pieces: list[tuple[str, str]] = []
        self._places = []
        at = self._place_all(pieces, fitting(self._left, room), 0, room)
        pieces.append((" " * (start - at), ""))
        self._place_all(pieces, right, start, width)
        return Content.assemble(*pieces)

    def _place_all(self, pieces: list[tuple[str, str]], parts: list[Part], at: int, end: int) -> int:
        """Put parts side by side from cell `at` on, none beyond `end`; returns the first cell after them."""
        for index, part in enumerate(parts):
            if index and at + GAP <= end:
                pieces.append((" " * GAP, ""))
                at += GAP
            text = shortened(part.text, end - at)
            pieces.append((text, part.style))
            if part.command:
                self._places.append((at, at + cell_len(text), part.command))
            at += cell_len(text)
        return at

    def on_click(self, event: events.Click) -> None:
        """Run the command of the part that was clicked."""
        x = event.get_content_offset_capture(self).x
        for start, end, command in self._places:
            if start <= x < end:
                event.stop()
                self.post_message(CommandRequested(command))


def shortened(text: str, width: int) -> str:
    """Cut a text to a width in cells, with an ellipsis where something is missing."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…" if width > 0 else ""
