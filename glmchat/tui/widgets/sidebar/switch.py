"""The switch of a yes-or-no parameter, with a third place: not sent."""

from __future__ import annotations

from glmchat.markdown.spans import Span, width_of
from glmchat.parameters import IMPLIES
from glmchat.tui.widgets.sidebar.acts import Act, Choose, Clear, Nothing
from glmchat.tui.widgets.sidebar.control import Control
from glmchat.tui.widgets.sidebar.row import View


class Switch(Control):
    """Left is off, Right is on, Space and Enter go round: on, off, not sent."""

    def key(self, view: View, key: str, character: str | None) -> Act | None:
        """Switch on or off, or go on to the next place."""
        common = super().key(view, key, character)
        if common is not None:
            return common
        if key in ("left", "home", "right", "end"):
            return Choose(self.name, key in ("right", "end"))
        return self.press_value(view) if key in ("space", "enter") else None

    def press_value(self, view: View) -> Act | None:
        """Go on to the next place."""
        value = self.value(view)
        return Clear(self.name) if value is False else Choose(self.name, value is None)

    def press(self, view: View, x: int, line: int) -> Act | None:
        """Anywhere on the row switches, for it is small."""
        return super().press(view, x, line) or (Nothing() if self.disabled(view) else self.press_value(view))

    def right(self, view: View) -> list[Span]:
        """The switch, drawn before its word, or which other parameter switches it on."""
        by = self._implied_by(view)
        if by:
            wide = f"on, by {by}"
            fits = width_of([Span(self.label + wide, "")]) < view.width
            return [Span(wide if fits else "on", "value")]
        spans, value = super().right(view), self.value(view)
        if value is None:
            return spans
        place = len(self.marks(view))
        return [*spans[:place], Span("─● " if value else "●─ ", spans[place].style), *spans[place:]]

    def extra_cells(self, view: View) -> int:
        """The cells of the switch."""
        return 0 if self.value(view) is None else 3

    def _implied_by(self, view: View) -> str:
        values = view.state.values
        for name, (needed, value) in IMPLIES.items():
            if needed == self.name and name in values and value is True and values.get(needed) is not False:
                return "" if values.get(needed) else name
        return ""
