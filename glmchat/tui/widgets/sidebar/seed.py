"""The seed: a slider with two buttons, for a new seed and for the one that the last reply had."""

from __future__ import annotations

import random

from glmchat.markdown.spans import Span, width_of
from glmchat.tui.widgets.sidebar.acts import Act, Choose, Nothing
from glmchat.tui.widgets.sidebar.ladder import bounds
from glmchat.tui.widgets.sidebar.row import View
from glmchat.tui.widgets.sidebar.slider import Slider
from glmchat.tui.widgets.sidebar.spans import crop
from glmchat.tui.widgets.sidebar.state import SidebarState

_ROLL = Span("↻ roll", "button")
_GAP = Span("   ", "plain")


class Seed(Slider):
    """Also: R rolls a new seed, K keeps the last one used."""

    def height(self, state: SidebarState) -> int:
        """The slider, and the line of the buttons."""
        return 3

    def draw(self, view: View, line: int) -> list[Span]:
        """Draw the slider or the buttons."""
        if line < 2:
            return super().draw(view, line)
        return crop([_ROLL, _GAP, self._keep(view)], view.width)

    def key(self, view: View, key: str, character: str | None) -> Act | None:
        """Roll or keep, else what a slider does."""
        if key in ("r", "k"):
            return Nothing() if self.disabled(view) else self._roll() if key == "r" else self._kept(view)
        return super().key(view, key, character)

    def press(self, view: View, x: int, line: int) -> Act | None:
        """Press a button, else what a slider does."""
        if line < 2:
            return super().press(view, x, line)
        if self.disabled(view):
            return Nothing()
        if x < width_of([_ROLL]):
            return self._roll()
        return self._kept(view) if x >= width_of([_ROLL, _GAP]) else Nothing()

    def wheel(self, view: View, line: int, direction: int) -> Act | None:
        """Step by the wheel over the track alone."""
        return super().wheel(view, line, direction) if line < 2 else None

    def _roll(self) -> Act:
        low, high = bounds(self.parameter)
        return Choose(self.name, random.randint(int(low), int(high)))

    def _kept(self, view: View) -> Act:
        last = view.state.last_seed
        return Nothing() if last is None else Choose(self.name, last)

    def _keep(self, view: View) -> Span:
        last = view.state.last_seed
        return Span("no last seed", "dim") if last is None else Span(f"keep last {last}", "button")
