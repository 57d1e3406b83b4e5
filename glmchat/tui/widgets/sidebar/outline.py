"""Which rows the sidebar has and in what order, what is folded or filtered away, and which line is whose."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from glmchat.core.depth import EFFORT, SWITCH
from glmchat.core.parameters import TABLE, Group, Parameter
from glmchat.core.parameters.kind import Kind
from glmchat.tui.widgets.sidebar.controls import Choice, Control, Structure, Switch
from glmchat.tui.widgets.sidebar.rows import Heading, Legend, PresetsRow, Row, SystemRow, Toolbar
from glmchat.tui.widgets.sidebar.slider import Seed, Slider
from glmchat.tui.widgets.sidebar.state import SidebarState

# The groups that people tune most stand open at any height.
_OPEN = (Group.SAMPLING, Group.REASONING)


def control_of(parameter: Parameter) -> Control:
    """Make the control that fits a parameter's kind."""
    if parameter.name == SWITCH:  # the switch and the effort are one choice
        return Choice(parameter)
    match parameter.kind:
        case Kind.NUMBER | Kind.INTEGER:
            return Seed(parameter) if parameter.name == "seed" else Slider(parameter)
        case Kind.SWITCH:
            return Switch(parameter)
        case Kind.CHOICE | Kind.FORMAT | Kind.TOOL_CHOICE:
            return Choice(parameter)
    return Structure(parameter)


class Outline:
    """All rows, and those that are visible now; line numbers count from the top of the sidebar's content."""

    def __init__(self) -> None:
        self.toolbar = Toolbar()
        self.top: list[Row] = [self.toolbar, SystemRow(), PresetsRow(), Legend()]
        self.headings = [Heading(group, group not in _OPEN) for group in Group]
        self.controls = [control_of(parameter) for parameter in TABLE if parameter.name != EFFORT]
        self.rows: list[Row] = []
        self._starts: list[int] = []
        self.arrange(SidebarState())

    def arrange(self, state: SidebarState) -> None:
        """Find out again which rows are visible, and where."""
        self.rows = list(self.top[:1] if self.filter else self.top)
        found = self._found()
        for heading in self.headings:
            mine = [control for control in found if control.parameter.group is heading.group]
            heading.held_open = bool(self.filter)
            if mine:
                self.rows.append(heading)
            if not heading.closed:
                self.rows += mine
        self._starts = [0, *accumulate(row.height(state) for row in self.rows)]

    def unfold(self, state: SidebarState, lines: int) -> None:
        """Unfold as many groups as have room in so many lines; what the person folded or unfolded stays so."""
        free = [heading for heading in self.headings if not heading.by_hand]
        for heading in free:
            heading.folded = heading.group not in _OPEN
        self.arrange(state)
        for heading in free:
            if heading.folded:
                heading.folded = False
                self.arrange(state)
                heading.folded = self.height > lines
        self.arrange(state)

    @property
    def filter(self) -> str:
        """The words that a parameter must have to be visible."""
        return self.toolbar.filter

    @filter.setter
    def filter(self, words: str) -> None:
        self.toolbar.filter = words

    def group(self, heading: Heading) -> list[Row]:
        """A heading with the visible rows under it."""
        return [heading, *(row for row in self.rows if isinstance(row, Control) and heading.has(row.name))]

    @property
    def height(self) -> int:
        """How many lines the visible rows take."""
        return self._starts[-1]

    def find(self, name: str) -> Row | None:
        """The visible row of that name."""
        return next((row for row in self.rows if row.name == name), None)

    def start(self, row: Row) -> int:
        """The first line of a visible row."""
        return self._starts[self.rows.index(row)]

    def at(self, line: int) -> tuple[Row, int] | None:
        """The row that a line belongs to and the number of the line in it, None under the last row."""
        if not 0 <= line < self.height:
            return None
        place = bisect_right(self._starts, line) - 1
        return self.rows[place], line - self._starts[place]

    def neighbour(self, row: Row, step: int) -> Row:
        """The next visible row up or down that the cursor can be on, or the row itself at the ends."""
        place = self.rows.index(row) + step
        while 0 <= place < len(self.rows):
            if not isinstance(self.rows[place], Legend):
                return self.rows[place]
            place += step
        return row

    def _found(self) -> list[Control]:
        """The controls whose names have the words of the filter, or else those whose group or help has them."""
        words = self.filter.lower().split()
        named = [control for control in self.controls if _has(words, _named(control))]
        return named or [control for control in self.controls if _has(words, _about(control.parameter))]


def _has(words: list[str], text: str) -> bool:
    return all(word in text.lower() for word in words)


def _named(control: Control) -> str:
    return f"{control.name} {control.label}" + (" effort" if control.name == SWITCH else "")


def _about(parameter: Parameter) -> str:
    return f"{parameter.name} {parameter.group.value} {parameter.help}"
