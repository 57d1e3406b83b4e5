"""The client that everybody holds: light to import and to make, since httpx comes with the first request."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import TYPE_CHECKING, Any

from glmchat.api.endpoint import Endpoint
from glmchat.api.events import Event

if TYPE_CHECKING:
    import httpx

    from glmchat.api.network.connections import Connections


class ChatClient:
    """Talks to chat-completions endpoints; one for the app's life.

    The work is done by `network.connections.Connections`, a module of its own because it imports httpx, which takes
    longer than the first screen may.

    `transport` replaces the network for every endpoint; `demo` makes the transport of endpoints marked `demo`, when
    one of them is first asked. `environment` names the proxies.
    """

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport | None = None,
        demo: Callable[[], httpx.AsyncBaseTransport] | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._transport = transport
        self._demo = demo
        self._environment = environment
        self._made: Connections | None = None

    def stream(self, endpoint: Endpoint, body: dict[str, Any]) -> AsyncGenerator[Event, None]:
        """Send one request and yield what comes back, `Done` last; raises ApiError while it is iterated.

        Everything that arrived before an error has been yielded when it is raised. Closing the iterator, or
        cancelling the task, closes the connection at once.
        """
        return self._connections().stream(endpoint, body)

    async def get_json(self, endpoint: Endpoint, path: str) -> Any:
        """GET a path below the base URL and parse the answer; raises ApiError."""
        return await self._connections().get_json(endpoint, path)

    def prepare(self, endpoint: Endpoint) -> None:
        """Make what a request needs before it leaves; raises SettingFault, or BadRequestError for a bad address."""
        self._connections().prepare(endpoint)

    async def warm(self, endpoint: Endpoint) -> None:
        """Import and build what the first request needs (TLS context, connection pool); the endpoint is not asked."""
        await asyncio.to_thread(lambda: self._connections().warm(endpoint))

    async def aclose(self) -> None:
        """Close every connection."""
        if self._made is not None:
            await self._made.aclose()

    def _connections(self) -> Connections:
        if self._made is None:
            from glmchat.api.network.connections import Connections

            made = Connections(self._transport, self._demo, self._environment)
            # Another thread may have been faster; all use the same.
            self._made = self._made or made
        return self._made
