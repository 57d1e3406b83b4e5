"""The keys of ``[chat]`` and ``[screen]`` as a form shows them, from the table that reads them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from glmchat.config import rows
from glmchat.config.values import Chat, Screen, Settings
from glmchat.core.config_keys import ConfigKey

_SECTIONS: dict[str, type[Any]] = {"chat": Chat, "screen": Screen}


def config_keys(settings: Settings) -> list[ConfigKey]:
    """Every key of the two sections, in the order of the file."""
    return [
        _key((section, name), row, getattr(getattr(settings, section), name), getattr(kind(), name))
        for section, kind in _SECTIONS.items()
        for name, row in rows.rows_of(kind).items()
    ]


def _key(keys: tuple[str, str], row: rows.Row, value: Any, default: Any) -> ConfigKey:
    choices = (True, False) if row.read is rows.switch else getattr(row.read, "words", ())
    return ConfigKey(
        keys, row.help, value, default, value != default, choices, _takes(row.read), partial(_read, keys, row)
    )


def _takes(read: Callable[[Any], Any]) -> str:
    """What a row says that it takes, when it is given what nothing takes."""
    try:
        read(object())
    except rows.RefusedError as refused:
        return str(refused)
    return "anything"


def _read(keys: tuple[str, str], row: rows.Row, typed: str) -> Any:
    """The value that was typed, as the row takes it: a number where it wants one, else the text."""
    refusal = ""
    for make in (int, float, str):
        try:
            return row.read(make(typed))
        except rows.RefusedError as refused:
            refusal = str(refused)
        except ValueError:  # this is no number
            continue
    raise ValueError(f"{'.'.join(keys)} takes {refusal}.")
