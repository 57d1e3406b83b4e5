"""The select of a parameter that is one of several: stepped in place, or opened into a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from glmchat.kinds import Kind
from glmchat.markdown.spans import Span
from glmchat.parameters import Parameter
from glmchat.tui.widgets.sidebar.acts import Act, Choose, Clear, Edit, Fold, Nothing
from glmchat.tui.widgets.sidebar.control import NOT_SENT, Control
from glmchat.tui.widgets.sidebar.row import View
from glmchat.tui.widgets.sidebar.spans import crop, fit
from glmchat.tui.widgets.sidebar.state import SidebarState


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: its text, what choosing it does, and the value it stands for (None: not sent)."""

    text: str
    act: Act
    value: Any = None


class Choice(Control):
    """Left and Right step through the options; Enter, Space or a click opens the list."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter)
        self.open = False
        self.cursor = 0

    def height(self, state: SidebarState) -> int:
        """One line, and one an option while the list is open."""
        return 1 + (len(self.options(state)) if self.open else 0)

    def draw(self, view: View, line: int) -> list[Span]:
        """Draw the value, or an option of the open list."""
        if line == 0:
            return super().draw(view, line)
        options = self.options(view.state)
        if line > len(options):
            return []
        chosen = self._chosen(view.state, options) == line - 1
        style = "cursor" if view.focused and self.cursor == line - 1 else "value" if chosen else "label"
        text = f"  {'●' if chosen else '○'} {options[line - 1].text}"
        return crop([Span(fit(text, view.width), style)], view.width)

    def key(self, view: View, key: str, character: str | None) -> Act | None:
        """Step, open, or move in the open list."""
        common = super().key(view, key, character)
        if common is not None:
            return common
        options = self.options(view.state)
        if key in ("left", "right"):
            place = self._chosen(view.state, options) + (1 if key == "right" else -1)
            act = options[place].act if 0 <= place < len(options) else Nothing()
            return Choose(act.name, act.value, "arrows") if isinstance(act, Choose) else act
        if key in ("enter", "space"):
            return self._pick(options, self.cursor) if self.open else self._toggle(view)
        if not self.open:
            return None
        if key == "escape":
            return self._toggle(view)
        if key in ("up", "down"):
            self.cursor = min(max(self.cursor + (1 if key == "down" else -1), 0), len(options) - 1)
            return Nothing()
        return None

    def press(self, view: View, x: int, line: int) -> Act | None:
        """Open the list, or choose an option of it."""
        if line:
            options = self.options(view.state)
            return Nothing() if self.disabled(view) else self._pick(options, min(line, len(options)) - 1)
        return super().press(view, x, line) or (Nothing() if self.disabled(view) else self._toggle(view))

    def press_value(self, view: View) -> Act | None:
        """Open the list after a click on the value."""
        return self._toggle(view)

    def extra_cells(self, view: View) -> int:
        """The cells of the mark of a list that opens."""
        return 2

    def right(self, view: View) -> list[Span]:
        """The value with the mark of a list that opens."""
        return [*super().right(view), Span(" ▴" if self.open else " ▾", "dim")]

    def options(self, state: SidebarState) -> list[Option]:
        """What there is to choose from now, "not sent" first."""
        row = self.parameter
        found = [Option(NOT_SENT, Clear(self.name))]
        names = state.tool_names() if row.kind is Kind.TOOL_CHOICE else ()
        for word in dict.fromkeys((*row.choices, *names)):
            if word == "json_schema":
                found.append(Option("JSON schema …", Edit(self.name)))
            else:
                value = row.validate(word)
                found.append(Option(_SPELLED.get(word, word), Choose(self.name, value), value))
        return found

    def _chosen(self, state: SidebarState, options: list[Option]) -> int:
        value = state.values.get(self.name)
        for place, option in enumerate(options):
            if option.value == value and (value is None) == isinstance(option.act, Clear):
                return place
        # A JSON schema, or a tool that is offered no more: its own option where there is one, else the last.
        return next((p for p, option in enumerate(options) if isinstance(option.act, Edit)), len(options) - 1)

    def _toggle(self, view: View) -> Act:
        self.cursor = self._chosen(view.state, self.options(view.state))
        self.open = not self.open
        return Fold()

    def _pick(self, options: list[Option], place: int) -> Act:
        self.open = False
        return options[place].act


_SPELLED = {"json_object": "JSON object"}
