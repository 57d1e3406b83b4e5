"""Keeps what the chat asks the command line to keep: keys, presets and settings."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glmchat.api.endpoint import Endpoint, Secret
from glmchat.commands.target import endpoint_of
from glmchat.config import reading
from glmchat.config.credentials import Credentials
from glmchat.config.values import PresetSettings, Provider, Settings
from glmchat.support.pasted import unwrap

if TYPE_CHECKING:
    from glmchat.workspace import ConfigStore, Preset


def config_store_of(
    settings: Settings, providers: Mapping[str, Provider], credentials: Credentials
) -> ConfigStore:
    """What keeps things in the config file and the credentials of this run; nothing in it blocks the screen."""
    from glmchat.config import form
    from glmchat.workspace.dependencies import ConfigFile, ConfigStore

    async def store_key(provider: str, key: str) -> Endpoint:
        row = providers[provider]
        await asyncio.to_thread(credentials.store, provider, row.base_url, key)
        return endpoint_of(provider, row, Secret(unwrap(key)[0]))

    async def save_preset(preset: Preset) -> str:
        kept = PresetSettings(preset.system, preset.about, preset.values)
        await asyncio.to_thread(_write_preset, settings.path, preset.name, kept)
        return str(settings.path)

    async def delete_preset(name: str) -> str:
        await asyncio.to_thread(_unset, settings.path, ("presets", name))
        return str(settings.path)

    async def save_setting(keys: tuple[str, ...], value: Any) -> str:
        await asyncio.to_thread(_set, settings.path, keys, value)
        return str(settings.path)

    async def unset_setting(keys: tuple[str, ...]) -> str:
        await asyncio.to_thread(_unset, settings.path, keys)
        return str(settings.path)

    async def read_settings() -> ConfigFile:
        now = await asyncio.to_thread(reading.load, settings.path)
        return ConfigFile(str(now.path), tuple(form.config_keys(now)), now.keys)

    return ConfigStore(store_key, save_preset, delete_preset, save_setting, unset_setting, read_settings)


# What writes TOML is imported with the first change, in its thread.


def _set(path: Path, keys: tuple[str, ...], value: Any) -> None:
    from glmchat.config import writing

    writing.set_key(path, keys, value)


def _unset(path: Path, keys: tuple[str, ...]) -> None:
    from glmchat.config import writing

    writing.unset_key(path, keys)


def _write_preset(path: Path, name: str, preset: PresetSettings) -> None:
    from glmchat.config import writing

    writing.set_preset(path, name, preset)
