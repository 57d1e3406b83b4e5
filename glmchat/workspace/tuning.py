"""The values of the next request: set, unset, undone, taken from a preset or from a reply."""

from __future__ import annotations

from typing import Any

from glmchat.api import dialects
from glmchat.core.parameters import BY_NAME, Group
from glmchat.core.presets import Preset, shipped
from glmchat.workspace.changes import SessionsChanged, ValuesChanged
from glmchat.workspace.journal import Journal
from glmchat.workspace.models import Models
from glmchat.workspace.session import OpenSession
from glmchat.workspace.shared import Shared
from glmchat.workspace.values import Setting, Source, Values, with_defaults

# The parameters that a shipped preset sets or unsets; the user's own presets do so with all.
SHIPPED_SCOPE = (Group.SAMPLING, Group.PENALTIES)
# What names a session and its user belongs to them, and to no preset.
_NAMES = ("session_id", "user", "metadata")


class Tuning:
    """Tunes the next request: values, presets, the system prompt, the model."""

    def __init__(self, shared: Shared, journal: Journal, models: Models) -> None:
        self._shared = shared
        self._journal = journal
        self._models = models
        self.presets = shared.dependencies.presets

    def set_value(self, name: str, value: Any, merge_key: str | None = None) -> None:
        """Set a parameter for the next requests; raises `kind.ValueRefused`."""
        if self._shared.current.values.set(name, value, merge_key=merge_key):
            self.changed(name)

    def unset(self, name: str, merge_key: str | None = None) -> None:
        """Send a parameter no more."""
        if self._shared.current.values.unset(name, merge_key):
            self.changed(name)

    def undo(self) -> str | None:
        """Take the last change of a value back; returns what it was."""
        label = self._shared.current.values.undo()
        if label is not None:
            self.changed()
        return label

    def redo(self) -> str | None:
        """Do again what was taken back; returns what it was."""
        label = self._shared.current.values.redo()
        if label is not None:
            self.changed()
        return label

    def reset(self, group: Group | None = None) -> None:
        """Send nothing of a group, or nothing at all."""
        if self._shared.current.values.reset(group):
            self.changed()

    def preset_values(self, preset: Preset) -> dict[str, Any]:
        """What would be set with a preset: a shipped one leaves what it has no say in as it is."""
        mine = self._shared.current.values.plain()
        if not preset.shipped:
            return {**{name: mine[name] for name in _NAMES if name in mine}, **preset.values}
        rest = {name: value for name, value in mine.items() if BY_NAME[name].group not in SHIPPED_SCOPE}
        return {**rest, **preset.values}

    def apply_preset(self, name: str) -> None:
        """Take a preset's values, and its system prompt where it has one; raises KeyError for an unknown one."""
        preset = next((each for each in self.presets if each.name == name), None)
        if preset is None:
            raise KeyError(name)
        session = self._shared.current
        session.values.replace(self.preset_values(preset), Source.PRESET, f"preset {name}")
        session.preset = name
        if preset.system is not None:
            session.system = preset.system
        self.changed()

    async def save_preset(self, name: str, about: str = "") -> str:
        """Keep the current values and system prompt as a preset; returns where it was written."""
        values = self._shared.current.values.plain()
        kept = {key: value for key, value in values.items() if key not in _NAMES}
        preset = Preset(name, kept, self._shared.current.system or None, about)
        place = await self._shared.dependencies.config_store.save_preset(preset)
        self.presets[:] = [each for each in self.presets if each.name != name or each.shipped] + [preset]
        return place

    async def delete_preset(self, name: str) -> None:
        """Forget one of the user's own presets."""
        await self._shared.dependencies.config_store.delete_preset(name)
        self.presets[:] = [each for each in self.presets if each.name != name or each.shipped]

    def use_values_of(self, message_id: int) -> None:
        """Take the values that a reply was asked with."""
        settings = self._shared.current.conversation.loaded[message_id].settings
        if settings is not None:
            self._shared.current.values.replace(settings, Source.SESSION, "use a reply's values")
            self.changed()

    def set_system(self, text: str) -> None:
        """Set the system prompt of the session."""
        if text != self._shared.current.system:
            self._shared.current.system = text
            self.changed("system")

    def begin_reply(self, text: str) -> str:
        """Have the next reply begin with a text, or no longer; what is to be known of it is said."""
        session = self._shared.current
        session.prefill = text
        self.changed()
        if not text:
            return "The next reply begins as the model begins it."
        told = dialects.about_prefill(
            session.endpoint, session.values.plain(), self._models.ladder().thinking, text
        )
        return told or "The next reply begins with that; the model goes on from there."

    def drop_oldest(self, drop: bool) -> None:
        """Choose whether the oldest turns are left out where the context window would overflow."""
        self._shared.current.drop_oldest = drop
        self.changed()

    def set_model(self, provider: str, model_id: str) -> None:
        """Ask another model from the next request on; values that came as its defaults change with it."""
        session = self._shared.current
        session.endpoint = self._models.endpoint_named(provider)
        session.model = self._models.find_model(session.endpoint, model_id)
        session.held, session.own = "", None
        self._know_presets(session)
        self._shared.spawn(self._models.recall(session))
        self._models.warm(session)
        self.changed()
        self._shared.announce(SessionsChanged())

    def _know_presets(self, session: OpenSession) -> None:
        """The shipped presets follow the model: one of them is what its maker recommends."""
        own = [preset for preset in self.presets if not preset.shipped]
        self.presets[:] = [*shipped(session.model), *own]

    def _forget_preset(self, session: OpenSession) -> None:
        """A preset whose values were changed by hand is not what holds any more."""
        preset = next((each for each in self.presets if each.name == session.preset), None)
        if preset is None or self.preset_values(preset) != session.values.plain():
            session.preset = None

    def starting_values(self, model_id: str) -> Values:
        """The values of a new session: config, then the model's defaults, then the command line's flags."""
        flags = self._shared.dependencies.defaults.flags
        values = Values({name: Setting(value, Source.FLAG) for name, value in flags.items()})
        return with_defaults(values, self._shared.dependencies.defaults, model_id)

    def changed(self, *names: str) -> None:
        """Keep and announce that values of the current session are others; the model's defaults follow the thought."""
        session = self._shared.current
        with_defaults(session.values, self._shared.dependencies.defaults, session.model.wire_id)
        self._forget_preset(self._shared.current)
        self._journal.save_session(self._shared.current)
        self._shared.announce(ValuesChanged(self._shared.current.id, names))
