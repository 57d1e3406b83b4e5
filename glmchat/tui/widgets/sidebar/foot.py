"""The words at the bottom of the sidebar, about the row that has the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.widget import Widget

from glmchat.core.depth import EFFORT, SWITCH, UNSENT, depth_of
from glmchat.core.parameters import IMPLIES, Parameter
from glmchat.markdown.spans import Span
from glmchat.support.text import safe_line
from glmchat.tui.widgets.sidebar.controls import Control
from glmchat.tui.widgets.sidebar.rows import Row
from glmchat.tui.widgets.sidebar.state import SidebarState, caution

if TYPE_CHECKING:
    from glmchat.workspace.values import Source


class Foot(Widget):
    """A few lines whose number does not depend on the words, so that nothing above them moves."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"foot--{name}" for name in ("label", "warning", "help", "dim", "accent")
    }
    DEFAULT_CSS = """
    Foot {
        height: 7;
        padding: 1 1 0 1;
        & > .foot--label { color: $foreground; text-style: bold; }
        & > .foot--warning { color: $text-warning; }
        & > .foot--help { color: $foreground; }
        & > .foot--dim { color: $text-muted; }
        & > .foot--accent { color: $text-accent; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._spans: list[Span] = []

    def show(self, spans: Sequence[Span]) -> None:
        """Show these paragraphs; what does not fit is cut off below."""
        if list(spans) != self._spans:
            self._spans = list(spans)
            self.refresh()

    def render(self) -> Text:
        """Draw the paragraphs, wrapped at words."""
        styles = {span.style: self.get_component_rich_style(f"foot--{span.style}") for span in self._spans}
        text = Text()
        for span in self._spans:
            text.append(safe_line(span.text) + "\n", styles[span.style])
        return text


_AROUND: Mapping[str, str] = {
    "toolbar": "Press / to filter, u to undo, U to redo, X to send no parameter at all.",
    "system": "What the model is told before the conversation. Enter edits it.",
    "group": "Enter folds or unfolds the group. Delete unsets all of it.",
    "presets": "Named sets of values. Enter shows what each would change.",
}


def since(state: SidebarState) -> list[Span]:
    """Say what the next request changes, while the keyboard is elsewhere."""
    if state.last is None:
        return [Span("What is not set is not sent: the API's own default holds.", "dim")]
    if not state.changed:
        return [Span("Nothing has changed since the last reply.", "dim")]
    return [Span("Since the last reply:", "label"), *(Span(each, "accent") for each in state.changed)]


def explain(row: Row, state: SidebarState) -> list[Span]:
    """Say what the row is for: paragraphs, the most pressing first."""
    if not isinstance(row, Control):
        return [Span(_AROUND[row.name.partition(" ")[0]], "help")]
    name, parameter = row.name, row.parameter
    spans = [Span(f"{name}: {_allowed(parameter, state)}.", "label")]
    if name in state.disabled:
        spans.append(Span(f"⊘ {state.disabled[name]}", "warning"))
    warning = caution(state, name)
    if warning:
        spans.append(Span(f"! {warning}", "warning"))
    spans.append(Span(parameter.help, "help"))
    if name in state.values and name in IMPLIES and IMPLIES[name][0] not in state.values:
        spans.append(Span(parameter.note, "dim"))
    if state.differs(name):
        spans.append(Span(_difference(parameter, state), "accent"))
    spans.append(Span(_origin(parameter, state), "dim"))
    if name in state.recommended:
        spans.append(Span(f"⋄ The model's maker advises {parameter.format(state.recommended[name])}.", "dim"))
    return spans


def _allowed(parameter: Parameter, state: SidebarState) -> str:
    if parameter.name == SWITCH:
        return f"{', '.join(each for each in state.depths if each != UNSENT)}, or not sent"
    return state.narrowed(parameter).allowed()


def _origin(parameter: Parameter, state: SidebarState) -> str:
    default = "The API states no default."
    if parameter.default is not None:
        default = f"The API's default is {parameter.format(parameter.default)}."
    if parameter.name == SWITCH:
        about = f" ({state.abouts[state.depth]})" if state.abouts.get(state.depth) else ""
        if state.depth == UNSENT:
            return f"Not sent{about}."
        source = state.sources.get(SWITCH) or state.sources.get(EFFORT)
        return f"{state.depth}{about}. {_set_by(source)}"
    if parameter.name not in state.values:
        return f"Not sent. {default}"
    source = state.sources.get(parameter.name)
    return f"{_set_by(source)} {default}"


def _set_by(source: Source | None) -> str:
    """Where a value comes from, and what that wins over."""
    from glmchat.workspace.values import Source  # the sidebar is drawn before the workspace is there

    match source:
        case Source.FLAG:
            return "Set on the command line; overrides everything."
        case Source.PRESET:
            return "Set by a preset; overrides model, config."
        case Source.MODEL:
            return "Set by this model's defaults; overrides config."
        case Source.CONFIG:
            return "Set in the config file."
    return "Set here; overrides preset, model, config."


def _difference(parameter: Parameter, state: SidebarState) -> str:
    if parameter.name == SWITCH:
        depth = depth_of(state.last or {})
        told = "without it" if depth == UNSENT else f"with {depth}"
        return f"≠ The last reply was asked {told}."
    before = (state.last or {}).get(parameter.name)
    if before is None:
        return "≠ The last reply was asked without it."
    return f"≠ The last reply was asked with {parameter.format(before)}."
