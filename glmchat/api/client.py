"""One attempt at a request: POST, stream, cancel."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import httpx

from glmchat.api import dialects, faults, requests
from glmchat.api.endpoint import Endpoint, Timeouts
from glmchat.api.error_bodies import is_error, make_error
from glmchat.api.errors import NetworkError
from glmchat.api.events import Event, Opened
from glmchat.api.reply import JSON_LIMIT, ReplyReader


class ChatClient:
    """Talks to chat-completions endpoints; one for the app's life, its connections made when first needed.

    `transport` replaces the network for every endpoint; `demo` does so for endpoints marked `demo`.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport | None = None, demo: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._transport = transport
        self._demo = demo
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def stream(self, endpoint: Endpoint, body: dict[str, Any]) -> AsyncIterator[Event]:
        """Send one request and yield what comes back, `Done` last; raises ApiError.

        Everything that arrived before an error has been yielded when it is raised. Closing the iterator, or
        cancelling the task, closes the connection at once.
        """
        request_headers = requests.headers(endpoint, accept="text/event-stream, application/json")
        url = requests.address(endpoint, "/chat/completions")
        reader = ReplyReader(endpoint, reasoning_off=dialects.reasoning_is_off(body))
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        request_headers["content-type"] = "application/json"
        async with self._send(endpoint, "POST", url, request_headers, content) as response:
            await faults.raise_for_status(endpoint, response)
            yield Opened()
            async with aclosing(reader.read(response)) as batches:
                async for events in batches:
                    for event in events:
                        yield event

    async def get_json(self, endpoint: Endpoint, path: str) -> Any:
        """GET a path below the base URL and parse the answer; raises ApiError."""
        url = requests.address(endpoint, path)
        request_headers = requests.headers(endpoint, accept="application/json")
        async with self._send(endpoint, "GET", url, request_headers, None) as response:
            await faults.raise_for_status(endpoint, response)
            text = await faults.read_text(response, JSON_LIMIT)
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            raise faults.not_this_api(endpoint, text) from None
        if isinstance(value, dict) and is_error(value):
            raise make_error(200, text, secrets=requests.secrets_of(endpoint))
        return value

    async def warm(self, endpoint: Endpoint) -> None:
        """Build what the first request needs (TLS context, connection pool); the endpoint is not asked."""
        self._client(endpoint)

    async def aclose(self) -> None:
        """Close every connection."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.aclose()

    def _client(self, endpoint: Endpoint) -> httpx.AsyncClient:
        """The built-in model's client, the one without proxies for this machine, or the one with."""
        demo = endpoint.demo and self._demo is not None
        kind = "demo" if demo else "direct" if requests.is_loopback(endpoint.host) else "proxied"
        if kind not in self._clients:
            self._clients[kind] = _make_client(
                self._demo if demo else self._transport, proxies=kind == "proxied"
            )
        return self._clients[kind]

    @asynccontextmanager
    async def _send(
        self, endpoint: Endpoint, method: str, url: str, request_headers: httpx.Headers, content: bytes | None
    ) -> AsyncIterator[httpx.Response]:
        """Open a response; whatever httpx raises while it is open becomes an ApiError."""
        client = self._client(endpoint)
        request = client.build_request(
            method, url, headers=request_headers, content=content, timeout=_timeout(endpoint.timeouts)
        )
        try:
            response = await client.send(request, stream=True)
            try:
                yield response
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            raise faults.from_httpx(endpoint, error) from None
        except (httpx.InvalidURL, httpx.StreamError, OSError) as error:
            raise NetworkError(faults.words(endpoint, error)) from None


def _make_client(transport: httpx.AsyncBaseTransport | None, *, proxies: bool) -> httpx.AsyncClient:
    try:
        return httpx.AsyncClient(
            transport=transport,
            follow_redirects=False,
            trust_env=proxies and transport is None,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=8, keepalive_expiry=60),
        )
    except ImportError:
        raise NetworkError(
            "The proxy in the environment is a SOCKS proxy, and the part that speaks SOCKS is not installed.",
            advice='Install it with: pip install "glmchat[socks]". Or unset the proxy variable.',
            retryable=False,
        ) from None
    except ValueError:
        raise NetworkError(
            "The proxy address in the environment cannot be used.",
            advice="Look at HTTPS_PROXY, HTTP_PROXY and ALL_PROXY; an address looks like http://host:port.",
            retryable=False,
        ) from None


def _timeout(timeouts: Timeouts) -> httpx.Timeout:
    return httpx.Timeout(timeouts.idle, connect=timeouts.connect, pool=timeouts.connect)
