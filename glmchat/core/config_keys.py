"""A key of config.toml as a form shows it: plain values that the settings screen is handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ConfigKey:
    """One key: where it stands, what it is for, its value and its default.

    `given` says that the file sets it; `choices` are all the values there are, where they can be listed; `takes` is
    what it takes, in a phrase. `read` makes a value of what was typed and raises ValueError with a sentence.
    """

    keys: tuple[str, ...]
    help: str
    value: Any
    default: Any
    given: bool
    choices: tuple[Any, ...]
    takes: str
    read: Callable[[str], Any]

    @property
    def name(self) -> str:
        """The key with its section: ``chat.retries``."""
        return ".".join(self.keys)


def shown(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
