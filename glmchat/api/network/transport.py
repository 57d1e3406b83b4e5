"""httpx's transport over connections that are watched, along one route."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpcore
import httpx

from glmchat.api.endpoint import Trust
from glmchat.api.network import certificates
from glmchat.api.network.attempt import WatchedBackend
from glmchat.api.network.proxies import Proxy
from glmchat.api.network.route import Route

_KEPT = 8
_KEPT_S = 60


class RouteTransport(httpx.AsyncHTTPTransport):
    """Sends requests along one route; raises SettingFault where a file of certificates cannot be used."""

    def __init__(
        self,
        route: Route,
        environment: Mapping[str, str],
        backend: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        options: dict[str, Any] = {
            "max_connections": None,
            "max_keepalive_connections": _KEPT,
            "keepalive_expiry": _KEPT_S,
            "network_backend": backend or WatchedBackend(),
            "ssl_context": None if route.trust is None else certificates.context(route.trust, environment),
        }
        # httpx hands no backend through; its own constructor makes nothing but the pool.
        self._pool = _pool(route.proxy, environment, options)


def _pool(
    proxy: Proxy | None, environment: Mapping[str, str], options: dict[str, Any]
) -> httpcore.AsyncConnectionPool:
    if proxy is None:
        return httpcore.AsyncConnectionPool(**options)
    host = proxy.host.strip("[]").encode()
    options["proxy_url"] = httpcore.URL(scheme=proxy.scheme.encode(), host=host, port=proxy.port, target=b"/")
    if proxy.user or proxy.password:
        options["proxy_auth"] = (proxy.user.encode(), proxy.password.encode())
    if proxy.socks:
        return httpcore.AsyncSOCKSProxy(**options)
    if proxy.scheme == "https":
        options["proxy_ssl_context"] = certificates.context(Trust(), environment)
    return httpcore.AsyncHTTPProxy(**options)
