"""Which way a request goes: straight or through a proxy, encrypted or not, to this machine or to another."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from glmchat.api.endpoint import Endpoint, Trust
from glmchat.api.network.proxies import Proxy, proxy_for
from glmchat.support.address import address_of, is_loopback, scheme_of

Resolve = Callable[..., list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Route:
    """A way; requests with equal ones share their connections.

    `trust` is None where nothing on the way is encrypted. `address` is set where a name was looked up that must not
    come to mean another machine meanwhile; `here` says that the way stays on this machine.
    """

    proxy: Proxy | None = None
    trust: Trust | None = None
    address: str = field(default="", compare=False)
    here: bool = field(default=False, compare=False)


def looks_up(endpoint: Endpoint) -> bool:
    """Whether only a look at the resolver tells that a name means this machine, as most do for ``*.localhost``."""
    return is_loopback(endpoint.host) and endpoint.host != "localhost" and address_of(endpoint.host) is None


def route_to(
    endpoint: Endpoint, environment: Mapping[str, str], resolve: Resolve = socket.getaddrinfo
) -> Route:
    """The way to an endpoint; raises SettingFault for a variable on it that cannot be used."""
    address = ""
    here = is_loopback(endpoint.host)
    if looks_up(endpoint):
        address = _local_address(endpoint.host, resolve)
        here = bool(address)
    proxy = None if here else proxy_for(endpoint.base_url, environment)
    encrypted = scheme_of(endpoint.base_url) == "https"
    trust = (
        endpoint.trust if encrypted else Trust() if proxy is not None and proxy.scheme == "https" else None
    )
    return Route(proxy, trust, "" if encrypted else address, here)


def _local_address(host: str, resolve: Resolve) -> str:
    """The address of this machine that a name means; empty where it means none, or another machine too."""
    try:
        found = [str(entry[4][0]) for entry in resolve(host, None, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return ""
    return found[0] if found and all(map(is_loopback, found)) else ""
