"""config.toml -> Settings: one table of keys gives the defaults, the checks, the example and the help."""

from glmchat.settings.reading import Mistake, SettingsError, load, parse
from glmchat.settings.values import SHIPPED, Chat, PresetSettings, Provider, Screen, Settings

__all__ = [
    "SHIPPED",
    "Chat",
    "Mistake",
    "PresetSettings",
    "Provider",
    "Screen",
    "Settings",
    "SettingsError",
    "load",
    "parse",
]
