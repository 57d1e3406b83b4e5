"""The slider of a numeric parameter: a track with its marks, a handle where the value is sent."""

from __future__ import annotations

import random
from itertools import groupby
from operator import itemgetter

from glmchat.core.parameters import Parameter
from glmchat.markdown.spans import Span, width_of
from glmchat.tui.widgets.sidebar.controls import Control
from glmchat.tui.widgets.sidebar.ladder import Ladder, Number, bounds, ladder, stepped
from glmchat.tui.widgets.sidebar.messages import Act, Choose, Nothing, Type
from glmchat.tui.widgets.sidebar.rows import ADVICE, TICK, View, crop
from glmchat.tui.widgets.sidebar.state import SidebarState

FILLED, RAIL, UNSENT, HANDLE = "━", "─", "╌", "●"

_STEPS = {"left": (-1, False), "right": (1, False), "shift+left": (-1, True), "shift+right": (1, True)}


class Slider(Control):
    """Arrows step, Shift+arrows step far, Home and End go to the ends, a digit types, Delete unsets."""

    def height(self, state: SidebarState) -> int:
        """The line of the value, and the track."""
        return 2

    def draw(self, view: View, line: int) -> list[Span]:
        """Draw the value's line or the track."""
        return super().draw(view, line) if line == 0 else self.track(view)

    def key(self, view: View, key: str, character: str | None) -> Act | None:
        """Step, jump to an end, or begin typing a number."""
        common = super().key(view, key, character)
        if common is not None:
            return common
        if key in _STEPS:
            return Choose(self.name, self._stepped(view, *_STEPS[key]), "arrows")
        if key in ("home", "end"):
            return Choose(self.name, bounds(self._row(view), view.state.token_limit)[key == "end"])
        if self.operates(key, character):
            return Type(self.name, (key != "enter" and character) or self._typed(view))
        return None

    def operates(self, key: str, character: str | None) -> bool:
        """Also a character that begins a number."""
        return (super().operates(key, character) and key != "space") or (character or " ") in "0123456789.-"

    def press(self, view: View, x: int, line: int) -> Act | None:
        """Take the value under the mouse, and begin a drag."""
        if line == 0:
            return super().press(view, x, line)
        return self.drag(view, x)

    def press_value(self, view: View) -> Act | None:
        """Type a number after a click on the value."""
        return self.key(view, "enter", None)

    def drag(self, view: View, x: int) -> Act | None:
        """Take the value under the mouse; beyond the track it is the nearest end's."""
        return Nothing() if self.disabled(view) else Choose(self.name, self.ladder(view).value(x), "drag")

    def wheel(self, view: View, line: int, direction: int) -> Act | None:
        """Step by the wheel over the track."""
        if line == 0 or self.disabled(view):
            return None
        return Choose(self.name, self._stepped(view, direction, big=False), "wheel")

    def ladder(self, view: View) -> Ladder:
        """The values of the track's cells."""
        return ladder(self._row(view), view.width, view.state.token_limit, tuple(self._marks(view).values()))

    def track(self, view: View) -> list[Span]:
        """The rail, filled up to the handle, with a mark at the default and one at what is advised."""
        scale, value, cells = self.ladder(view), self.value(view), max(view.width, 2)
        handle, style = scale.position(value or 0), self._handle_style(view)
        filled = 0 if value is None else handle
        rail = [FILLED] * filled + [UNSENT if value is None else RAIL] * (cells - filled)
        styles = [style] * filled + ["track"] * (cells - filled)
        for mark, number in self._marks(view).items():
            place = scale.position(number)
            rail[place], styles[place] = mark, "tick"
        if value is not None:
            rail[handle], styles[handle] = HANDLE, style
        runs = groupby(zip(rail, styles, strict=True), key=itemgetter(1))
        return [Span("".join(text for text, _ in run), style) for style, run in runs]

    def _row(self, view: View) -> Parameter:
        """The parameter with the range that the endpoint takes."""
        return view.state.narrowed(self.parameter)

    def _handle_style(self, view: View) -> str:
        if self.disabled(view):
            return "disabled"
        return "accent" if view.state.differs(self.name) else "handle"

    def _typed(self, view: View) -> str:
        value = self.value(view)
        return "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)

    def _marks(self, view: View) -> dict[str, Number]:
        given = {TICK: self.parameter.default, ADVICE: view.state.recommended.get(self.name)}
        return {mark: number for mark, number in given.items() if number is not None}

    def _stepped(self, view: View, direction: int, big: bool) -> Number:
        value = self.value(view)
        row = self._row(view)
        limit = bounds(row, view.state.token_limit)[1]
        start = _start(row, limit) if value is None else value
        reached = stepped(row, start, direction, big)
        beyond = row.logarithmic and direction > 0 and reached > limit
        return max(start, limit) if beyond else reached


def _start(row: Parameter, limit: Number) -> Number:
    """Where an arrow key starts from while the value is not sent."""
    if row.default is not None:
        return row.default if isinstance(row.default, int | float) else 0
    if row.logarithmic:
        return min(1024, limit)
    return int(row.minimum or 0)


_ROLL = Span("↻ roll", "button")
_GAP = Span("   ", "plain")


class Seed(Control):
    """A slider with two buttons under it: R rolls a new seed, K keeps the last one used."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter)
        self.slider = Slider(parameter)

    def height(self, state: SidebarState) -> int:
        """The slider, and the line of the buttons."""
        return self.slider.height(state) + 1

    def draw(self, view: View, line: int) -> list[Span]:
        """Draw the slider or the buttons."""
        if not self._on_buttons(view, line):
            return self.slider.draw(view, line)
        return crop([_ROLL, _GAP, self._keep(view)], view.width)

    def key(self, view: View, key: str, character: str | None) -> Act | None:
        """Roll or keep, else what a slider does."""
        if key in ("r", "k"):
            return Nothing() if self.disabled(view) else self._roll() if key == "r" else self._kept(view)
        return self.slider.key(view, key, character)

    def operates(self, key: str, character: str | None) -> bool:
        """What operates the slider."""
        return self.slider.operates(key, character)

    def press(self, view: View, x: int, line: int) -> Act | None:
        """Press a button, else what a slider does."""
        if not self._on_buttons(view, line):
            return self.slider.press(view, x, line)
        if self.disabled(view):
            return Nothing()
        if x < width_of([_ROLL]):
            return self._roll()
        return self._kept(view) if x >= width_of([_ROLL, _GAP]) else Nothing()

    def wheel(self, view: View, line: int, direction: int) -> Act | None:
        """Step by the wheel over the track alone."""
        return None if self._on_buttons(view, line) else self.slider.wheel(view, line, direction)

    def drag(self, view: View, x: int) -> Act | None:
        """Take the value under the mouse."""
        return self.slider.drag(view, x)

    def _on_buttons(self, view: View, line: int) -> bool:
        return line >= self.slider.height(view.state)

    def _roll(self) -> Act:
        low, high = bounds(self.parameter)
        return Choose(self.name, random.randint(int(low), int(high)))

    def _kept(self, view: View) -> Act:
        last = view.state.last_seed
        return Nothing() if last is None else Choose(self.name, last)

    def _keep(self, view: View) -> Span:
        last = view.state.last_seed
        return Span("no last seed", "dim") if last is None else Span(f"keep last {last}", "button")
