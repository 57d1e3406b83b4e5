"""What a workspace is made of: plain values from the configuration, the history and the client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from glmchat.api.endpoint import Endpoint
from glmchat.core.budget import Limits
from glmchat.core.config_keys import ConfigKey
from glmchat.core.depth import set_at
from glmchat.core.model import Model
from glmchat.core.preferences import Preferences
from glmchat.core.presets import Preset
from glmchat.history import Archive

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a new session starts with, weakest first: the config's values, then those of its model.

    `by_thinking` are those of a model that hold where it is to think, or not to.
    `flags` are the values given on the command line; they win over all and hold for this run only. So do `provider`
    and `model`, which flags or the environment name: they win over those of a session that is gone on with.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    by_model: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    flags: Mapping[str, Any] = field(default_factory=dict)
    system: str | None = None
    provider: str | None = None
    model: str | None = None
    by_thinking: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)

    def of_model(self, model_id: str, depth: str) -> dict[str, Any]:
        """The values of a model where it is asked to think to a depth."""
        sets = self.by_thinking.get(model_id, {})
        return {**self.by_model.get(model_id, {}), **sets.get(set_at(depth), {})}


async def _not_kept(*_: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """What config.toml says now: its path, its keys, and the keys of the keyboard by command."""

    path: str = ""
    keys: tuple[ConfigKey, ...] = ()
    bindings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


async def _no_file() -> ConfigFile:
    return ConfigFile()


@dataclass(frozen=True, slots=True)
class ConfigStore:
    """What the command line does for the screen, since it alone knows settings and credentials.

    `store_key(provider, key)` keeps a key and returns the endpoint that has it. `save_preset(preset)` and
    `delete_preset(name)` write config.toml with its comments kept; so does `save_setting(keys, value)`,
    such as ``(("screen", "theme"), "dawn")``, and `unset_setting(keys)`, which takes one out. `read_settings()` gives
    what the file says now. Each raises OSError or ValueError with a sentence for the person.
    """

    store_key: Callable[[str, str], Awaitable[Endpoint]] | None = None
    save_preset: Callable[[Preset], Awaitable[str]] = _not_kept
    delete_preset: Callable[[str], Awaitable[str]] = _not_kept
    save_setting: Callable[[tuple[str, ...], Any], Awaitable[str]] = _not_kept
    unset_setting: Callable[[tuple[str, ...]], Awaitable[str]] = _not_kept
    read_settings: Callable[[], Awaitable[ConfigFile]] = _no_file


def _nowhere(_name: str, _base_url: str) -> Endpoint | None:
    return None


@dataclass(slots=True)
class Dependencies:
    """What a workspace is made of: plain values, the history and the client.

    `demo` makes the transport of the built-in model; every other endpoint is reached over the network.
    `demo_logprobs(body, id, content)` works out the log-probabilities of one of its replies afterwards. `provider`
    and `model` are what a new session starts with. `models` are lists known without asking, by provider.
    `reach(provider, base_url)` gives the endpoint at an address where a session was held, None where nothing may be
    sent there unasked.
    """

    archive: Archive
    endpoints: dict[str, Endpoint]
    provider: str
    model: str
    demo: Callable[[], httpx.AsyncBaseTransport] | None = None
    demo_logprobs: Callable[[Mapping[str, Any], str, str], dict[str, Any] | None] | None = None
    models: dict[str, list[Model]] = field(default_factory=dict)
    defaults: Defaults = field(default_factory=Defaults)
    presets: list[Preset] = field(default_factory=list)
    config_store: ConfigStore = field(default_factory=ConfigStore)
    preferences: Preferences = field(default_factory=Preferences)
    budget: Limits = field(default_factory=Limits)
    reach: Callable[[str, str], Endpoint | None] = _nowhere
