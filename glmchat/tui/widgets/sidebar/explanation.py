"""The words at the foot of the sidebar about the row that has the cursor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from glmchat.markdown.spans import Span
from glmchat.parameters import Parameter
from glmchat.tui.widgets.sidebar.control import Control
from glmchat.tui.widgets.sidebar.row import Row
from glmchat.tui.widgets.sidebar.state import SidebarState, caution

if TYPE_CHECKING:
    from glmchat.workspace.values import Source

_AROUND: Mapping[str, str] = {
    "toolbar": "Press / to filter, u to undo, U to redo, X to send no parameter at all.",
    "system": "What the model is told before the conversation. Enter edits it.",
    "group": "Enter folds or unfolds the group. Delete unsets all of it.",
    "presets": "Named sets of values. Enter shows what each would change.",
}


def explain(row: Row, state: SidebarState) -> list[Span]:
    """Say what the row is for: paragraphs, the most pressing first."""
    if not isinstance(row, Control):
        return [Span(_AROUND[row.name.partition(" ")[0]], "help")]
    name, parameter = row.name, row.parameter
    spans = [Span(f"{name}: {parameter.allowed()}.", "label")]
    if name in state.disabled:
        spans.append(Span(f"⊘ {state.disabled[name]}", "warning"))
    warning = caution(state, name)
    if warning:
        spans.append(Span(f"! {warning}", "warning"))
    spans.append(Span(parameter.help, "help"))
    if state.differs(name):
        spans.append(Span(_difference(parameter, state), "accent"))
    spans.append(Span(_origin(parameter, state), "dim"))
    if name in state.recommended:
        spans.append(Span(f"⋄ The model's maker advises {parameter.format(state.recommended[name])}.", "dim"))
    return spans


def _origin(parameter: Parameter, state: SidebarState) -> str:
    default = "The API states no default."
    if parameter.default is not None:
        default = f"The API's default is {parameter.format(parameter.default)}."
    if parameter.name not in state.values:
        return f"Not sent. {default}"
    source = state.sources.get(parameter.name)
    return f"{_set_by(source)} {default}"


def _set_by(source: Source | None) -> str:
    """Where a value comes from, and what that wins over."""
    from glmchat.workspace.values import Source  # the sidebar is drawn before the workspace is there

    match source:
        case Source.FLAG:
            return "Set on the command line, over everything else."
        case Source.PRESET:
            return "Set by a preset, over this model's defaults and the config."
        case Source.MODEL:
            return "Set by this model's defaults, over the config file."
        case Source.CONFIG:
            return "Set in the config file, under everything else."
    return "Set in this session, over preset, model and config."


def _difference(parameter: Parameter, state: SidebarState) -> str:
    before = (state.last or {}).get(parameter.name)
    if before is None:
        return "≠ The last reply was asked without it."
    return f"≠ The last reply was asked with {parameter.format(before)}."
