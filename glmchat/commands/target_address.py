"""A provider at another address than its own: its dialect there, and which secrets it keeps back."""

from __future__ import annotations

from dataclasses import replace

from glmchat.api import dialects
from glmchat.config.values import Provider
from glmchat.support.address import host_of, place_of
from glmchat.support.secret_names import secrets_in, without_secrets


def moved(name: str, row: Provider, base_url: str) -> tuple[Provider, list[str]]:
    """The provider at `base_url`, and notes about it; its secrets go to no host but its own."""
    away = replace(row, base_url=base_url)
    dialect = dialects.known_dialect(base_url)
    if dialect is not None and dialect != row.dialect:
        # Overrides change single facts of the style that it has at home.
        away = replace(away, dialect=dialect, overrides={})
    if place_of(base_url) == place_of(row.base_url):
        return away, []
    left = [*secrets_in(row.headers, "headers"), *secrets_in(row.extra_body, "extra_body")]
    headers, body = without_secrets(row.headers), without_secrets(row.extra_body)
    notes = []
    if left:
        host = host_of(base_url)
        notes.append(f"Not sent to {host}, because it may be a secret of provider {name}: {', '.join(left)}.")
    away = replace(away, ca_file=None, client_cert_file=None, client_key_file=None)
    return replace(away, headers=headers, extra_body=body, key_page=None), notes
