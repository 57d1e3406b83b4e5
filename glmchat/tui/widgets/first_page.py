"""What an empty conversation shows: a small page in the middle, each row of which does something at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from glmchat.support.text import safe_line
from glmchat.tui.widgets.bars.line import CommandRequested, shortened

_GAP = 3
_MARK = "▸ "
_WIDEST = 84
# With fewer cells the words about a row say too little to be worth their place.
_FEWEST_WORDS = 36
_QUIET, _CURSOR = "$text-muted", "bold $accent on $panel"


@dataclass(frozen=True, slots=True)
class Step:
    """A row: its title, a few words about it, its key or what one would type, and the command that it runs."""

    title: str
    about: str
    tail: str
    command: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells for the title, the words about it, and the tail; none for what there is no room for."""

    title: int
    about: int
    tail: int

    @property
    def width(self) -> int:
        """Cells of a whole row."""
        return len(_MARK) + self.title + sum(_GAP + each for each in (self.about, self.tail) if each)

    @classmethod
    def fitting(cls, steps: Sequence[Step], width: int) -> Columns:
        """The widest columns that a width has room for; the words about a row are cut and go first, then its tail."""
        title, about, tail = (
            max((cell_len(text) for text in texts), default=0)
            for texts in zip(*((each.title, each.about, each.tail) for each in steps), strict=True)
        )
        room = max(width - cls(title, 0, tail).width - _GAP, _FEWEST_WORDS)
        for columns in (cls(title, min(about, room), tail), cls(title, 0, tail), cls(title, 0, 0)):
            if columns.width <= width:
                return columns
        return cls(max(width - len(_MARK), 1), 0, 0)


class FirstPage(Widget):
    """Rows to choose from by arrows and Enter or the mouse, under a heading and over a quiet sentence.

    A row that is chosen is announced as `CommandRequested`. Below the last row it is `Left`.
    """

    DEFAULT_CSS = """
    FirstPage { height: 1fr; display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("home", "move(-100)", "First", show=False),
        Binding("end", "move_to_last", "Last", show=False),
        Binding("enter", "choose", "Do it", show=False),
    ]
    can_focus = True
    ALLOW_SELECT = False

    class Left(Message):
        """The person went on below the last row."""

    def __init__(self) -> None:
        super().__init__(id="first-page")
        self.steps: tuple[Step, ...] = ()
        self._heading, self._about, self._below = "", "", ""
        self._at = 0
        self._under: int | None = None  # the row under the mouse
        self._first = (0, 0)  # line and cell where the rows begin

    def put(self, heading: str, about: str, steps: Sequence[Step], below: str) -> None:
        """Show other rows, a heading with a line about it, and a sentence below; no rows for nothing at all."""
        shown = (heading, about, below, tuple(steps))
        if shown != (self._heading, self._about, self._below, self.steps):
            self._heading, self._about, self._below, self.steps = shown
            self._at = min(self._at, max(len(self.steps) - 1, 0))
            self.refresh()

    @property
    def _cursor(self) -> int | None:
        return self._at if self.has_focus else self._under

    def render(self) -> Content:
        """The page, in the middle of the room that there is."""
        width, height = self.content_size
        steps = self.steps
        if not steps:
            return Content("")
        columns = Columns.fitting(steps, min(width - 2, _WIDEST))
        lines: list[tuple[str, str]] = [(self._heading, "bold"), (self._about, _QUIET), ("", "")]
        lines = lines[: max(0, height - len(steps))]
        after = [("", ""), (self._below, _QUIET)] if height >= len(steps) + len(lines) + 2 else []
        top = max(0, (height - len(lines) - len(steps) - len(after)) // 2)
        left = max(0, (width - columns.width) // 2)
        self._first = (top + len(lines), left)
        rows = [Content()] * top
        rows += [_centred(text, width, style) for text, style in lines]
        for number, step in enumerate(steps):
            row = self._row(step, columns, number == self._cursor)
            rows.append(Content.assemble(" " * left, row))
        rows += [_centred(text, width, style) for text, style in after]
        return Content("\n").join(rows[:height])

    def _row(self, step: Step, columns: Columns, chosen: bool) -> Content:
        pieces = [
            (_MARK if chosen else " " * len(_MARK), "$accent"),
            (_cell(step.title, columns.title), "" if chosen else "bold"),
        ]
        if columns.about:
            pieces.append((" " * _GAP + _cell(step.about, columns.about), "" if chosen else _QUIET))
        if columns.tail:
            tail = shortened(step.tail, columns.tail)
            pieces.append((" " * (_GAP + columns.tail - cell_len(tail)) + tail, "" if chosen else _QUIET))
        row = Content.assemble(*pieces)
        return row.stylize(_CURSOR) if chosen else row

    # -- what is done

    def enter(self, step: int) -> None:
        """Take the keyboard: at the first row when one comes from above (1), at the last from below (-1)."""
        self._at = 0 if step > 0 else len(self.steps) - 1
        self.focus()
        self.refresh()

    def action_move(self, by: int) -> None:
        """Go to another row; below the last one, leave."""
        if self._at + by >= len(self.steps):
            self.post_message(self.Left())
            return
        self._at = max(0, self._at + by)
        self.refresh()

    def action_move_to_last(self) -> None:
        """Go to the last row."""
        self._at = len(self.steps) - 1
        self.refresh()

    def action_choose(self) -> None:
        """Do what the row says."""
        self._choose(self._at)

    def _choose(self, number: int) -> None:
        if number < len(self.steps):
            step = self.steps[number]
            self.post_message(CommandRequested(step.command, step.argument))

    def _row_at(self, event: events.MouseEvent) -> int | None:
        offset = event.get_content_offset_capture(self)
        number = offset.y - self._first[0]
        return number if 0 <= number < len(self.steps) and offset.x >= self._first[1] else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show which row a click would take."""
        self._hover(self._row_at(event))

    def on_leave(self) -> None:
        """The mouse is elsewhere."""
        self._hover(None)

    def _hover(self, number: int | None) -> None:
        if number != self._under:
            self._under = number
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Do what the row says that was clicked."""
        event.stop()
        if (number := self._row_at(event)) is not None:
            self._choose(number)

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Show no cursor."""
        self.refresh()


def _cell(text: str, width: int) -> str:
    return set_cell_size(shortened(safe_line(text), width), width)


def _centred(text: str, width: int, style: str) -> Content:
    shown = shortened(safe_line(text), width)
    return Content.assemble(" " * max(0, (width - cell_len(shown)) // 2), (shown, style))
