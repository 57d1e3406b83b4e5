"""The base of every parameter's control: its label, its value or the sign that none is sent, its marks, its ×."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from glmchat.core.depth import SWITCH, UNSENT
from glmchat.core.parameters import IMPLIES, Parameter
from glmchat.core.parameters.kind import Kind
from glmchat.markdown.spans import Span, width_of
from glmchat.tui.widgets.sidebar.messages import Act, Choose, Clear, Deepen, Edit, Fold, Nothing
from glmchat.tui.widgets.sidebar.rows import UNSENT_SIGN, Row, View, between, crop, fit
from glmchat.tui.widgets.sidebar.state import SidebarState, caution

NOT_SENT = "not sent"  # in a list to choose from; on a row a sign says it
_REMOVE = Span(" ×", "dim")


class Control(Row):
    """The control of one parameter."""

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter
        self.name = parameter.name
        self.label = parameter.short or parameter.title

    def draw(self, view: View, line: int) -> list[Span]:
        """Draw the line with the label and the value."""
        label = Span(self.label, "disabled" if self.disabled(view) else "label")
        return between([label], self.right(view), view.width)

    def key(self, view: View, key: str, character: str | None) -> Act | None:
        """Unset with Delete or Backspace; the rest is the control's own."""
        if key in ("delete", "backspace"):
            return Clear(self.name) if self.value(view) is not None else Nothing()
        return Nothing() if self.disabled(view) and self.operates(key, character) else None

    def press(self, view: View, x: int, line: int) -> Act | None:
        """Unset by a click on ×; act on a click on the value."""
        right = self.right(view)
        place = view.width - width_of(right)
        if line or x < place:
            return None
        for span in right:
            place += width_of([span])
            if x < place and span is _REMOVE:
                return Clear(self.name)
            if x < place:
                break
        return None if self.disabled(view) else self.press_value(view)

    def operates(self, key: str, character: str | None) -> bool:
        """Whether the key would change the value, and so does nothing while the control is greyed out."""
        return key in ("left", "right", "shift+left", "shift+right", "home", "end", "enter", "space")

    def press_value(self, view: View) -> Act | None:
        """Answer a click on the value."""
        return None

    def value(self, view: View) -> Any:
        """The value that is set, or None."""
        return view.state.values.get(self.name)

    def disabled(self, view: View) -> bool:
        """Whether the endpoint does not take the parameter."""
        return self.name in view.state.disabled

    def shown(self, view: View) -> str:
        """The value as text, or what stands where it is not sent."""
        value = self.value(view)
        return UNSENT_SIGN if value is None else self.parameter.format(value)

    def hint(self, state: SidebarState) -> str:
        """The API's default, as it stands dimmed where nothing is sent; "" where it states none."""
        default = self.parameter.default
        return "" if default is None else self.parameter.format(default)

    def extra_cells(self, view: View) -> int:
        """How many cells the control adds to the value's line."""
        return 0

    def right(self, view: View) -> list[Span]:
        """The marks, the value and the × that unsets it, flush right."""
        spans = self.marks(view)
        value = self.value(view)
        room = view.width - width_of([Span(self.label, "")]) - 1 - width_of(spans) - self.extra_cells(view)
        if value is None:
            hinted = f"{UNSENT_SIGN} ({hint})" if (hint := self.hint(view.state)) else UNSENT_SIGN
            spans.append(Span(hinted if len(hinted) <= room else UNSENT_SIGN, "dim"))
            return spans
        style = "disabled" if self.disabled(view) else "accent" if view.state.differs(self.name) else "value"
        return [*spans, Span(fit(self.shown(view), max(room - 2, 4)), style), _REMOVE]

    def marks(self, view: View) -> list[Span]:
        """⊘ for greyed out, ! for a caution, ≠ where the next request differs from the last reply's."""
        if self.disabled(view):
            return [Span("⊘ ", "warning")]
        spans = [Span("! ", "warning")] if caution(view.state, self.name) else []
        return [*spans, Span("≠ ", "accent")] if view.state.differs(self.name) else spans


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


class Structure(Control):
    """Enter, Space or a click opens the editor."""

    def key(self, view: View, key: str, character: str | None) -> Act | None:
        """Open the editor."""
        common = super().key(view, key, character)
        return Edit(self.name) if common is None and key in ("enter", "space") else common

    def press(self, view: View, x: int, line: int) -> Act | None:
        """Open the editor, wherever the row was clicked."""
        return super().press(view, x, line) or (Nothing() if self.disabled(view) else Edit(self.name))

    def shown(self, view: View) -> str:
        """How many there are, and the first of them."""
        value = self.value(view)
        if value and self.parameter.kind is Kind.TOKEN_MAP:
            return "1 token" if len(value) == 1 else f"{len(value)} tokens"
        if value and self.parameter.kind is Kind.TOOLS:
            return f"{len(value)}: {super().shown(view)}"
        return super().shown(view)


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
            place = place % len(options) if self.name == SWITCH else place  # from not sent, both ways lead on
            act = options[place].act if 0 <= place < len(options) else Nothing()
            return replace(act, gesture="arrows") if isinstance(act, Choose | Deepen) else act
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
        if self.name == SWITCH:
            return [_depth(place, state.abouts.get(place, "")) for place in state.depths]
        found = [Option(NOT_SENT, Clear(self.name))]
        names = state.tool_names() if row.kind is Kind.TOOL_CHOICE else ()
        for word in dict.fromkeys((*row.choices, *names)):
            if word == "json_schema":
                found.append(Option("JSON schema …", Edit(self.name)))
            else:
                value = row.validate(word)
                found.append(Option(_SPELLED.get(word, word), Choose(self.name, value), value))
        return found

    def value(self, view: View) -> Any:
        """The value that is set; of the thought, its depth."""
        if self.name != SWITCH:
            return super().value(view)
        return None if view.state.depth == UNSENT else view.state.depth

    def shown(self, view: View) -> str:
        """The value as text; of the thought, its depth."""
        return view.state.depth if self.name == SWITCH and self.value(view) else super().shown(view)

    def hint(self, state: SidebarState) -> str:
        """The default; of the thought, what the model makes of nothing."""
        return state.abouts.get(UNSENT, "") if self.name == SWITCH else super().hint(state)

    def _chosen(self, state: SidebarState, options: list[Option]) -> int:
        if self.name == SWITCH:
            return next(
                (place for place, each in enumerate(options) if each.value == state.depth), len(options) - 1
            )
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


def _depth(place: str, about: str) -> Option:
    name = NOT_SENT if place == UNSENT else place
    return Option(f"{name}: {about}" if about else name, Deepen(place), place)


_SPELLED = {"json_object": "JSON object"}
