"""Whom a command talks to, and with which values: flag, environment, config file, default, in this order."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from glmchat import parameters, paths
from glmchat.address import host_of, is_loopback, place_of
from glmchat.api import dialects
from glmchat.api.endpoint import DEFAULT_DIALECT, Endpoint, Secret, Timeouts
from glmchat.catalogue import DEFAULT_MODEL, DEFAULT_PROVIDER, DEMO, Price, known
from glmchat.commands.errors import CommandError, Exit, KeyMissingError, UsageError
from glmchat.commands.parsing import Call
from glmchat.credentials import ENVIRONMENT, CommandSecret, Credentials, CredentialsError
from glmchat.nearest import nearest
from glmchat.secret_names import is_secret_name
from glmchat.settings import reading, rows
from glmchat.settings.values import SHIPPED, Provider, Settings


def settings_of(call: Call) -> Settings:
    """Read the config file that holds for a call; raises UsageError with every mistake in it."""
    try:
        return reading.load(config_path(call), required=call.given("config") is not None)
    except reading.SettingsError as error:
        raise UsageError(str(error)) from None


def config_path(call: Call) -> Path:
    """The config file that holds for a call."""
    given = call.given("config")
    return paths.config_file() if given is None else Path(given).expanduser()


@dataclass(frozen=True)
class Choice:
    """A provider, a model and values; `model` is None where neither was said nor is known of the provider."""

    settings: Settings
    provider: str
    row: Provider
    model: str | None
    values: Mapping[str, Any] = field(default_factory=dict)
    credentials: Credentials = field(default_factory=Credentials)

    @cached_property
    def key(self) -> Secret | None:
        """The key; raises KeyMissingError where one is needed and none is there, CommandError where a source fails."""
        try:
            key = self.credentials.find(self.provider, self._home, self.row.base_url)
        except CredentialsError as error:
            raise CommandError(str(error), Exit.REFUSED) from None
        if key is None and needs_key(self.row):
            at_home = place_of(self.row.base_url) == place_of(self._home.base_url)
            where = f" You get one at {self.row.key_page}." if self.row.key_page and at_home else ""
            name = f"{self.provider} ({self.row.base_url})" if at_home else self.row.base_url
            add = ", or run `glmchat` and add the key there" if at_home else ""
            raise KeyMissingError(
                f"There is no API key for {name}.{where} Set {ENVIRONMENT}{add}; "
                "the built-in model, --demo, needs none."
            )
        return key

    @property
    def _home(self) -> Provider:
        """The provider as the config file knows it: its stored keys belong to that address."""
        return self.settings.providers.get(self.provider, self.row)

    def endpoint(self) -> Endpoint:
        """The endpoint with its key; raises as `key` does."""
        endpoint = endpoint_of(self.provider, self.row, None if self.provider == DEMO else self.key)
        return replace(endpoint, elsewhere=self.row.base_url != self._home.base_url)

    def needed_model(self) -> str:
        """The model; raises UsageError where nobody said which."""
        if self.model is None:
            raise UsageError(
                f"Nobody said which model to ask at {self.provider}. Give one with --model ID; "
                f"`glmchat models --provider {self.provider}` lists what there is."
            )
        return self.model

    @property
    def price(self) -> Price | None:
        """The price that the API's own description states; other shops have prices of their own."""
        if self.provider in SHIPPED and self.provider != DEFAULT_PROVIDER:
            return None
        return known(self.model or "").price


def needs_key(row: Provider) -> bool:
    """Whether a provider answers nobody without a key; what runs on this machine does."""
    return row.needs_key and not is_loopback(host_of(row.base_url))


def endpoint_of(name: str, row: Provider, key: Secret | None) -> Endpoint:
    """The endpoint of a provider, as the wire wants it."""
    return Endpoint(
        name,
        row.base_url,
        row.dialect,
        key,
        row.headers,
        row.extra_body,
        row.overrides,
        Timeouts(row.connect_timeout_s, row.idle_timeout_s),
        needs_key(row),
        row.key_page,
        row.model,
        demo=name == DEMO,
    )


def providers_of(settings: Settings) -> dict[str, Provider]:
    """Every provider, with the model that a session there starts with."""
    return {
        name: replace(row, model=_default_model(name, row, settings))
        for name, row in settings.providers.items()
    }


def endpoints_of(settings: Settings, credentials: Credentials) -> dict[str, Endpoint]:
    """Every provider as an endpoint, with the key where one is found; a key command runs when it is first needed."""
    out: dict[str, Endpoint] = {}
    for name, row in providers_of(settings).items():
        key: Secret | None = None
        if row.api_key_command:
            key = CommandSecret(_finder(credentials, name, row))
        elif name != DEMO:
            with suppress(CredentialsError):  # told when this provider is the one that is asked
                key = credentials.find(name, row, row.base_url)
        out[name] = endpoint_of(name, row, key)
    return out


def _finder(credentials: Credentials, name: str, row: Provider) -> Callable[[], Secret]:
    def find() -> Secret:
        return credentials.find(name, row, row.base_url) or Secret("")

    return find


def choose(call: Call, settings: Settings, environment: Mapping[str, str] = os.environ) -> Choice:
    """Put flags, environment and config file together; raises UsageError."""

    def said(key: str) -> str | None:
        given = call.given(key)
        return given if given is not None else (environment.get(f"GLMCHAT_{key.upper()}") or None)

    named, base_url = said("provider"), said("base_url")
    if call.has("demo"):
        named, base_url = DEMO, None
    name, row = _provider(named, base_url, settings)
    model = said("model") if not call.has("demo") else call.given("model")
    model = model or _default_model(name, row, settings)
    defaults = {**settings.parameters, **settings.models.get(model or "", {})}
    return Choice(
        settings,
        name,
        row,
        model,
        parameters.laid_over(defaults, call.values),
        Credentials(environment=environment),
    )


def _provider(named: str | None, base_url: str | None, settings: Settings) -> tuple[str, Provider]:
    """The provider's name and row, for this run at another base URL where one is given.

    A base URL alone is that of the provider whose host it is. One of nobody's takes the place of the default
    provider's, and nothing else of that: neither its dialect nor its headers.
    """
    if base_url is not None:
        try:
            base_url = rows.url(base_url)
        except rows.RefusedError as refused:
            raise UsageError(f"The base URL cannot be used: it takes {refused}.") from None
        named = named or reading.provider_of_host(base_url, settings.providers)
        if named is None:
            return settings.chat.provider, Provider(base_url, dialects.dialect_for(base_url), DEFAULT_MODEL)
    name = named or settings.chat.provider
    row = settings.providers.get(name)
    if row is None:
        raise UsageError(
            f"There is no provider {name!r}.{nearest(name, settings.providers)} "
            f"Known are {', '.join(settings.providers)}; others stand as [providers.NAME] in {settings.path}."
        )
    if base_url is None or base_url == row.base_url:
        return name, row
    known = dialects.dialect_for(base_url)
    row = replace(row, base_url=base_url, dialect=row.dialect if known == DEFAULT_DIALECT else known)
    if place_of(base_url) != place_of(settings.providers[name].base_url):
        kept = {each: row.headers[each] for each in row.headers if not is_secret_name(each)}
        row = replace(row, headers=kept, key_page=None)
    return name, row


def _default_model(name: str, row: Provider, settings: Settings) -> str | None:
    if name == settings.chat.provider and settings.chat.model:
        return settings.chat.model
    return row.model
