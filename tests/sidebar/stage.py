"""A small app around the sidebar that does with its announcements what the chat does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from glmchat.core.depth import EFFORT, SWITCH, values_of
from glmchat.tui.widgets.sidebar import messages
from glmchat.tui.widgets.sidebar.control_list import ControlList
from glmchat.tui.widgets.sidebar.rows import Row
from glmchat.tui.widgets.sidebar.sidebar import Sidebar
from glmchat.tui.widgets.sidebar.state import SidebarState
from glmchat.workspace.values import Setting, Source, Values
from tests.themed import ThemedApp

WEATHER = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}
CITY = {"type": "function", "function": {"name": "查找城市", "parameters": {"type": "object"}}}


class Stage(ThemedApp):
    """Holds the values, and every announcement in `heard`."""

    CSS = "Sidebar { width: 1fr; }"

    def __init__(self, values: Mapping[str, Any] | None = None, **state: Any) -> None:
        super().__init__()
        self.store = Values()
        for name, value in (values or {}).items():
            self.store.set(name, value)
        self.state = SidebarState(**state)
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield Sidebar()

    def on_mount(self) -> None:
        for heading in self.controls.outline.headings:
            heading.folded, heading.by_hand = False, True
        self.show()
        self.sidebar.focus()

    @property
    def sidebar(self) -> Sidebar:
        return self.screen_stack[0].query_one(Sidebar)

    @property
    def controls(self) -> ControlList:
        return self.sidebar.controls

    @property
    def values(self) -> dict[str, Any]:
        return self.store.plain()

    def begin(self, **values: Any) -> None:
        """Begin anew with these values and nothing heard."""
        self.store = Values()
        for name, value in values.items():
            self.store.set(name, value)
        self.heard.clear()
        self.show()

    def show(self, **state: Any) -> None:
        sources = {name: self.store.source(name) for name in self.store.settings}
        self.state = replace(self.state, **state)
        self.sidebar.show(replace(self.state, values=self.values, sources=sources))
        self.controls.rearrange()

    def _took(self, message: Message) -> None:
        self.heard.append(message)
        sources = {name: self.store.source(name) for name in self.store.settings}
        self.sidebar.show(replace(self.state, values=self.values, sources=sources))

    def on_value_chosen(self, message: messages.ValueChosen) -> None:
        self.store.set(message.name, message.value, merge_key=message.merge_key)
        self._took(message)

    def on_value_cleared(self, message: messages.ValueCleared) -> None:
        names = (SWITCH, EFFORT) if message.name == SWITCH else (message.name,)
        self.store.change(dict.fromkeys(names), "unset", message.merge_key)
        self._took(message)

    def on_depth_chosen(self, message: messages.DepthChosen) -> None:
        wanted = values_of(message.depth)
        changes = {
            name: Setting(wanted[name], Source.SESSION) if name in wanted else None
            for name in (SWITCH, EFFORT)
        }
        self.store.change(changes, "thinking", message.merge_key)
        self._took(message)

    def on_reset_requested(self, message: messages.ResetRequested) -> None:
        self.store.reset(message.group)
        self._took(message)

    def on_undo_requested(self, message: messages.UndoRequested) -> None:
        self.store.undo()
        self._took(message)

    def on_redo_requested(self, message: messages.RedoRequested) -> None:
        self.store.redo()
        self._took(message)

    def on_help_requested(self, message: messages.HelpRequested) -> None:
        self.heard.append(message)

    def on_system_edit_requested(self, message: messages.SystemEditRequested) -> None:
        self.heard.append(message)

    def on_presets_requested(self, message: messages.PresetsRequested) -> None:
        self.heard.append(message)

    def last(self, kind: type[Message]) -> Any:
        """The newest announcement, which must be of that kind."""
        assert self.heard
        assert isinstance(self.heard[-1], kind), self.heard[-1]
        return self.heard[-1]

    def lines(self) -> list[str]:
        """The rows as they are drawn now."""
        return [self.controls.render_line(y).text for y in range(self.controls.size.height)]

    def row(self, name: str) -> Row:
        row = self.controls.outline.find(name)
        assert row is not None, name
        return row

    def line(self, name: str, number: int = 0) -> str:
        """One drawn line of a row."""
        return self.lines()[self.controls.place_of(self.row(name)).y + number]


@asynccontextmanager
async def staged(
    width: int = 44, values: Mapping[str, Any] | None = None, height: int = 66, **state: Any
) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
    """Run the app, all groups unfolded, with the keyboard in the sidebar."""
    app = Stage(values, **state)
    async with app.run_test(size=(width, height)) as pilot:
        await pilot.pause()
        yield app, pilot


def focus_parameter(sidebar: Sidebar, name: str) -> None:
    """Go to a parameter's row, unfolding its group."""
    controls = sidebar.controls
    row = next(each for each in controls.outline.controls if each.name == name)
    for heading in controls.outline.headings:
        if heading.group is row.parameter.group:
            heading.folded, heading.by_hand = False, True
    controls.rearrange()
    controls.move_cursor(row)
    controls.focus()


async def click(app: Stage, pilot: Pilot[None], name: str, x: int, line: int = 0) -> None:
    """Click on the cell `x` of a row's line; a negative `x` counts from the row's right end."""
    place = app.controls.place_of(app.row(name))
    x = x if x >= 0 else app.controls.row_width + x
    await pilot.click(ControlList, offset=(place.x + x, place.y + line))
    await pilot.pause()


async def wheel(app: Stage, pilot: Pilot[None], name: str, direction: int, line: int = 1) -> None:
    """Turn the wheel by one notch over a row's line, 1 for up."""
    place = app.controls.place_of(app.row(name))
    region = app.controls.region
    kind = events.MouseScrollUp if direction > 0 else events.MouseScrollDown
    x, y = region.x + place.x + 3, region.y + place.y + line
    event = kind(app.controls, x, y, 0, 0, 0, False, False, False, screen_x=x, screen_y=y)
    app.screen._forward_event(event)
    await pilot.pause()
