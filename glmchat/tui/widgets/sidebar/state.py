"""What the sidebar shows, as plain values, and the cautions that follow from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from glmchat.core.depth import EFFORT, SWITCH, UNSENT, depth_of, scale
from glmchat.core.parameters import BY_NAME, Parameter
from glmchat.core.thinking import Thinking

if TYPE_CHECKING:
    from glmchat.workspace.values import Source


@dataclass(frozen=True, slots=True)
class SidebarState:
    """Everything the sidebar needs to draw itself.

    `values` are those that are set, by name; `sources` says where each comes from. `last` are the values
    that the last reply was asked with, None where there is none; `changed` says in words what differs since, be it
    a parameter or something else. `recommended` are the model maker's.
    `disabled` maps a name to the sentence that says why it is not sent, `adapted` to the one that says why its value is
    sent as another or not at all; `ranges` are those that the endpoint takes. `token_limit` is the most tokens
    that the context leaves for a reply, None where that is unknown. `system` is the whole system prompt.
    `last_seed` is the seed of the last reply that had one. `preset` is the one that was applied last.
    `depths` are how much the model can be asked to think, `abouts` what some of them mean for it.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    last: Mapping[str, Any] | None = None
    changed: tuple[str, ...] = ()
    recommended: Mapping[str, Any] = field(default_factory=dict)
    disabled: Mapping[str, str] = field(default_factory=dict)
    adapted: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    token_limit: int | None = None
    system: str = ""
    last_seed: int | None = None
    preset: str = ""
    depths: tuple[str, ...] = (*scale(Thinking()), UNSENT)
    abouts: Mapping[str, str] = field(default_factory=dict)

    @property
    def depth(self) -> str:
        """How much the model is to think."""
        return depth_of(self.values)

    def differs(self, name: str) -> bool:
        """Whether the next request differs from the last reply's in this parameter."""
        if name == SWITCH:
            return self.last is not None and depth_of(self.last) != self.depth
        return self.last is not None and self.last.get(name) != self.values.get(name)

    def narrowed(self, row: Parameter) -> Parameter:
        """A parameter with the range that the endpoint takes of it."""
        if row.name not in self.ranges or not row.numeric:
            return row
        low, high = self.ranges[row.name]
        lows = [each for each in (row.minimum, low) if each is not None]
        highs = [each for each in (row.maximum, high) if each is not None]
        least, most = max(lows, default=None), min(highs, default=None)
        crossed = least is not None and most is not None and least > most
        return row if crossed else replace(row, minimum=least, maximum=most)

    def tool_names(self) -> tuple[str, ...]:
        """The names of the functions that are offered to the model."""
        return tuple(str(tool["function"]["name"]) for tool in self.values.get("tools", ()))

    def look(self, name: str) -> tuple[Any, ...]:
        """Everything that one parameter's row depends on, to tell whether it must be drawn again."""
        return (
            self.values.get(name),
            self.differs(name),
            self.recommended.get(name),
            self.disabled.get(name),
            self.ranges.get(name),
            caution(self, name),
            self.token_limit if name.endswith("max_tokens") else None,
            self.last_seed if name == "seed" else None,
            self.values.get("top_logprobs") if name == "logprobs" else None,
            self.tool_names() if name == "tool_choice" else None,
            (self.depth, self.depths, self.abouts) if name == SWITCH else None,
        )


def _no_logprobs(state: SidebarState) -> bool:
    return state.values.get("logprobs") is False


def _no_tools(state: SidebarState) -> bool:
    return not state.values.get("tools")


def _no_schema(state: SidebarState) -> bool:
    return bool(state.values.get("response_format", {}).get("type") != "json_schema")


def _json_unasked(state: SidebarState) -> bool:
    is_json = state.values["response_format"].get("type") == "json_object"
    return is_json and "json" not in state.system.lower()


def _over_limit(state: SidebarState) -> bool:
    return state.token_limit is not None and state.values["max_tokens"] > state.token_limit


# When the note in a parameter's row of the table becomes a caution, once the parameter is set.
_APPLIES: Mapping[str, Callable[[SidebarState], bool]] = {
    "temperature": lambda state: "top_p" in state.values,
    "top_p": lambda state: "temperature" in state.values,
    "top_logprobs": _no_logprobs,
    "tool_choice": _no_tools,
    "parallel_tool_calls": _no_tools,
    "structured_outputs": _no_schema,
    "response_format": _json_unasked,
    "max_tokens": _over_limit,
}


def caution(state: SidebarState, name: str) -> str:
    """The warning about how a set parameter meets the others, or ""."""
    if name == SWITCH and name not in state.disabled:
        return next((state.adapted[each] for each in (SWITCH, EFFORT) if each in state.adapted), "")
    if name in state.values and name in state.adapted and name not in state.disabled:
        return state.adapted[name]
    applies = _APPLIES.get(name)
    if applies is None or name not in state.values or not applies(state):
        return ""
    return BY_NAME[name].note
