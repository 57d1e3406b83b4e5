"""The base of every parameter's control: its label, its value or "not sent", its marks, its ×."""

from __future__ import annotations

from typing import Any

from glmchat.markdown.spans import Span, width_of
from glmchat.parameters import Parameter
from glmchat.tui.widgets.sidebar.acts import Act, Clear, Nothing
from glmchat.tui.widgets.sidebar.row import Row, View
from glmchat.tui.widgets.sidebar.spans import between, fit
from glmchat.tui.widgets.sidebar.state import caution

NOT_SENT = "not sent"
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
        return NOT_SENT if value is None else self.parameter.format(value)

    def hint(self) -> str:
        """The API's default, as it stands dimmed beside "not sent"."""
        default = self.parameter.default
        return "no default" if default is None else self.parameter.format(default)

    def extra_cells(self, view: View) -> int:
        """How many cells the control adds to the value's line."""
        return 0

    def right(self, view: View) -> list[Span]:
        """The marks, the value and the × that unsets it, flush right."""
        spans = self.marks(view)
        value = self.value(view)
        room = view.width - width_of([Span(self.label, "")]) - 1 - width_of(spans) - self.extra_cells(view)
        if value is None:
            hinted = f"{NOT_SENT} ({self.hint()})"
            spans.append(Span(hinted if len(hinted) <= room else NOT_SENT, "dim"))
            return spans
        style = "disabled" if self.disabled(view) else "accent" if view.state.differs(self.name) else "value"
        return [*spans, Span(fit(self.shown(view), max(room - 2, 4)), style), _REMOVE]

    def marks(self, view: View) -> list[Span]:
        """⊘ for greyed out, ! for a caution, ≠ where the next request differs from the last reply's."""
        if self.disabled(view):
            return [Span("⊘ ", "warning")]
        spans = [Span("! ", "warning")] if caution(view.state, self.name) else []
        return [*spans, Span("≠ ", "accent")] if view.state.differs(self.name) else spans
