"""The keys of config.toml as a form shows them, from the table that reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from glmchat.api import dialect_rows
from glmchat.config import rows
from glmchat.config.values import SHIPPED, Budget, Chat, Provider, Screen, Settings
from glmchat.core.catalogue import DEMO
from glmchat.core.config_keys import ConfigKey
from glmchat.support import bounded_json, toml

_SECTIONS: dict[str, type[Any]] = {"chat": Chat, "screen": Screen, "budget": Budget}
_AMOUNT = re.compile(r"([\d.]+)\s*([A-Za-z]{3})|([A-Za-z]{3})\s*=?\s*([\d.]+)")


def config_keys(settings: Settings) -> list[ConfigKey]:
    """Every key of the sections that have a name of their own, then those of each provider."""
    found = [
        _key((section, name), row, getattr(getattr(settings, section), name), getattr(kind(), name))
        for section, kind in _SECTIONS.items()
        for name, row in rows.rows_of(kind).items()
    ]
    found = [_with_choices(each, settings) for each in found]
    for name in settings.providers:
        if name != DEMO:
            found += provider_keys(settings, name)
    return found


def provider_keys(settings: Settings, name: str) -> list[ConfigKey]:
    """Every key of one provider."""
    now, before = settings.providers[name], SHIPPED.get(name, Provider())
    keys = [
        _key(("providers", name, key), row, getattr(now, key), getattr(before, key), key in now.given)
        for key, row in rows.rows_of(Provider).items()
    ]
    return [_with_choices(each, settings) for each in keys]


def _with_choices(key: ConfigKey, settings: Settings) -> ConfigKey:
    """Names of what else is in the configuration or the program are chosen, not typed."""
    if key.keys == ("chat", "provider"):
        return replace(key, choices=tuple(settings.providers))
    if key.keys[-1] == "dialect":
        return replace(key, choices=tuple(dialect_rows.BY_NAME))
    return key


def _key(
    keys: tuple[str, ...], row: rows.Row, value: Any, default: Any, given: bool | None = None
) -> ConfigKey:
    choices = (True, False) if row.read is rows.switch else getattr(row.read, "words", ())
    there = value != default if given is None else given
    takes = _takes(row.read) + (f", such as {row.example}" if row.example and row.secret else "")
    return ConfigKey(
        keys, row.help, value, default, there, choices, takes, partial(_read, keys, row), row.secret
    )


def _takes(read: Callable[[Any], Any]) -> str:
    """What a row says that it takes, when it is given what nothing takes."""
    try:
        read(object())
    except rows.RefusedError as refused:
        return str(refused)
    return "anything"


def _read(keys: tuple[str, ...], row: rows.Row, typed: str) -> Any:
    """The value that was typed, as the row takes it: a number or a table where it wants one, else the text."""
    refusal = ""
    for value in _meanings(typed):
        try:
            return row.read(value)
        except rows.RefusedError as refused:
            refusal = str(refused)
    raise ValueError(f"{'.'.join(keys)} takes {refusal}.")


def _meanings(typed: str) -> Iterator[Any]:
    """What may be meant: a list or a table in JSON or TOML, a number, amounts of money, the text itself."""
    if typed.startswith(("[", "{")):
        for read in (bounded_json.loads, lambda text: toml.loads(f"value = {text}")["value"]):
            try:
                yield read(typed)
            except ValueError:
                continue
    for number in (int, float):
        try:
            yield number(typed)
        except ValueError:
            continue
    if amounts := _amounts(typed):
        yield amounts
    yield typed


def _amounts(typed: str) -> dict[str, float]:
    """Amounts such as ``5 CNY, 1 USD``; empty where something else was typed."""
    found = [_AMOUNT.fullmatch(part.strip()) for part in re.split(r"[,;]", typed)]
    try:
        return {each[2] or each[3]: float(each[1] or each[4]) for each in found if each} if all(found) else {}
    except ValueError:
        return {}
