"""Pages through a proxy: it is asked for a place, and the certificate is that of the name which means the place.

A proxy that itself asks for a page of plain http is given the name, once its place was looked at: it would ask for the
page of whatever it is given, and a server tells its pages apart by the name.

httpcore itself checks a certificate that comes through a tunnel by what the proxy was asked for, whatever name a
request says that it is for.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

import httpcore
import httpx

from glmchat.api.endpoint import Trust
from glmchat.api.network.proxies import Proxy
from glmchat.api.network.route import Route
from glmchat.api.network.transport import RouteTransport

# The name by the place that it means.
_Names = dict[str, str]


class TunnelledTransport(RouteTransport):
    """Sends requests through a proxy."""

    def __init__(self, proxy: Proxy, environment: Mapping[str, str]) -> None:
        self._names: _Names = {}
        self._asks_itself = not proxy.socks
        super().__init__(Route(proxy=proxy, trust=Trust()), environment, _Backend(self._names))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to a place, for the name of its extension ``sni_hostname``."""
        if name := request.extensions.get("sni_hostname"):
            if self._asks_itself and request.url.scheme == "http":
                request.url = request.url.copy_with(host=str(name))
            else:
                self._names[request.url.host] = str(name)
        return await super().handle_async_request(request)


class _Backend(httpcore.AnyIOBackend):
    def __init__(self, names: _Names) -> None:
        super().__init__()
        self._names = names

    async def connect_tcp(self, *place: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        return _Stream(await super().connect_tcp(*place, **options), self._names)


class _Stream(httpcore.AsyncNetworkStream):
    def __init__(self, stream: httpcore.AsyncNetworkStream, names: _Names) -> None:
        self._stream = stream
        self._names = names

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
    ) -> httpcore.AsyncNetworkStream:
        name = self._names.get(server_hostname or "", server_hostname)
        return _Stream(await self._stream.start_tls(ssl_context, name, timeout), self._names)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
