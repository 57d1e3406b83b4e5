"""Plain values that the command line hands on from the configuration."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from glmchat.api.endpoint import Endpoint
from glmchat.presets import Preset


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a new session starts with, weakest first: the config's values, then those of its model.

    `flags` are the values given on the command line; they win over all and hold for this run only. So do `provider`
    and `model`, which flags or the environment name: they win over those of a session that is gone on with.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    by_model: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    flags: Mapping[str, Any] = field(default_factory=dict)
    system: str | None = None
    provider: str | None = None
    model: str | None = None


async def _nowhere(*_: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Keeper:
    """What the command line does for the screen, since it alone knows settings and credentials.

    `store_key(provider, key)` keeps a key and returns the endpoint that has it. `save_preset(preset)` and
    `delete_preset(name)` write config.toml with its comments kept; so does `save_setting(dotted_key, value)`,
    such as ``("screen.theme", "dawn")``. Each raises OSError or ValueError with a sentence for the person.
    """

    store_key: Callable[[str, str], Awaitable[Endpoint]] | None = None
    save_preset: Callable[[Preset], Awaitable[str]] = _nowhere
    delete_preset: Callable[[str], Awaitable[str]] = _nowhere
    save_setting: Callable[[str, Any], Awaitable[str]] = _nowhere
