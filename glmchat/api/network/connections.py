"""The connections behind `glmchat.api.client`: httpx clients, requests sent, responses opened and closed."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import httpx

from glmchat.api import spelling
from glmchat.api.endpoint import Endpoint, SecretError
from glmchat.api.errors import connection, http
from glmchat.api.errors.bodies import is_error, make_error
from glmchat.api.errors.tree import ApiError, AuthError, NetworkError, SettingFault
from glmchat.api.events import Event, Opened
from glmchat.api.network import requests
from glmchat.api.network.attempt import Attempt
from glmchat.api.network.route import Route, looks_up, route_to
from glmchat.api.network.transport import RouteTransport
from glmchat.api.redaction import redact, redacted
from glmchat.api.replies.body import JSON_LIMIT, ReplyReader
from glmchat.api.replies.quotas import quotas_of
from glmchat.support.address import CHAT_PATH
from glmchat.support.tasks import to_its_end

log = logging.getLogger(__name__)

# What servers write into Content-Encoding for an answer that is not packed; the names of charsets do not belong there.
_NO_PACKING = frozenset({"", "identity", "none", "utf-8", "utf8", "binary", "chunked", "aws-chunked"})


@dataclass(frozen=True, slots=True)
class _Answer:
    """A response whose status is a success, and the attempt that it came to."""

    attempt: Attempt
    response: httpx.Response


class Connections:
    """Sends requests and reads replies over connections that are made when first needed."""

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport | None,
        demo: Callable[[], httpx.AsyncBaseTransport] | None,
        environment: Mapping[str, str],
    ) -> None:
        self._transport = transport
        self._demo = demo
        self._environment = environment
        self._clients: dict[Route | str, httpx.AsyncClient] = {}

    async def stream(self, endpoint: Endpoint, body: dict[str, Any]) -> AsyncGenerator[Event, None]:
        """Send one request and yield what comes back; see `ChatClient.stream`."""
        async with self._answer(endpoint, CHAT_PATH, body) as answer:
            yield Opened(quotas_of(answer.response.headers))
            reader = ReplyReader(
                endpoint, reasoning_off=spelling.reasoning_is_off(body), idle_s=answer.attempt.idle_s
            )
            async with aclosing(reader.read(answer.response)) as batches:
                async for events in batches:
                    for event in events:
                        yield event

    async def get_json(self, endpoint: Endpoint, path: str) -> Any:
        """GET a path below the base URL and parse the answer; raises ApiError."""
        async with self._answer(endpoint, path) as answer:
            text = await http.read_text(answer.response, JSON_LIMIT, answer.attempt.idle_s)
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            raise http.not_this_api(endpoint, text) from None
        if isinstance(value, dict) and is_error(value):
            raise make_error(200, text, secrets=answer.attempt.secrets)
        # It will be kept and listed. Most name no secret, and the whole text shows that faster.
        secrets = answer.attempt.secrets
        return value if redact(text, secrets) == text else redacted(value, secrets)

    def prepare(self, endpoint: Endpoint) -> None:
        """Make the client that an endpoint needs; raises SettingFault, and BadRequestError for an address that is none.

        It may take as long as reading the certificates, and look up a name of this machine.
        """
        requests.address(endpoint, CHAT_PATH)
        self._client(endpoint, self._route(endpoint))

    def warm(self, endpoint: Endpoint) -> None:
        """Prepare in a thread that runs no event loop; what stands in the way is reported when a request is made."""
        try:
            self.prepare(endpoint)
        except (SettingFault, ApiError):
            return
        _meet_anyio()

    async def aclose(self) -> None:
        """Close every connection."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.aclose()

    def _route(self, endpoint: Endpoint) -> Route:
        given = self._transport is not None or (endpoint.demo and self._demo is not None)
        return Route() if given else route_to(endpoint, self._environment)

    def _client(self, endpoint: Endpoint, route: Route) -> httpx.AsyncClient:
        """The built-in model's client, that of the transport that was given, or the one for a route."""
        demo = self._demo if endpoint.demo else None
        kind = "demo" if demo is not None else route if self._transport is None else "given"
        client = self._clients.get(kind)
        if client is None:
            made = demo() if demo is not None else self._transport or RouteTransport(route, self._environment)
            client = self._clients.setdefault(kind, _make_client(made))
        return client

    @asynccontextmanager
    async def _answer(
        self, endpoint: Endpoint, path: str, body: dict[str, Any] | None = None
    ) -> AsyncIterator[_Answer]:
        """Open a response whose status is a success; asks once more where the key had expired meanwhile."""
        used = await _fetched(endpoint)
        async with AsyncExitStack() as stack:
            try:
                answer = await stack.enter_async_context(self._send(endpoint, path, body))
            except AuthError as refused:
                if refused.failure.status != 401 or not await _renewed(endpoint, used):
                    raise
                log.debug("%s refused the key; asking once more with a new one", endpoint.host)
                answer = await stack.enter_async_context(self._send(endpoint, path, body))
            yield answer

    @asynccontextmanager
    async def _send(
        self, endpoint: Endpoint, path: str, body: dict[str, Any] | None
    ) -> AsyncIterator[_Answer]:
        """Open a response, whose status is a success; raises ApiError."""
        streams = body is None or body.get("stream") is True
        client, request, attempt = await self._prepared(endpoint, path, body, streams=streams)
        started = time.monotonic()
        log.debug("%s %s, %d bytes", request.method, endpoint.host, len(request.content))
        response = await _head_of_answer(client, request, attempt)
        log.debug(
            "%s answers %d after %.3f s", endpoint.host, response.status_code, time.monotonic() - started
        )
        try:
            await http.raise_for_status(attempt, response, _packed(client, response))
            yield _Answer(attempt, response)
        finally:
            await to_its_end(response.aclose())
            spent = time.monotonic() - started
            log.debug("%s done: %d bytes in %.3f s", endpoint.host, response.num_bytes_downloaded, spent)

    async def _prepared(
        self, endpoint: Endpoint, path: str, body: dict[str, Any] | None, *, streams: bool
    ) -> tuple[httpx.AsyncClient, httpx.Request, Attempt]:
        """What a request needs before anything leaves; raises ApiError, marked as `unsent`."""
        try:
            requests.address(endpoint, path)
            # Only the resolver may take its time.
            route = (
                await asyncio.to_thread(self._route, endpoint)
                if looks_up(endpoint)
                else self._route(endpoint)
            )
            client = self._client(endpoint, route)
            attempt = Attempt(endpoint, route, streams=streams)
            return client, _request(client, attempt, path, body), attempt
        except SettingFault as fault:
            refused: ApiError = NetworkError(fault.sentence, advice=fault.advice, retryable=False)
        except ApiError as error:
            refused = error
        refused.unsent = True
        raise refused


def _request(
    client: httpx.AsyncClient, attempt: Attempt, path: str, body: dict[str, Any] | None
) -> httpx.Request:
    """Build a request; raises ApiError. The headers are no variable that a traceback could show."""
    endpoint, route = attempt.endpoint, attempt.route
    url = requests.address(endpoint, path)
    host = url.netloc.decode("ascii") if route.address else None
    return client.build_request(
        "GET" if body is None else "POST",
        url.copy_with(host=route.address) if route.address else url,
        headers=requests.headers(endpoint, streams=body is not None, here=route.here, host=host),
        content=None if body is None else _encode(body),
        timeout=attempt.timeout,
        extensions={"trace": attempt.trace},
    )


async def _head_of_answer(
    client: httpx.AsyncClient, request: httpx.Request, attempt: Attempt
) -> httpx.Response:
    """Send a request and read the head of the answer; whatever goes wrong becomes an ApiError."""
    try:
        async with attempt.limit:
            return await client.send(request, stream=True)
    except Exception as error:  # httpx, anyio, ssl and socksio each have their own for bytes from outside
        log.debug("%s failed: %s", attempt.endpoint.host, type(error).__name__)
        await to_its_end(attempt.hang_up())
        raise connection.error_of(attempt, error) from None
    except BaseException:
        await to_its_end(attempt.hang_up())
        raise


def _packed(client: httpx.AsyncClient, response: httpx.Response) -> str:
    """The compressions of an answer that httpx does not undo; empty where it undoes them all."""
    undone = {each.strip() for each in client.headers.get("accept-encoding", "").split(",")} | _NO_PACKING
    used = [each.strip().lower() for each in response.headers.get("content-encoding", "").split(",")]
    return ", ".join(each for each in used if each not in undone)


async def _fetched(endpoint: Endpoint) -> int:
    """Get the key, outside of the event loop where it must be fetched; returns which issue of it this is."""
    if endpoint.key is None:
        return 0
    try:
        await endpoint.key.fetch()
    except SecretError as error:
        raise _no_key(error) from None
    return endpoint.key.issue


async def _renewed(endpoint: Endpoint, used: int) -> bool:
    """Whether a key that was refused could be had anew, and is another one now; raises AuthError."""
    if endpoint.key is None:
        return False
    try:
        return await endpoint.key.renew(used)
    except SecretError as error:
        raise _no_key(error) from None


def _no_key(error: SecretError) -> AuthError:
    refused = AuthError(str(error), advice="")
    refused.unsent = True
    return refused


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


def _make_client(transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=transport,
        follow_redirects=False,
        event_hooks={"response": [http.keep_location]},
        trust_env=False,
    )
