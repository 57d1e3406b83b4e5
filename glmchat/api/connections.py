"""The connections behind `glmchat.api.client`: httpx clients, requests sent, responses opened and closed."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import anyio
import httpx

from glmchat.address import CHAT_PATH, is_loopback
from glmchat.api import dialects, faults, requests
from glmchat.api.endpoint import Endpoint, Timeouts
from glmchat.api.error_bodies import is_error, make_error
from glmchat.api.errors import ApiError, NetworkError
from glmchat.api.events import Event, Opened
from glmchat.api.reply import JSON_LIMIT, ReplyReader
from glmchat.tasks import to_its_end

log = logging.getLogger(__name__)

# A reply that does not stream sends nothing until it is whole: that many times the idle timeout.
_WHOLE_REPLY = 5


class Connections:
    """Sends requests and reads replies over connections that are made when first needed."""

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport | None = None,
        demo: Callable[[], httpx.AsyncBaseTransport] | None = None,
    ) -> None:
        self._transport = transport
        self._demo = demo
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def stream(self, endpoint: Endpoint, body: dict[str, Any]) -> AsyncGenerator[Event, None]:
        """Send one request and yield what comes back; see `ChatClient.stream`."""
        reader = ReplyReader(endpoint, reasoning_off=dialects.reasoning_is_off(body))
        async with self._send(endpoint, CHAT_PATH, body) as response:
            await faults.raise_for_status(endpoint, response)
            yield Opened()
            async with aclosing(reader.read(response)) as batches:
                async for events in batches:
                    for event in events:
                        yield event

    async def get_json(self, endpoint: Endpoint, path: str) -> Any:
        """GET a path below the base URL and parse the answer; raises ApiError."""
        async with self._send(endpoint, path) as response:
            await faults.raise_for_status(endpoint, response)
            text = await faults.read_text(response, JSON_LIMIT)
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            raise faults.not_this_api(endpoint, text) from None
        if isinstance(value, dict) and is_error(value):
            raise make_error(200, text, secrets=requests.secrets_of(endpoint))
        return value

    def prepare(self, endpoint: Endpoint) -> None:
        """Make the client that an endpoint needs; it may be called in a thread that runs no event loop."""
        self._client(endpoint)
        _meet_anyio()

    async def aclose(self) -> None:
        """Close every connection."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.aclose()

    def _client(self, endpoint: Endpoint) -> httpx.AsyncClient:
        """The built-in model's client, the one without proxies for this machine, or the one with."""
        demo = self._demo if endpoint.demo else None
        kind = "demo" if demo is not None else "direct" if is_loopback(endpoint.host) else "proxied"
        client = self._clients.get(kind)
        if client is None:
            made = _make_client(demo() if demo is not None else self._transport, proxies=kind == "proxied")
            client = self._clients.setdefault(kind, made)
        return client

    @asynccontextmanager
    async def _send(
        self, endpoint: Endpoint, path: str, body: dict[str, Any] | None = None
    ) -> AsyncIterator[httpx.Response]:
        """Open a response; whatever httpx raises while it is open becomes an ApiError."""
        client = self._client(endpoint)
        request = _request(client, endpoint, path, body)
        started = time.monotonic()
        log.debug("%s %s, %d bytes", request.method, endpoint.host, len(request.content))
        try:
            response = await client.send(request, stream=True)
            log.debug(
                "%s answers %d after %.3f s", endpoint.host, response.status_code, time.monotonic() - started
            )
            try:
                yield response
            finally:
                await to_its_end(response.aclose())
                spent = time.monotonic() - started
                log.debug("%s done: %d bytes in %.3f s", endpoint.host, response.num_bytes_downloaded, spent)
        except httpx.HTTPError as error:
            log.debug("%s failed: %s", endpoint.host, type(error).__name__)
            raise faults.from_httpx(endpoint, error) from None
        except (httpx.InvalidURL, httpx.StreamError, OSError) as error:
            raise NetworkError(faults.words(endpoint, error)) from None


def _request(
    client: httpx.AsyncClient, endpoint: Endpoint, path: str, body: dict[str, Any] | None
) -> httpx.Request:
    """Build a request; raises ApiError, marked as `unsent`. The headers are no variable that a traceback could show."""
    try:
        return client.build_request(
            "GET" if body is None else "POST",
            requests.address(endpoint, path),
            headers=requests.headers(endpoint, streams=body is not None),
            content=None if body is None else _encode(body),
            timeout=_timeout(endpoint.timeouts, streams=body is None or body.get("stream") is True),
        )
    except ApiError as refused:
        refused.unsent = True
        raise


def _meet_anyio() -> None:
    """Import what httpcore waits and connects by, which anyio does not do before it is used on an event loop."""
    for name in ("connect_tcp", "Event", "Lock"):
        getattr(anyio, name)
    anyio.run(anyio.sleep, 0)


def _encode(body: dict[str, Any]) -> bytes:
    """Write a body as JSON; values that only TOML knows, such as dates, become text."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str)
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Half a surrogate pair has no UTF-8, but JSON can escape it.
        return json.dumps(body, separators=(",", ":"), default=str).encode()


def _make_client(transport: httpx.AsyncBaseTransport | None, *, proxies: bool) -> httpx.AsyncClient:
    try:
        return httpx.AsyncClient(
            transport=transport,
            follow_redirects=False,
            event_hooks={"response": [faults.keep_location]},
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


def _timeout(timeouts: Timeouts, *, streams: bool) -> httpx.Timeout:
    idle = timeouts.idle if streams else timeouts.idle * _WHOLE_REPLY
    return httpx.Timeout(idle, connect=timeouts.connect, pool=timeouts.connect)
