"""Settings and credentials: config.toml read by one table of keys, checked and written back; and which key goes where.

Stands on `api` and `core`; imported by `commands` only.
"""

from glmchat.config.reading import Mistake, SettingsError, load, parse
from glmchat.config.values import SHIPPED, Chat, PresetSettings, Provider, Screen, Settings

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
