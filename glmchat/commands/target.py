"""The target of a command: provider, model and values by flag, environment, config file and default, in this order."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from glmchat.api import dialects
from glmchat.api.endpoint import Endpoint, Secret, Timeouts, Trust
from glmchat.commands.errors import CommandError, Exit, KeyMissingError, UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.target_address import moved
from glmchat.config import reading, rows
from glmchat.config.credentials import ENVIRONMENT, Credentials, CredentialsError
from glmchat.config.values import Provider, Settings
from glmchat.core import parameters
from glmchat.core.catalogue import DEFAULT_MODEL, DEFAULT_PROVIDER, DEMO, known_at
from glmchat.core.depth import depth_of, set_at
from glmchat.core.model import Model, Price
from glmchat.support import paths
from glmchat.support.address import host_of, is_loopback, name_of, place_of, split_secrets
from glmchat.support.pasted import unwrap
from glmchat.support.suggestions import nearest


def settings_of(call: Call) -> Settings:
    """Read the config file that holds for a call; raises UsageError with every mistake in it."""
    try:
        return reading.load(config_path(call), required=call.given("config") is not None)
    except reading.SettingsError as error:
        raise UsageError(str(error)) from None


def config_path(call: Call) -> Path:
    """The config file that holds for a call."""
    given = call.given("config")
    return paths.config_file() if given is None else paths.needed(paths.expanded(given))


class Stated(NamedTuple):
    """The provider and the model that flags or the environment name, each None where they do not."""

    provider: str | None
    model: str | None


NOTHING_STATED = Stated(None, None)


@dataclass(frozen=True)
class Target:
    """A provider, a model and values; `model` is None where neither was said nor is known of the provider.

    `stated` is what was said for this run, `flags` are values of the command line alone, `notes` are for the person.
    """

    settings: Settings
    provider: str
    row: Provider
    model: str | None
    values: Mapping[str, Any] = field(default_factory=dict)
    credentials: Credentials = field(default_factory=Credentials)
    stated: Stated = NOTHING_STATED
    flags: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def notices(self) -> list[str]:
        """The notes for the person so far."""
        return [*self.notes, *self.credentials.notices]

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
        at_home = self.provider in self.settings.providers and self.row.base_url == self._home.base_url
        return replace(endpoint, elsewhere=not at_home)

    def needed_model(self) -> str:
        """The model; raises UsageError where nobody said which."""
        if self.model is None:
            raise UsageError(
                f"Nobody said which model to ask at {self.provider}. Give one with --model ID; "
                f"`glmchat models --provider {self.provider}` lists what there is."
            )
        return self.model

    @property
    def known(self) -> Model:
        """What is known of the model without asking the endpoint."""
        endpoint = endpoint_of(self.provider, self.row, None)
        return known_at(self.model or "", endpoint.base_url, endpoint.name)

    @property
    def price(self) -> Price | None:
        """The price that is known without asking the endpoint."""
        return self.known.price

    @property
    def config_name(self) -> str:
        """The provider as the config file names it; the one that an address of nobody's stands in for."""
        names = (self.provider, self.settings.chat.provider, DEFAULT_PROVIDER)
        return next(name for name in names if name in self.settings.providers)


def needs_key(row: Provider) -> bool:
    """Whether a provider answers nobody without a key; what runs on this machine does, or has one in its address."""
    return row.needs_key and not row.secret_query and not is_loopback(host_of(row.base_url))


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
        secret_query=row.secret_query,
        trust=Trust(row.ca_file, row.client_cert_file, row.client_key_file),
    )


def providers_of(settings: Settings) -> dict[str, Provider]:
    """Every provider, with the model that a session there starts with."""
    return {
        name: replace(row, model=_default_model(name, row, settings))
        for name, row in settings.providers.items()
    }


def endpoints_of(settings: Settings, credentials: Credentials) -> dict[str, Endpoint]:
    """Every provider as an endpoint, with the key where one is found."""
    out: dict[str, Endpoint] = {}
    for name, row in providers_of(settings).items():
        key: Secret | None = None
        if name != DEMO:
            with suppress(CredentialsError):  # reported when this provider is the one that is asked
                key = credentials.find(name, row, row.base_url)
        out[name] = endpoint_of(name, row, key)
    return out


def reach(
    settings: Settings, credentials: Credentials, homes: Mapping[str, Endpoint], name: str, base_url: str
) -> Endpoint | None:
    """The endpoint at an address where a session was held: a provider's own, or one that needs no key, or one that a
    key was stored for. The key of the environment is for where this run was sent, and goes nowhere else.
    """
    home = homes.get(name)
    if home is not None and home.base_url == base_url:
        return home
    try:
        base_url = _url(base_url, "The address of the session")
        at, row, _ = _provider(name if name in settings.providers else None, base_url, settings)
        key = credentials.stored(at, settings.providers.get(at, row), base_url)
    except (UsageError, CredentialsError):
        return None
    if key is None and needs_key(row):
        return None
    return replace(endpoint_of(at, row, key), elsewhere=True)


def target_of(call: Call, settings: Settings, environment: Mapping[str, str] = os.environ) -> Target:
    """Put flags, environment and config file together; raises UsageError."""
    said = _Said(environment)
    named, base_url, notes = _named(call, settings, said)
    name, row, more = _provider(named, base_url, settings)
    model = call.given("model") or (None if call.has("demo") else said.by("GLMCHAT_MODEL"))
    stated = Stated(name if named or base_url else None, model)
    model = model or _default_model(name, row, settings)
    defaults = {**settings.parameters, **settings.models.get(model or "", {})}
    which = set_at(depth_of(parameters.laid_over(defaults, call.values)))
    defaults |= settings.by_thinking.get(model or "", {}).get(which, {})
    return Target(
        settings,
        name,
        row,
        model,
        parameters.laid_over(defaults, call.values),
        Credentials(environment=environment),
        stated,
        call.values,
        (*said.notes, *notes, *more),
    )


class _Said:
    """What the environment says; `notes` say what stood around it, such as the quotation marks of a shell."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.notes: list[str] = []

    def by(self, variable: str) -> str | None:
        value, around = unwrap(self._environment.get(variable, ""))
        if around:
            self.notes.append(f"{variable} had {around} around its value; that was taken off.")
        return value or None


def _named(call: Call, settings: Settings, said: _Said) -> tuple[str | None, str | None, list[str]]:
    """The provider and the base URL that were given, and notes; a provider's flag is no place for an
    address that only the environment gives.
    """
    if call.has("demo"):
        return DEMO, None, []
    flags = call.given("provider"), call.given("base_url")
    named, base_url = said.by("GLMCHAT_PROVIDER"), said.by("GLMCHAT_BASE_URL")
    if flags[1] is not None:
        return flags[0] or named, _url(flags[1], "--base-url"), []
    if flags[0] is None or base_url is None:
        return flags[0] or named, base_url and _url(base_url, "GLMCHAT_BASE_URL"), []
    row = settings.providers.get(flags[0])
    if row is None or row.base_url == split_secrets(base_url)[0].rstrip("/"):
        return flags[0], None, []
    sentence = (
        f"GLMCHAT_BASE_URL is not used, because --provider {flags[0]} names another address: {row.base_url}."
    )
    return flags[0], None, [sentence]


def _provider(named: str | None, base_url: str | None, settings: Settings) -> tuple[str, Provider, list[str]]:
    """The provider's name and row, for this run at another base URL where one is given; and notes about it.

    A base URL alone is that of the provider whose host it is. One of nobody's is a provider of its own for this
    run, and its address is its name.
    """
    secret = ""
    if base_url is not None:
        base_url, secret = split_secrets(base_url)
        named = named or reading.provider_of_host(base_url, settings.providers)
        if named is None:
            row = Provider(base_url, dialects.dialect_for(base_url), settings.chat.model or DEFAULT_MODEL)
            return name_of(base_url), replace(row, secret_query=secret), []
    name = named or settings.chat.provider
    found = settings.providers.get(name)
    if found is None:
        raise UsageError(
            f"There is no provider {name!r}.{nearest(name, settings.providers)} "
            f"Known are {', '.join(settings.providers)}; others stand as [providers.NAME] in {settings.path}."
        )
    if base_url is None or base_url == found.base_url:
        return name, replace(found, secret_query=secret or found.secret_query), []
    row, notes = moved(name, found, base_url)
    return name, replace(row, secret_query=secret), notes


def _url(given: str, source: str) -> str:
    try:
        return rows.url(given)
    except rows.RefusedError as refused:
        raise UsageError(f"{source} takes {refused}.") from None


def _default_model(name: str, row: Provider, settings: Settings) -> str | None:
    if name == settings.chat.provider and settings.chat.model:
        return settings.chat.model
    return row.model
