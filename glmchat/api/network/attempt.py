"""One attempt at a request while it goes out: how far it has come, and how long each leg of the way may take."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from enum import Enum, auto
from typing import Any

import httpcore
import httpx

from glmchat.api.endpoint import Endpoint
from glmchat.api.network import requests
from glmchat.api.network.route import Route
from glmchat.support.address import scheme_of

# A reply that does not stream sends nothing until it is whole: that many times the idle timeout.
_WHOLE_REPLY = 5
_HEAD = 256
# Pieces that come faster than anybody reads are read at this pace, several at a time: a read costs more than all that
# is done with its text. The first pieces of an answer wait for nothing, nor does what comes in bulk.
_PACE_S = 0.008
_UNPACED_READS = 6
_BULK = 4096


class Leg(Enum):
    """A leg of the way to an answer."""

    CONNECT = auto()
    PROXY = auto()  # the proxy is asked to open the way
    TLS = auto()
    SEND = auto()
    WAIT = auto()
    ANSWER = auto()


# httpcore's names for what begins (www.encode.io/httpcore/extensions, "trace").
_BEGINS = {
    "connect_tcp": Leg.CONNECT,
    "setup_socks5_connection": Leg.PROXY,
    "start_tls": Leg.TLS,
    "send_request_headers": Leg.SEND,
    "receive_response_headers": Leg.WAIT,
}


class Attempt:
    """Follows one request by httpcore's trace events, and sets the time limit for the leg that it is on.

    The limits of httpx hold for single reads and writes: a proxy that hangs in its handshake knows none, and
    headers that drip begin it anew with every byte.
    """

    def __init__(self, endpoint: Endpoint, route: Route, *, streams: bool) -> None:
        self.endpoint = endpoint
        self.route = route
        self.leg = Leg.CONNECT
        self.idle_s = endpoint.timeouts.idle * (1 if streams else _WHOLE_REPLY)
        self.limit = asyncio.Timeout(None)
        self.stream: WatchedStream | None = None
        # An HTTP proxy opens a tunnel to what is encrypted; anything else it fetches itself.
        tunnels = route.proxy is not None and not route.proxy.socks
        self._tunnel_open = not (tunnels and scheme_of(endpoint.base_url) == "https")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text that must never show: the endpoint's, and the password of the proxy."""
        proxy = self.route.proxy
        more = (proxy.password,) if proxy is not None and len(proxy.password) >= requests.SHORTEST else ()
        return requests.secrets_of(self.endpoint) + more

    @property
    def timeout(self) -> httpx.Timeout:
        """The limits of httpx."""
        connect = self.endpoint.timeouts.connect
        return httpx.Timeout(self.idle_s, connect=connect, pool=connect)

    @property
    def head(self) -> bytes:
        """The first bytes that came over a connection that was made for this attempt."""
        return self.stream.head if self.stream is not None else b""

    async def trace(self, event: str, info: dict[str, Any]) -> None:
        """Take a trace event of httpcore: ``part.step.state``."""
        part, step, state = event.split(".")
        if state == "complete" and isinstance(info.get("return_value"), WatchedStream):
            self.stream = info["return_value"]
            if step == "setup_socks5_connection":
                self.stream.head = b""  # what came so far was the proxy's
        if state == "started" and step in _BEGINS:
            self._begin(part, _BEGINS[step])
        elif event == "http11.receive_response_headers.complete" and self._tunnel_open:
            self.leg = Leg.ANSWER
            self._allow(None)

    def _begin(self, part: str, leg: Leg) -> None:
        if leg is Leg.CONNECT:
            self._allow(self.endpoint.timeouts.connect)
        elif leg is Leg.TLS:
            if part == "connection" and self.route.proxy is not None:
                leg = Leg.PROXY  # that of a proxy that is spoken to in TLS itself
            else:
                self._tunnel_open = True
            self._allow(self.endpoint.timeouts.connect)
        elif not self._tunnel_open and self.stream is not None:
            leg = Leg.PROXY
            if self.leg is not leg:
                self._allow(self.endpoint.timeouts.connect)
        elif leg is Leg.PROXY:
            self._allow(self.endpoint.timeouts.connect)
        else:
            # A connection that was open before leads to the endpoint, through a tunnel too.
            self._tunnel_open = True
            self._allow(self.idle_s if leg is Leg.WAIT else None)
        self.leg = leg

    def _allow(self, seconds: float | None) -> None:
        now = asyncio.get_running_loop().time()
        self.limit.reschedule(None if seconds is None else now + seconds)

    async def hang_up(self) -> None:
        """Close what httpcore leaves open where a handshake fails or is given up."""
        if self.stream is not None and self.leg in (Leg.PROXY, Leg.TLS):
            with suppress(Exception):
                await self.stream.aclose()


class WatchedStream(httpcore.AsyncNetworkStream):
    """A connection that remembers its first bytes, and limits what httpcore waits for without a limit."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, patience_s: float | None) -> None:
        self._stream = stream
        self._patience_s = patience_s
        self._read_at = 0.0
        self._reads = 0  # of little each, since something was written
        self.head = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        """Read what comes, at a pace where little comes often."""
        early = self._read_at + _PACE_S - time.monotonic()
        if early > 0 and self._reads > _UNPACED_READS:
            await asyncio.sleep(early)
        data = await self._stream.read(max_bytes, self._patience_s if timeout is None else timeout)
        if len(self.head) < _HEAD:
            self.head += data[: _HEAD - len(self.head)]
        self._reads = self._reads + 1 if len(data) < _BULK else 0
        self._read_at = time.monotonic()
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's
        """Write all of it."""
        self._reads = 0
        await self._stream.write(buffer, self._patience_s if timeout is None else timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(self, *args: Any, **options: Any) -> WatchedStream:
        """Encrypt the connection."""
        return WatchedStream(await self._stream.start_tls(*args, **options), self._patience_s)

    def get_extra_info(self, info: str) -> Any:
        """Tell what lies below."""
        return self._stream.get_extra_info(info)


class WatchedBackend(httpcore.AnyIOBackend):
    """Makes connections that are watched."""

    async def connect_tcp(self, *place: Any, **options: Any) -> WatchedStream:
        """Connect."""
        return WatchedStream(await super().connect_tcp(*place, **options), options.get("timeout"))
