"""What every row of the sidebar can do: say its height, draw its lines, take a key and the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from glmchat.core.parameters import BY_NAME, Group
from glmchat.markdown.spans import Span, width_of
from glmchat.support.text import safe_line
from glmchat.tui.widgets.bars.line import shortened
from glmchat.tui.widgets.sidebar.messages import Act, Fold, Nothing, Request, ResetGroup
from glmchat.tui.widgets.sidebar.state import SidebarState


@dataclass(frozen=True, slots=True)
class View:
    """What a row is drawn from and measured by; `width` in cells, `focused` while the cursor is on it."""

    state: SidebarState
    width: int
    focused: bool = False


class Row:
    """A row that is only there to be read; the others are made from it. Lines and cells count from 0."""

    name = ""

    def height(self, state: SidebarState) -> int:
        """How many lines the row takes."""
        return 1

    def draw(self, view: View, line: int) -> list[Span]:
        """Draw one line, `view.width` cells wide or less."""
        return []

    def key(self, view: View, key: str, character: str | None) -> Act | None:
        """Answer a key by its Textual name and its character; None where the row has no use for it."""
        return None

    def press(self, view: View, x: int, line: int) -> Act | None:
        """Answer the mouse button going down."""
        return None

    def drag(self, view: View, x: int) -> Act | None:
        """Answer the mouse moving while the button is held, after a press that began a drag."""
        return None

    def wheel(self, view: View, line: int, direction: int) -> Act | None:
        """Answer one notch of the wheel, 1 for up; None where the wheel should scroll the sidebar."""
        return None


# The signs of the rows: for what is not sent, and on a track for the default and for what the maker advises.
UNSENT_SIGN, TICK, ADVICE = "–", "┊", "⋄"

# Joiners, variation selectors, the keycap and skin tones: terminals disagree on the width of what they join.
_JOINING = dict.fromkeys([0x200D, 0xFE0E, 0xFE0F, 0x20E3, *range(0x1F3FB, 0x1F400)])


def fit(text: str, width: int) -> str:
    """Make text safe, one line and at most `width` cells, with … where it was cut."""
    return shortened(safe_line(text).translate(_JOINING), width)


def crop(spans: Sequence[Span], width: int) -> list[Span]:
    """Cut or fill a line to exactly `width` cells."""
    line: list[Span] = []
    left = width
    for span in spans:
        size = cell_len(span.text)
        if size > left:
            line.append(Span(set_cell_size(span.text, left), span.style))
            return line
        line.append(span)
        left -= size
    if left:
        line.append(Span(" " * left, "plain"))
    return line


def between(left: Sequence[Span], right: Sequence[Span], width: int) -> list[Span]:
    """Set `left` flush left and `right` flush right; `left` gives way, its last piece first."""
    room = width - width_of(right) - (1 if right else 0)
    kept: list[Span] = []
    for span in left:
        kept.append(Span(fit(span.text, room), span.style))
        room -= cell_len(kept[-1].text)
    gap = max(0, width - width_of(kept) - width_of(right))
    return crop([*kept, Span(" " * gap, "plain"), *right], width)


_GAP = Span("  ", "plain")


class Toolbar(Row):
    """Filter, undo, redo and reset as buttons; Left and Right choose one, Enter presses it."""

    name = "toolbar"
    REQUESTS = (Request.FILTER, Request.UNDO, Request.REDO, Request.RESET_ALL)

    def __init__(self) -> None:
        self.cursor = 0
        self.filter = ""

    def _texts(self) -> tuple[str, ...]:
        return ("/" + (fit(self.filter, 8) or "filter"), "undo", "redo", "reset")

    def draw(self, view: View, line: int) -> list[Span]:
        """Draw the buttons in a line."""
        spans: list[Span] = []
        for place, text in enumerate(self._texts()):
            style = "accent" if self.filter and not place else "button"
            spans += [Span(text, "cursor" if view.focused and place == self.cursor else style), _GAP]
        return crop(spans[:-1], view.width)

    def key(self, view: View, key: str, character: str | None) -> Act | None:
        """Choose a button, or press the one that is chosen."""
        if key in ("left", "right"):
            self.cursor = (self.cursor + (1 if key == "right" else -1)) % len(self.REQUESTS)
            return Nothing()
        return self.REQUESTS[self.cursor] if key in ("enter", "space") else None

    def press(self, view: View, x: int, line: int) -> Act | None:
        """Press the button under the mouse."""
        left = 0
        for place, text in enumerate(self._texts()):
            size = width_of([Span(text, "")])
            if left <= x < left + size:
                self.cursor = place
                return self.REQUESTS[place]
            left += size + width_of([_GAP])
        return None


class SystemRow(Row):
    """The beginning of the system prompt; Enter or a click opens its editor."""

    name = "system"

    def draw(self, view: View, line: int) -> list[Span]:
        """Draw the label and as much of the prompt as fits."""
        return _labelled("System prompt", view.state.system.strip(), "none", view.width)

    def key(self, view: View, key: str, character: str | None) -> Act | None:
        """Open the editor."""
        return Request.SYSTEM if key in ("enter", "space") else None

    def press(self, view: View, x: int, line: int) -> Act | None:
        """Open the editor."""
        return Request.SYSTEM


class PresetsRow(Row):
    """The preset that was applied last; Enter or a click opens the presets."""

    name = "presets"

    def draw(self, view: View, line: int) -> list[Span]:
        """Draw the label and the preset's name."""
        return _labelled("Preset", view.state.preset, "none", view.width)

    def key(self, view: View, key: str, character: str | None) -> Act | None:
        """Open the presets."""
        return Request.PRESETS if key in ("enter", "space") else None

    def press(self, view: View, x: int, line: int) -> Act | None:
        """Open the presets."""
        return Request.PRESETS


class Heading(Row):
    """A group's heading: ▾ over its parameters, ▸ and a count of what is set where they are folded away."""

    def __init__(self, group: Group, folded: bool) -> None:
        self.group = group
        self.name = f"group {group.value}"
        self.folded = folded
        self.by_hand = False  # from then on the height of the sidebar decides no more
        self.held_open = False

    @property
    def closed(self) -> bool:
        """Whether the rows under it are hidden; a filter holds every group open."""
        return self.folded and not self.held_open

    def turn(self) -> None:
        """Fold or unfold, as the person wants it."""
        self.folded, self.by_hand = not self.folded, True

    def has(self, name: str) -> bool:
        """Whether a parameter stands under this heading."""
        return BY_NAME[name].group is self.group

    def draw(self, view: View, line: int) -> list[Span]:
        """Draw the mark, the heading and the count."""
        count = self.count(view.state)
        left = Span(f"{'▸' if self.closed else '▾'} {self.group.value}", "heading")
        right = [Span(f"{count} set", "value")] if self.closed and count else []
        return between([left], right, view.width)

    def count(self, state: SidebarState) -> int:
        """How many of the group's parameters are set."""
        return sum(map(self.has, state.values))

    def key(self, view: View, key: str, character: str | None) -> Act | None:
        """Fold, unfold, or unset the whole group."""
        if key in ("enter", "space", "right" if self.closed else "left"):
            return self._fold()
        if key in ("delete", "backspace"):
            return ResetGroup(self.group)
        return Nothing() if key in ("left", "right") else None

    def press(self, view: View, x: int, line: int) -> Act | None:
        """Fold or unfold."""
        return self._fold()

    def _fold(self) -> Act:
        return Nothing() if self.held_open else Fold()


class Legend(Row):
    """What the signs of the rows mean, said once; the cursor passes over it."""

    SIGNS = ((UNSENT_SIGN, "not sent"), (TICK, "default"), (ADVICE, "advised"))

    def draw(self, view: View, line: int) -> list[Span]:
        """Draw each sign with its word, as many as have room."""
        spans: list[Span] = []
        for sign, word in self.SIGNS:
            piece = Span(f"{sign} {word}", "dim")
            if width_of([*spans, piece]) <= view.width:
                spans += [piece, _GAP]
        return crop(spans[:-1], view.width)


def _labelled(label: str, text: str, otherwise: str, width: int) -> list[Span]:
    room = max(width - len(label) - 4, 0)
    shown = Span(fit(text, room), "value") if text else Span(otherwise, "dim")
    return between([Span(label, "label")], [shown, Span(" ▸", "dim")], width)
