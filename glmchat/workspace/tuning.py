"""The values of the next request: set, unset, undone, taken from a preset or from a reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from glmchat.api import dialects
from glmchat.api.endpoint import Endpoint, Secret
from glmchat.api.errors import ApiError
from glmchat.catalogue import DEFAULT_MODEL
from glmchat.parameters import BY_NAME, Group
from glmchat.presets import Preset, shipped
from glmchat.workspace.branches import Branching
from glmchat.workspace.changes import SessionsChanged, ValuesChanged
from glmchat.workspace.session import OpenSession
from glmchat.workspace.values import Setting, Source, Values

# What a shipped preset decides about; the user's own decide about everything.
SHIPPED_SCOPE = (Group.SAMPLING, Group.PENALTIES)
# An endpoint that answers so has taken the key, and has no such model, or wants the request otherwise.
_KEY_TAKEN = ("not_found", "bad_request")


class Tuning(Branching):
    """The part of the workspace that tunes the next request."""

    def set_value(self, name: str, value: Any, merge_key: str | None = None) -> None:
        """Set a parameter for the next requests; raises `kinds.ValueRefused`."""
        if self.current.values.set(name, value, merge_key=merge_key):
            self._values_changed(name)

    def unset(self, name: str, merge_key: str | None = None) -> None:
        """Send a parameter no more."""
        if self.current.values.unset(name, merge_key):
            self._values_changed(name)

    def undo(self) -> str | None:
        """Take the last change of a value back; returns what it was."""
        label = self.current.values.undo()
        if label is not None:
            self._values_changed()
        return label

    def redo(self) -> str | None:
        """Do again what was taken back; returns what it was."""
        label = self.current.values.redo()
        if label is not None:
            self._values_changed()
        return label

    def reset(self, group: Group | None = None) -> None:
        """Send nothing of a group, or nothing at all."""
        if self.current.values.reset(group):
            self._values_changed()

    def toggle_reasoning(self) -> None:
        """Switch thinking for the next request; not sent counts as on, since that is what the model does."""
        self.set_value("reasoning", self.current.values.get("reasoning") is False)

    def preset_values(self, preset: Preset) -> dict[str, Any]:
        """What would be set with a preset: a shipped one leaves what it has no say in as it is."""
        if not preset.shipped:
            return dict(preset.values)
        mine = self.current.values.plain()
        rest = {name: value for name, value in mine.items() if BY_NAME[name].group not in SHIPPED_SCOPE}
        return {**rest, **preset.values}

    def apply_preset(self, name: str) -> None:
        """Take a preset's values, and its system prompt where it has one; raises KeyError for an unknown one."""
        preset = next((each for each in self.presets if each.name == name), None)
        if preset is None:
            raise KeyError(name)
        session = self.current
        session.values.replace(self.preset_values(preset), Source.PRESET, f"preset {name}")
        session.preset = name
        if preset.system is not None:
            session.system = preset.system
        self._values_changed()

    async def save_preset(self, name: str, about: str = "") -> str:
        """Keep the current values and system prompt as a preset; returns where it was written."""
        preset = Preset(name, self.current.values.plain(), self.current.system or None, about)
        place = await self.keeper.save_preset(preset)
        self.presets[:] = [each for each in self.presets if each.name != name or each.shipped] + [preset]
        return place

    async def delete_preset(self, name: str) -> None:
        """Forget one of the user's own presets."""
        await self.keeper.delete_preset(name)
        self.presets[:] = [each for each in self.presets if each.name != name or each.shipped]

    def use_values_of(self, message_id: int) -> None:
        """Take the values that a reply was asked with."""
        settings = self.current.conversation.loaded[message_id].settings
        if settings is not None:
            self.current.values.replace(settings, Source.SESSION, "use a reply's values")
            self._values_changed()

    def set_system(self, text: str) -> None:
        """Set the system prompt of the session."""
        if text != self.current.system:
            self.current.system = text
            self._values_changed("system")

    def set_scroll(self, place: tuple[int, int] | None) -> None:
        """Remember where the current session is being read: a message and a character in it; None at its end."""
        session = self.current
        if session.scroll != place:
            session.scroll = place
            if session.stored:
                self.spawn(self.archive_of(session).update_session(session.id, scroll=place))

    def drop_oldest(self, drop: bool) -> None:
        """Choose whether the oldest turns are left out where the context window would overflow."""
        self.current.drop_oldest = drop
        self._values_changed()

    def set_model(self, provider: str, model_id: str) -> None:
        """Ask another model from the next request on; values that came as its defaults change with it."""
        session = self.current
        session.endpoint = self.endpoint_named(provider)
        session.model = self.find_model(session.endpoint, model_id)
        session.held, session.own = "", None
        by_model = self.means.defaults.by_model.get(model_id, {})
        kept = {name: s for name, s in session.values.settings.items() if s.source is not Source.MODEL}
        taken = kept.keys() | session.values.withheld
        fresh = {name: Setting(value, Source.MODEL) for name, value in by_model.items() if name not in taken}
        session.values.settings = {**kept, **fresh}
        self._know_presets(session)
        self.spawn(self.load_learned(session))
        self.warm(session)
        self._values_changed()
        self.announce(SessionsChanged())

    def _know_presets(self, session: OpenSession) -> None:
        """The shipped presets follow the model: one of them is what its maker recommends."""
        own = [preset for preset in self.presets if not preset.shipped]
        self.presets[:] = [*shipped(session.model), *own]

    def first_model(self, endpoint: Endpoint) -> str | None:
        """What a session at an endpoint starts with: what this run began with there, else the provider's own."""
        return self.means.model if self.means.provider == endpoint.name else endpoint.model

    async def try_key(self, provider: str, key: str) -> None:
        """Ask a provider for a single token with a key, which is kept nowhere; raises ApiError where it is refused."""
        session = self.current
        endpoint = replace(self.endpoints[provider], key=Secret(key))
        here = session.model.wire_id if session.endpoint.name == provider else None
        model = here or self.first_model(endpoint) or DEFAULT_MODEL
        built = dialects.build(endpoint, model, [{"role": "user", "content": "Hi"}], {"max_tokens": 1})
        try:
            async for _ in self.client.stream(endpoint, built.body):
                pass
        except ApiError as error:
            if error.failure.kind not in _KEY_TAKEN:
                raise

    async def add_key(self, provider: str, key: str) -> Endpoint:
        """Keep a key for a provider and know its endpoint by it; raises what the keeper raises."""
        if self.keeper.store_key is None:
            raise ValueError("Keys cannot be stored here.")
        endpoint = await self.keeper.store_key(provider, key)
        self.endpoints[provider] = endpoint
        return endpoint

    def _forget_preset(self, session: OpenSession) -> None:
        """A preset whose values were changed by hand is not what holds any more."""
        preset = next((each for each in self.presets if each.name == session.preset), None)
        if preset is None or self.preset_values(preset) != session.values.plain():
            session.preset = None

    def starting_values(self, model_id: str) -> Values:
        """The values of a new session: config, then the model's defaults, then the command line's flags."""
        defaults = self.means.defaults
        layers: tuple[tuple[Mapping[str, Any], Source], ...] = (
            (defaults.values, Source.CONFIG),
            (defaults.by_model.get(model_id, {}), Source.MODEL),
            (defaults.flags, Source.FLAG),
        )
        return Values(
            {name: Setting(value, source) for layer, source in layers for name, value in layer.items()}
        )

    def _values_changed(self, *names: str) -> None:
        self._forget_preset(self.current)
        self.save_session(self.current)
        self.announce(ValuesChanged(self.current.id, names))
