"""A key of config.toml as a form shows it: plain values that the settings screen is handed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Keys = tuple[str, ...]
# The section whose sections are endpoints by name.
PROVIDERS = "providers"


@dataclass(frozen=True, slots=True)
class ConfigKey:
    """One key: where it stands, what it is for, its value and its default.

    `given` says that the file sets it; `choices` are all the values there are, where they can be listed; `takes` is
    what it takes, in a phrase. `read` makes a value of what was typed and raises ValueError with a sentence. The
    value of a `secret` one is not shown.
    """

    keys: Keys
    help: str
    value: Any
    default: Any
    given: bool
    choices: tuple[Any, ...]
    takes: str
    read: Callable[[str], Any]
    secret: bool = False

    @property
    def name(self) -> str:
        """The key with its section: ``chat.retries``."""
        return ".".join(self.keys)

    @property
    def section(self) -> Keys:
        """Where it stands: ``("chat",)``, ``("providers", "zai")``."""
        return self.keys[:-1]

    @property
    def said(self) -> str:
        """The value as people read it; of a secret one only that it is there."""
        return "set" if self.secret and self.value else shown(self.value)


def shown(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return typed(value) or "not set"


def typed(value: Any) -> str:
    """A value as a person types it: a command like a shell's, amounts as ``5 CNY, 1 USD``, a table as JSON."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return shlex.join(value)
    if isinstance(value, Mapping):
        if value and all(_is_amount(name, each) for name, each in value.items()):
            return ", ".join(f"{each:g} {name}" for name, each in value.items())
        return json.dumps(dict(value), ensure_ascii=False) if value else ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _is_amount(name: str, value: Any) -> bool:
    return len(name) == 3 and name.isupper() and isinstance(value, float)
