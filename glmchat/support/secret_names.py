"""Which names of headers, of keys in a body or of parameters in a query say that their value is a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# An authorization is secret, an author is not.
_SECRET = re.compile(r"key|token|secret|passw|credential|cookie|auth(?!or(?!i[sz]))", re.IGNORECASE)


# It names a conversation to a cache.
_PUBLIC = frozenset({"prompt_cache_key"})


def is_secret_name(name: str) -> bool:
    """Whether what goes by this name is kept from view, from other hosts and from plain http."""
    return _SECRET.search(name) is not None and name.lower() not in _PUBLIC


# Beside those: signed addresses, Azure's functions, passwords in short.
_SECRET_PARAMETERS = frozenset({"sig", "signature", "code", "pwd", "pass", "sid", "jwt", "bearer"})


def is_secret_parameter(name: str) -> bool:
    """Whether a parameter of an address's query by this name is kept from view."""
    return name.lower() in _SECRET_PARAMETERS or is_secret_name(name)


def secrets_in(value: Any, path: str = "") -> list[str]:
    """The paths of texts in a value whose names look like those of secrets; max_tokens is a number, a secret a text."""
    if isinstance(value, list | tuple):
        return [each for part in value for each in secrets_in(part, path)]
    if not isinstance(value, Mapping):
        return []
    found: list[str] = []
    for name, each in value.items():
        place = f"{path}.{name}" if path else str(name)
        found += [place] if is_secret_name(str(name)) and _holds_text(each) else secrets_in(each, place)
    return found


def without_secrets(value: Any) -> Any:
    """The value without the texts in it whose names look like those of secrets."""
    if isinstance(value, list | tuple):
        return [without_secrets(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: without_secrets(each)
        for name, each in value.items()
        if not (is_secret_name(str(name)) and _holds_text(each))
    }


def _holds_text(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_text, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_holds_text, value))
    return isinstance(value, str)
