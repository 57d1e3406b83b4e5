"""A provider at another address than its own: its dialect there, and which secrets it keeps back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from glmchat.api import dialects
from glmchat.config.values import Provider
from glmchat.support.address import host_of, place_of
from glmchat.support.secret_names import is_secret_name


def moved(name: str, row: Provider, base_url: str) -> tuple[Provider, list[str]]:
    """The provider at `base_url`, and notes about it; its secrets go to no host but its own."""
    away = replace(row, base_url=base_url)
    dialect = dialects.known_dialect(base_url)
    if dialect is not None and dialect != row.dialect:
        # Overrides change single facts of the style that it has at home.
        away = replace(away, dialect=dialect, overrides={})
    if place_of(base_url) == place_of(row.base_url):
        return away, []
    left: list[str] = []
    headers = _public(row.headers, "headers", left)
    body = _public(row.extra_body, "extra_body", left)
    notes = []
    if left:
        host = host_of(base_url)
        notes.append(f"Not sent to {host}, because it may be a secret of provider {name}: {', '.join(left)}.")
    away = replace(away, ca_file=None, client_cert_file=None, client_key_file=None)
    return replace(away, headers=headers, extra_body=body, key_page=None), notes


def _public(value: Any, path: str, left: list[str]) -> Any:
    """A value without the texts in it whose names look like those of secrets; `left` gets their paths."""
    if isinstance(value, list | tuple):
        return [_public(each, path, left) for each in value]
    if not isinstance(value, Mapping):
        return value
    out = {}
    for name, each in value.items():
        # max_tokens and stop_token_ids are numbers; a secret is a text.
        if is_secret_name(name) and _holds_text(each):
            left.append(f"{path}.{name}")
        else:
            out[name] = _public(each, f"{path}.{name}", left)
    return out


def _holds_text(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_text(each) for each in value.values())
    if isinstance(value, list | tuple):
        return any(_holds_text(each) for each in value)
    return isinstance(value, str)
