"""The sidebar: every parameter of the request, what is sent and what is not."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Offset
from textual.message import Message
from textual.widget import Widget

from glmchat.analysis import distribution
from glmchat.analysis.distribution import Places
from glmchat.core.parameters import BY_NAME
from glmchat.core.parameters.kind import Kind, ValueRefused
from glmchat.markdown.spans import Span
from glmchat.tui.widgets.distribution.plot import DistributionPlot
from glmchat.tui.widgets.sidebar import messages
from glmchat.tui.widgets.sidebar.control_list import ControlList
from glmchat.tui.widgets.sidebar.controls import Control
from glmchat.tui.widgets.sidebar.foot import Foot, explain, since
from glmchat.tui.widgets.sidebar.messages import (
    Act,
    Choose,
    Clear,
    Deepen,
    Edit,
    Request,
    ResetGroup,
    Type,
)
from glmchat.tui.widgets.sidebar.rows import Row
from glmchat.tui.widgets.sidebar.state import SidebarState

if TYPE_CHECKING:
    from textual.app import App

    from glmchat.tui.widgets.sidebar.entry import Entry

_FILTER = "filter"
# By the height of the sidebar: the lines at the bottom that explain a row, and where the distribution stands above them
# those that are left to explain it, and those that it takes.
_BOTTOM = ((34, 10, 8, 8), (26, 7, 5, 6), (18, 5, 3, 4), (0, 4, 4, 0))


class Sidebar(Vertical):
    """Shows a `SidebarState` and announces what the person does as the messages of `sidebar.messages`."""

    DEFAULT_CSS = """
    Sidebar {
        width: 36;
        height: 1fr;
        layers: base over;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "explain", "About this parameter", show=False)]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.controls = ControlList(self._perform)
        self._foot = Foot()
        self.plot = DistributionPlot()
        self._places: Places | None = None  # of the last reply
        self._words_bias = False  # whether a logit_bias may name words
        self._entry: Entry | None = None
        self._back: Widget | None = None  # what had the keyboard before the line that is typed on

    def compose(self) -> ComposeResult:
        """The rows, and the words about one of them."""
        yield self.controls
        yield self.plot
        yield self._foot

    def on_mount(self) -> None:
        """Say something already."""
        self._explain()
        self.watch(self.controls, "scroll_y", self._end, init=False)

    def on_resize(self, event: events.Resize) -> None:
        """Unfold what there is room for; put typed text away, for its row is elsewhere now."""
        self._end()
        self._explain()
        self.controls.unfold(event.size.height - self._bottom[1])

    def show(self, state: SidebarState) -> None:
        """Show another state; only the rows that look different in it are drawn again."""
        self.controls.show(state)
        self._explain()

    def show_places(self, places: Places | None, words_bias: bool) -> None:
        """Know where the last reply was uncertain, None for nowhere; `words_bias` lets a logit_bias name words."""
        if self._places is not None and places is not self._places:
            self.controls.held = None
        self._places, self._words_bias = places, words_bias
        self._explain()

    @property
    def focused_parameter(self) -> str | None:
        """The parameter whose row has the keyboard, None where something else has it."""
        row = self.controls.cursor
        return row.name if isinstance(row, Control) and self.controls.has_focus else None

    def focus(self, scroll_visible: bool = True) -> Sidebar:
        """Give the keyboard to the rows."""
        self.controls.focus(scroll_visible)
        return self

    def start_filter(self) -> None:
        """Begin to type what the rows are filtered by."""
        self._begin(_FILTER, self.controls.outline.filter, Offset(1, 0), 0)  # behind the slash

    def action_explain(self) -> None:
        """Ask for the page about the parameter under the cursor."""
        if self.focused_parameter is not None:
            self.post_message(messages.HelpRequested(self.focused_parameter))

    def on_control_list_cursor_moved(self, event: ControlList.CursorMoved) -> None:
        """Explain the row that the cursor is on now."""
        event.stop()
        self._explain()
        self._want_places()

    def on_descendant_focus(self) -> None:
        """Explain the row that the keyboard is on now."""
        self._explain()
        self._want_places()

    def on_descendant_blur(self) -> None:
        """The keyboard is elsewhere: say what changed."""
        self.controls.held = None
        self._explain()

    def _explain(self) -> None:
        here = self.controls.has_focus or self._entry is not None
        state = self.controls.state
        self._foot.show(explain(self.controls.cursor, state) if here else since(state))
        self._show_distribution()

    @property
    def shows_distribution(self) -> bool:
        """Whether the keyboard is on a parameter that acts on the distribution of the next token, or the mouse was."""
        return self._acting is not None

    @property
    def _acting(self) -> str | None:
        """That parameter; also while its value is typed."""
        name = self.controls.cursor.name
        typed = self._entry is not None and self._entry.name == name
        held = self.controls.held is self.controls.cursor
        return name if name in distribution.NAMES and (typed or held or self.controls.has_focus) else None

    @property
    def _bottom(self) -> tuple[int, int, int, int]:
        return next(each for each in _BOTTOM if self.size.height >= each[0])

    def _want_places(self) -> None:
        if self.shows_distribution:
            self.post_message(messages.DistributionWanted())

    def _show_distribution(self) -> None:
        name, places = self._acting, self._places
        _, alone, beside, lines = self._bottom
        shown = name is not None and places is not None and lines > 0
        self._foot.styles.height = beside if shown else alone
        if shown and name and places:
            self.plot.styles.height = lines
            self.plot.put(*distribution.shift_at(places, name, self.controls.state.values, self._words_bias))
        if self.plot.display != shown:
            self.plot.display = shown
            self.call_after_refresh(self.controls.show_cursor)

    def _perform(self, act: Act, row: Row, now: float) -> None:
        match act:
            case Choose(name, value, kind):
                self.post_message(
                    messages.ValueChosen(name, value, self.controls.gesture.key(name, kind, now))
                )
            case Deepen(depth, kind):
                key = self.controls.gesture.key(row.name, kind, now)
                self.post_message(messages.DepthChosen(depth, key))
            case Clear(name):
                self.controls.gesture.end()
                self.post_message(messages.ValueCleared(name))
            case Type(name, text):
                place = self.controls.place_of(row)
                self._begin(name, text, place, len(getattr(row, "label", "")))
            case Edit(name):
                edit(self.app, name, self.controls.state, self._edited)
            case ResetGroup(group):
                self.post_message(messages.ResetRequested(group))
            case Request.FILTER:
                self.start_filter()
            case Request():
                self.post_message(_announcement(act))

    def _edited(self, name: str, value: object) -> None:
        """Announce what an editor's screen came back with; None unsets."""
        act = Clear(name) if value is None else Choose(name, value)
        self._perform(act, self.controls.cursor, time.monotonic())

    def _begin(self, name: str, text: str, place: Offset, label: int) -> None:
        from glmchat.tui.widgets.sidebar.entry import Entry

        self._end()
        self._back = self.screen.focused
        left = place.x + label + 1
        self._entry = Entry(name, text, Offset(left, place.y), max(self.controls.row_width - label - 1, 6))
        self.mount(self._entry)
        self._entry.focus()

    def _end(self) -> None:
        entry, self._entry = self._entry, None
        if entry is not None:
            entry.remove()

    def on_entry_edited(self, event: Entry.Edited) -> None:
        """Filter while the person types."""
        event.stop()
        if event.name == _FILTER:
            self.controls.filter(event.text)
        else:
            self._explain()

    def on_entry_entered(self, event: Entry.Entered) -> None:
        """Read what was typed; where it is refused, say why and let the person go on."""
        event.stop()
        if event.name != _FILTER:
            row = BY_NAME[event.name]
            try:
                value = row.parse(event.text) if event.text.strip() else None
            except ValueRefused as refusal:
                self._foot.show([Span(str(refusal), "warning")])
                return
            self._edited(event.name, value)
        elif len(self.controls.outline.rows) > 2:
            self.controls.move_cursor(self.controls.outline.rows[2])
        self._end()
        self._give_back()

    def on_entry_left(self, event: Entry.Left) -> None:
        """Put the typed text away, and the filter too where Esc was pressed."""
        event.stop()
        if event.entry is not self._entry:
            return
        if event.entry.name == _FILTER and event.by_key:
            self.controls.filter("")
        self._end()
        self._explain()
        if event.by_key:
            self._give_back()

    def _give_back(self) -> None:
        """Let the keyboard be where it was before something was typed here."""
        (self._back or self.controls).focus()


def _announcement(request: Request) -> Message:
    match request:
        case Request.SYSTEM:
            return messages.SystemEditRequested()
        case Request.PRESETS:
            return messages.PresetsRequested()
        case Request.UNDO:
            return messages.UndoRequested()
        case Request.REDO:
            return messages.RedoRequested()
    return messages.ResetRequested()


def edit(app: App[Any], name: str, state: SidebarState, done: Callable[[str, Any], None]) -> None:
    """Push the editor of a parameter; `done` gets the name and the accepted value, None to unset it."""
    row, value = BY_NAME[name], state.values.get(name)

    def finish(result: tuple[Any] | None) -> None:
        if result is not None:
            done(name, result[0])

    if row.kind is Kind.TEXTS:
        from glmchat.tui.screens.stop_list import stop_list

        app.push_screen(stop_list(row, value), finish)
    elif row.kind is Kind.TEXT:
        from glmchat.tui.screens.text_value import TextValueScreen

        app.push_screen(TextValueScreen(row, value), finish)
    elif row.kind is Kind.TOKEN_MAP:
        from glmchat.tui.screens.bias_table import bias_table

        app.push_screen(bias_table(row, value), finish)
    else:
        from glmchat.tui.screens.json_editor import JsonEditorScreen

        app.push_screen(JsonEditorScreen(row, value), finish)
