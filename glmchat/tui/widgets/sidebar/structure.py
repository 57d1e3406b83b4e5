"""The row of a value that is edited on a screen of its own: stop texts, biases of tokens, tools."""

from __future__ import annotations

from glmchat.kinds import Kind
from glmchat.tui.widgets.sidebar.acts import Act, Edit, Nothing
from glmchat.tui.widgets.sidebar.control import Control
from glmchat.tui.widgets.sidebar.row import View


class Structure(Control):
    """Enter, Space or a click opens the editor."""

    def key(self, view: View, key: str, character: str | None) -> Act | None:
        """Open the editor."""
        common = super().key(view, key, character)
        return Edit(self.name) if common is None and key in ("enter", "space") else common

    def press(self, view: View, x: int, line: int) -> Act | None:
        """Open the editor, wherever the row was clicked."""
        return super().press(view, x, line) or (Nothing() if self.disabled(view) else Edit(self.name))

    def hint(self) -> str:
        """What Enter does, for none of these has a default."""
        return "no default"

    def shown(self, view: View) -> str:
        """How many there are, and the first of them."""
        value = self.value(view)
        if value and self.parameter.kind is Kind.TOKEN_MAP:
            return "1 token" if len(value) == 1 else f"{len(value)} tokens"
        if value and self.parameter.kind is Kind.TOOLS:
            return f"{len(value)}: {super().shown(view)}"
        return super().shown(view)
