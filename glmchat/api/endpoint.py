"""Where requests go: one endpoint, with all that the wire needs to know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from glmchat.support.address import host_of, name_of

# How an endpoint is spoken to of which nothing else is known.
DEFAULT_DIALECT = "wcode"


class SecretError(ValueError):
    """A key cannot be had; the text is for the person and never holds the key."""


class Secret:
    """A key that never shows itself: not in `repr`, not in `str`, not in a traceback's locals.

    `issue` counts the values that it had, so that one can be named without being shown.
    """

    __slots__ = ("_value", "issue")

    def __init__(self, value: str) -> None:
        self._value = value
        self.issue = 0

    def reveal(self) -> str:
        """The key itself, for the one place that puts it into a header."""
        return self._value

    @property
    def known(self) -> str:
        """The key as far as it is there, for those who take it out of texts; empty before it was fetched."""
        return self._value

    async def fetch(self) -> None:
        """Get the key if it is not there yet; raises SecretError."""

    async def renew(self, used: int) -> bool:
        """Get the key anew where that issue was refused; returns whether it is another one. Raises SecretError."""
        return self.issue != used

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(("Secret", self._value))


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, and without a single byte (comments included) while a reply streams."""

    connect: float = 10.0
    idle: float = 120.0


@dataclass(frozen=True, slots=True)
class Trust:
    """Files in PEM: whose certificates are believed, and the one that is shown where the endpoint asks for it."""

    ca_file: str | None = None
    client_cert_file: str | None = None
    client_key_file: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint.

    `name` is the config's name of the provider, `base_url` ends before ``/chat/completions``. `dialect` names
    a row of `glmchat.api.dialects`; `overrides` change single fields of that row. `headers` and `extra_body` pass
    through as they are. `needs_key` says whether it answers nobody without a key, `key_page` where to get one, and
    `model` what a session there starts with. `demo` marks the built-in model,
    `elsewhere` a base URL that was given for this run in the place of the provider's own. `secret_query` is sent
    behind the query of every address and stands in nothing else. `trust` names files of certificates of its own.
    """

    name: str
    base_url: str
    dialect: str = DEFAULT_DIALECT
    key: Secret | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    overrides: Mapping[str, Any] = field(default_factory=dict)
    timeouts: Timeouts = Timeouts()
    needs_key: bool = False
    key_page: str | None = None
    model: str | None = None
    demo: bool = False
    elsewhere: bool = False
    secret_query: str = field(default="", repr=False)
    trust: Trust = Trust()

    @property
    def title(self) -> str:
        """What people are told who answers: the provider's name, or the address where it is not the provider's."""
        return name_of(self.base_url) if self.elsewhere else self.name

    @property
    def lacks_key(self) -> bool:
        """Whether it cannot be asked before somebody gives a key for it."""
        return self.needs_key and self.key is None

    @property
    def host(self) -> str:
        """The host that the base URL points at, in lower case; empty where it points at none."""
        return host_of(self.base_url)
