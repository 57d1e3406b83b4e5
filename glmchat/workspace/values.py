"""The parameter values of one session: set and unset, where each comes from, undo and redo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from glmchat.core.depth import EFFORT, SWITCH, depth_of, values_of
from glmchat.core.parameters import BY_NAME, TABLE, Group, Parameter

if TYPE_CHECKING:
    from glmchat.workspace.dependencies import Defaults


class Source(StrEnum):
    """Where a value comes from, strongest first; the text is shown beside the value."""

    FLAG = "command line"
    SESSION = "this session"
    PRESET = "preset"
    MODEL = "this model's defaults"
    CONFIG = "config file"
    UNSET = "not sent"


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that is sent, and where it comes from."""

    value: Any
    source: Source


@dataclass(frozen=True, slots=True)
class Difference:
    """One parameter that two sets of values do not agree on; None stands for not sent."""

    parameter: Parameter
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What changes from `before` to `after`, values by name, in the order of the table."""
    return [
        Difference(row, before.get(row.name), after.get(row.name))
        for row in TABLE
        if before.get(row.name) != after.get(row.name)
    ]


@dataclass(frozen=True, slots=True)
class State:
    """What is set, and what was unset by hand."""

    settings: Mapping[str, Setting]
    withheld: frozenset[str]


@dataclass(frozen=True, slots=True)
class Step:
    """One step that undo takes back: what held before and after it, and what it is called."""

    before: State
    after: State
    label: str
    merge_key: str | None


class Values:
    """What is set now; a parameter that is not in `settings` is not sent.

    `withheld` names those that were unset by hand: no default of the config takes their place.
    Changes that share a `merge_key` and follow each other (one drag of a slider) are one step of undo.
    """

    def __init__(
        self, settings: Mapping[str, Setting] | None = None, withheld: frozenset[str] = frozenset()
    ) -> None:
        self.settings: dict[str, Setting] = dict(settings or {})
        self.withheld = withheld
        self._done: list[Step] = []
        self._undone: list[Step] = []

    def plain(self) -> dict[str, Any]:
        """The values by name, as they are sent."""
        return {row.name: self.settings[row.name].value for row in TABLE if row.name in self.settings}

    def own(self) -> dict[str, Any]:
        """The values that no default gave, by name."""
        defaults = (Source.CONFIG, Source.MODEL)
        return {name: each.value for name, each in self.settings.items() if each.source not in defaults}

    def get(self, name: str) -> Any:
        """The value that is sent, or None."""
        setting = self.settings.get(name)
        return None if setting is None else setting.value

    def source(self, name: str) -> Source:
        """Where the value comes from."""
        setting = self.settings.get(name)
        return Source.UNSET if setting is None else setting.source

    def set(
        self, name: str, value: Any, source: Source = Source.SESSION, merge_key: str | None = None
    ) -> bool:
        """Set a value; raises `kind.ValueRefused`, returns whether anything changed."""
        checked = BY_NAME[name].validate(value)
        return self._apply({**self.settings, name: Setting(checked, source)}, f"set {name}", merge_key)

    def change(
        self, settings: Mapping[str, Setting | None], label: str, merge_key: str | None = None
    ) -> bool:
        """Set several values in one step, and unset those that are None here; returns whether anything changed."""
        kept = {name: each for name, each in self.settings.items() if name not in settings}
        new = {name: each for name, each in settings.items() if each is not None}
        return self._apply({**kept, **new}, label, merge_key)

    def unset(self, name: str, merge_key: str | None = None) -> bool:
        """Send a parameter no more; returns whether anything changed."""
        rest = {key: setting for key, setting in self.settings.items() if key != name}
        return self._apply(rest, f"unset {name}", merge_key)

    def reset(self, group: Group | None = None) -> bool:
        """Unset a group, or everything; returns whether anything changed."""
        rest = (
            {} if group is None else {k: s for k, s in self.settings.items() if BY_NAME[k].group is not group}
        )
        return self._apply(rest, "reset all" if group is None else f"reset {group.value}", None)

    def replace(self, values: Mapping[str, Any], source: Source, label: str) -> bool:
        """Make `values` the only ones set; raises `kind.ValueRefused`."""
        new = {
            name: Setting(BY_NAME[name].validate(value), source)
            for name, value in values.items()
            if name in BY_NAME
        }
        return self._apply(new, label, None)

    def undo(self) -> str | None:
        """Take the last change back; returns what it was called, None where there is none."""
        return self._step(self._done, self._undone, back=True)

    def redo(self) -> str | None:
        """Do again what was taken back; returns what it was called, None where there is none."""
        return self._step(self._undone, self._done, back=False)

    def _apply(self, new: dict[str, Setting], label: str, merge_key: str | None) -> bool:
        if new == self.settings:
            return False
        before = State(dict(self.settings), self.withheld)
        after = State(new, (self.withheld | self.settings.keys()) - new.keys())
        last = self._done[-1] if self._done else None
        if last is not None and merge_key is not None and last.merge_key == merge_key:
            self._done[-1] = Step(last.before, after, label, merge_key)
        else:
            self._done.append(Step(before, after, label, merge_key))
            del self._done[:-500]
        self._undone.clear()
        self._take(after)
        return True

    def _take(self, state: State) -> None:
        self.settings, self.withheld = dict(state.settings), state.withheld

    def _step(self, source: list[Step], target: list[Step], back: bool) -> str | None:
        if not source:
            return None
        step = source.pop()
        target.append(step)
        self._take(step.before if back else step.after)
        return step.label


def with_defaults(values: Values, defaults: Defaults, model_id: str) -> Values:
    """Lay what was set by hand over what the configuration says for a model at the depth of thought that is asked."""
    by_hand = {
        name: s for name, s in values.settings.items() if s.source not in (Source.CONFIG, Source.MODEL)
    }
    under = {**defaults.values, **defaults.by_model.get(model_id, {})}
    asked = {name: value for name, value in under.items() if name not in values.withheld}
    depth = depth_of({**asked, **{name: setting.value for name, setting in by_hand.items()}})
    layers = ((defaults.values, Source.CONFIG), (defaults.of_model(model_id, depth), Source.MODEL))
    fresh = {
        name: Setting(value, source)
        for layer, source in layers
        for name, value in layer.items()
        if name not in values.withheld
    }
    values.settings = {**fresh, **by_hand}
    return values


def at_depth(values: Values, defaults: Defaults, model_id: str, depth: str) -> dict[str, Any]:
    """What would be sent at another depth of thought, the model's defaults for that included."""
    wanted = values_of(depth)
    settings = {name: each for name, each in values.settings.items() if name not in (SWITCH, EFFORT)}
    settings |= {name: Setting(value, Source.SESSION) for name, value in wanted.items()}
    withheld = values.withheld | ({SWITCH, EFFORT} - wanted.keys())
    return with_defaults(Values(settings, withheld), defaults, model_id).plain()
