"""Opens the screen that edits a structured value, and hands on what it comes back with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from glmchat.kinds import Kind
from glmchat.parameters import BY_NAME
from glmchat.tui.widgets.sidebar.state import SidebarState

if TYPE_CHECKING:
    from textual.app import App


def edit(app: App[Any], name: str, state: SidebarState, done: Callable[[str, Any], None]) -> None:
    """Push the editor of a parameter; `done` gets the name and the accepted value, None to unset it."""
    row, value = BY_NAME[name], state.values.get(name)

    def finish(result: tuple[Any] | None) -> None:
        if result is not None:
            done(name, result[0])

    if row.kind is Kind.TEXTS:
        from glmchat.tui.screens.stop_list import StopListScreen

        app.push_screen(StopListScreen(row, value), finish)
    elif row.kind is Kind.TOKEN_MAP:
        from glmchat.tui.screens.bias_table import BiasTableScreen

        app.push_screen(BiasTableScreen(row, value), finish)
    else:
        from glmchat.tui.screens.json_editor import JsonEditorScreen

        app.push_screen(JsonEditorScreen(row, value), finish)
