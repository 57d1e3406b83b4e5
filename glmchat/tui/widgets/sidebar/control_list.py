"""The rows of the sidebar in one scrolling widget that draws only the lines that are seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from glmchat.markdown.spans import Span
from glmchat.tui.widgets.sidebar.controls import Control
from glmchat.tui.widgets.sidebar.messages import Act, Choose, Fold, Gesture, Request
from glmchat.tui.widgets.sidebar.outline import Outline
from glmchat.tui.widgets.sidebar.rows import Heading, Row, View
from glmchat.tui.widgets.sidebar.state import SidebarState

_BAR = 1  # cells at the left, for the bar that marks the cursor
_SHORT = {"/": Request.FILTER, "u": Request.UNDO, "U": Request.REDO, "X": Request.RESET_ALL}
# A wheel that scrolls goes on scrolling for this long, whatever comes under the pointer.
_WHEEL_PAUSE_S = 0.6


class ControlList(ScrollView, can_focus=True):
    """Draws the outline, moves the cursor over it, and hands what a row wants done to `perform`."""

    ALLOW_SELECT = False
    STYLES: ClassVar[tuple[str, ...]] = (
        "plain", "label", "heading", "value", "dim", "track", "tick", "handle", "accent", "warning",
        "disabled", "button", "cursor",
    )  # fmt: skip
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"sidebar--{name}" for name in STYLES}
    DEFAULT_CSS = """
    ControlList {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        & > .sidebar--label { color: $foreground; }
        & > .sidebar--heading { color: $foreground; text-style: bold; }
        & > .sidebar--value { color: $foreground; }
        & > .sidebar--handle { color: $foreground; text-style: bold; }
        & > .sidebar--dim { color: $text-muted; }
        & > .sidebar--track { color: $sign; }
        & > .sidebar--tick { color: $text-muted; }
        & > .sidebar--accent { color: $text-accent; text-style: bold; }
        & > .sidebar--warning { color: $text-warning; }
        & > .sidebar--disabled { color: $text-disabled; }
        & > .sidebar--button { color: $text-muted; text-style: underline; }
        & > .sidebar--cursor { color: $text-accent; text-style: reverse; }
    }
    """

    class CursorMoved(Message):
        """Another row has the cursor."""

    def __init__(self, perform: Callable[[Act, Row, float], None]) -> None:
        super().__init__()
        self.outline = Outline()
        self.state = SidebarState()
        self.cursor: Row = next(row for row in self.outline.rows if isinstance(row, Control))
        self._perform = perform
        self.gesture = Gesture()
        self._palette: dict[str, Style] = {}
        self._dragged: Row | None = None
        self.held: Row | None = None  # the row that was dragged last, until it is let go of for another
        self._scrolled_at = -1.0

    @property
    def row_width(self) -> int:
        """The cells that a row is drawn on."""
        return max(self.scrollable_content_region.width - _BAR, 0)

    def view(self, row: Row) -> View:
        """What a row is drawn from and measured by now."""
        return View(self.state, self.row_width, self.has_focus and row is self.cursor)

    def show(self, state: SidebarState) -> None:
        """Take a new state and draw the rows that look different in it."""
        before, self.state = self.state, state
        height = self.outline.height
        self.outline.arrange(state)
        if self.outline.height != height:
            self.rearrange()
            return
        for row in self.outline.rows:
            if _look(row, before) != _look(row, state):
                self.redraw(row)

    def redraw(self, row: Row) -> None:
        """Draw the lines of one row again."""
        if row in self.outline.rows:
            self.refresh_lines(self.outline.start(row), row.height(self.state))

    def rearrange(self) -> None:
        """Rows came, went or grew: find their places, keep the cursor on one that is there, draw all."""
        self.outline.arrange(self.state)
        self.virtual_size = Size(self.scrollable_content_region.width, self.outline.height)
        if self.cursor not in self.outline.rows:
            self.move_cursor(self._fallback())
        self.refresh()

    def filter(self, words: str) -> None:
        """Show only the parameters that have all these words, and all again for ""."""
        self.outline.filter = words
        self.rearrange()
        self.move_cursor(self.cursor)

    def move_cursor(self, row: Row) -> None:
        """Put the cursor on a visible row and scroll it into view."""
        before, self.cursor = self.cursor, row
        if row is not before:
            self.redraw(before)
            self.redraw(row)
            self.post_message(self.CursorMoved())
        self._reveal([row])

    def show_cursor(self) -> None:
        """Scroll so far that the row of the cursor is in view."""
        self._reveal([self.cursor])

    def _reveal(self, rows: Sequence[Row]) -> None:
        """Scroll so far that these rows are in view, the first of them in any case."""
        start, height = self.outline.start(rows[0]), sum(row.height(self.state) for row in rows)
        top, room = self.scroll_offset.y, self.scrollable_content_region.height
        if start < top or height > room:
            self.scroll_to(y=start, animate=False, force=True)
        elif start + height > top + room:
            self.scroll_to(y=start + height - room, animate=False, force=True)

    def place_of(self, row: Row) -> Offset:
        """Where a row's first cell is drawn, counted from the widget's own corner."""
        return Offset(_BAR, self.outline.start(row) - self.scroll_offset.y)

    def notify_style_update(self) -> None:
        """Forget the colours of the theme before."""
        self._palette.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the widget."""
        width = self.scrollable_content_region.width
        found = self.outline.at(y + self.scroll_offset.y)
        if found is None:
            return Strip.blank(width, self._style("plain"))
        row, line = found
        view = self.view(row)
        bar = Span("▌" if view.focused else " ", "accent")
        segments = [Segment(span.text, self._style(span.style)) for span in [bar, *row.draw(view, line)]]
        return Strip(segments).extend_cell_length(width, self._style("plain"))

    def _style(self, name: str) -> Style:
        style = self._palette.get(name)
        if style is None:
            style = self._palette[name] = self.get_component_rich_style(f"sidebar--{name}")
        return style

    def _fallback(self) -> Row:
        group = getattr(getattr(self.cursor, "parameter", None), "group", None)
        for row in self.outline.rows:
            if isinstance(row, Heading) and row.group is group:
                return row
        return self.outline.rows[0]

    def on_resize(self) -> None:
        """Take the new width."""
        self.rearrange()

    def unfold(self, lines: int) -> None:
        """Unfold the groups that so many lines have room for."""
        self.outline.unfold(self.state, lines)
        self.rearrange()

    def on_focus(self) -> None:
        """Show the cursor."""
        self.redraw(self.cursor)

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.redraw(self.cursor)

    def on_key(self, event: events.Key) -> None:
        """Let the row answer, then move the cursor or take a shortcut."""
        act = self.cursor.key(self.view(self.cursor), event.key, event.character)
        if act is None:
            act = _SHORT.get(event.character or "")
        if act is not None:
            self._do(act, self.cursor, event.time)
        elif event.key == "escape" and self.outline.filter:
            self.filter("")
        elif not self._move(event.key):
            return
        event.stop()
        event.prevent_default()

    def _move(self, key: str) -> bool:
        page = max(self.scrollable_content_region.height // 2, 1)
        steps = {"up": -1, "down": 1, "pageup": -page, "pagedown": page}
        ends = {"home": -1, "ctrl+home": -1, "end": 1, "ctrl+end": 1}
        if key not in steps and key not in ends:
            return False
        row = self.cursor
        for _ in range(len(self.outline.rows) if key in ends else abs(steps[key])):
            row = self.outline.neighbour(row, ends.get(key) or (1 if steps[key] > 0 else -1))
        self.move_cursor(row)
        return True

    def _do(self, act: Act, row: Row, now: float) -> None:
        if isinstance(act, Fold) and isinstance(row, Heading):
            row.turn()
        height = self.outline.height
        self.outline.arrange(self.state)
        if self.outline.height != height:
            self.rearrange()
            self.move_cursor(row)
            if isinstance(row, Heading):
                self._reveal(self.outline.group(row))
        self.redraw(row)
        self._perform(act, row, now)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the cursor on the row, and let the row answer; a press on a track begins a drag."""
        found = self.outline.at(event.y + self.scroll_offset.y)
        if found is None or event.button != 1:
            return
        event.stop()
        row, line = found
        if self.outline.neighbour(row, 0) is not row:
            return
        self.gesture.end()
        act = row.press(self.view(row), event.x - _BAR, line)
        self.held = row if isinstance(act, Choose) and act.gesture == "drag" else None
        self.move_cursor(row)
        if act is None:
            return
        if self.held is not None:
            self._dragged = row
            self.capture_mouse()
            self.post_message(self.CursorMoved())
        self._do(act, row, event.time)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Go on with a drag."""
        if self._dragged is None:
            return
        event.stop()
        view = self.view(self._dragged)
        act = self._dragged.drag(view, event.x - _BAR)
        if isinstance(act, Choose) and act.value != self.state.values.get(act.name):
            self._do(act, self._dragged, event.time)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """End a drag."""
        if self._dragged is not None:
            event.stop()
            self._dragged = None
            self.release_mouse()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Step the slider that has the keyboard up where the pointer is on it, else scroll."""
        self._wheel(event, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Step it down, or scroll."""
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseScrollUp | events.MouseScrollDown, direction: int) -> None:
        found = self.outline.at(event.y + self.scroll_offset.y)
        scrolling = event.time - self._scrolled_at < _WHEEL_PAUSE_S
        steps = found is not None and not scrolling and self.has_focus and found[0] is self.cursor
        act = found[0].wheel(self.view(found[0]), found[1], direction) if found and steps else None
        if act is None or found is None:
            self._scrolled_at = event.time
            return
        event.stop()
        event.prevent_default()
        self._do(act, found[0], event.time)


def _look(row: Row, state: SidebarState) -> object:
    if isinstance(row, Heading):
        return row.count(state)
    if row.name == "system":
        return state.system
    return state.preset if row.name == "presets" else state.look(row.name)
