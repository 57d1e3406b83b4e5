"""A page of the web that a person asked for: fetched in limits, and from no place of a private network unasked."""

from __future__ import annotations

import asyncio
import os
import socket
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin

import httpx

from glmchat.api.endpoint import Trust
from glmchat.api.errors.tree import SettingFault
from glmchat.api.network import certificates
from glmchat.api.network.proxies import Proxy, proxy_for
from glmchat.api.network.route import Route
from glmchat.api.network.transport import RouteTransport
from glmchat.support.address import (
    PORTS,
    address_of,
    fault_of,
    host_of,
    is_loopback,
    scheme_of,
    split_secrets,
)
from glmchat.support.private_addresses import is_public, is_public_name
from glmchat.support.text import safe_line

MOST_BYTES = 8 << 20
LONGEST_S = 30.0
_CONNECT_S = 10.0
_MOST_REDIRECTS = 8
_HEADERS = {
    "User-Agent": "glmchat",
    "Accept": "text/html, text/markdown, text/plain, application/json;q=0.9, */*;q=0.5",
    "Accept-Encoding": "identity",
}

_PHRASES = {each.value: each.phrase for each in HTTPStatus}

Resolve = Callable[[str, int], Awaitable[list[str]]]
Connect = Callable[[str], httpx.AsyncBaseTransport]


class PageRefused(ValueError):
    """A page that cannot be had; the text is a whole sentence for the person."""


@dataclass(frozen=True, slots=True)
class Page:
    """What came: the address that it came from in the end, what it says to be, and its bytes."""

    url: str
    type: str
    charset: str
    data: bytes


async def resolved(host: str, port: int) -> list[str]:
    """The addresses that a name means now."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


async def fetch(given: str, resolve: Resolve = resolved, connect: Connect | None = None) -> Page:
    """Fetch a page by the address that a person typed; raises PageRefused.

    Each name is looked up once, and what it meant then is connected to; redirects are looked at like the first address.
    A proxy looks names up itself: often it alone can, and nobody else need learn what is fetched.
    """
    url = _typed(given)
    try:
        async with asyncio.timeout(LONGEST_S):
            if connect is None:
                connect = await asyncio.to_thread(_transports, os.environ)
            return await _follow(url, host_of(url), resolve, connect)
    except TimeoutError:
        raise PageRefused(f"{_name(url)} did not come within {LONGEST_S:.0f} seconds.") from None
    except SettingFault as fault:
        raise PageRefused(str(fault)) from None


def _typed(given: str) -> str:
    """The address that a person meant; https where no scheme is written."""
    url = given.strip()
    if "://" not in url:
        url = f"https://{url}"
    if scheme_of(url) not in PORTS:
        raise PageRefused("Only pages of http:// and https:// can be fetched.")
    if fault := fault_of(url):
        raise PageRefused(f"The address {fault}.")
    return url


async def _follow(url: str, typed: str, resolve: Resolve, connect: Connect) -> Page:
    for _ in range(_MOST_REDIRECTS + 1):
        places = await _places(url, typed, resolve)
        found = await _ask(url, places, connect)
        if isinstance(found, Page):
            return found
        onward = urljoin(url, found)
        if scheme_of(onward) not in PORTS or fault_of(onward):
            raise PageRefused(f"{_name(url)} leads on to an address that is not fetched: {_name(onward)}.")
        url = onward
    raise PageRefused(f"{_name(url)} only leads on, more than {_MOST_REDIRECTS} times.")


async def _places(url: str, typed: str, resolve: Resolve) -> list[str]:
    """The addresses to connect to; private ones only where the person typed them."""
    host, port = host_of(url), httpx.URL(url).port or PORTS[scheme_of(url)]
    literal = address_of(host)
    if literal is not None or is_loopback(host):
        if host != typed and not (literal is not None and is_public(host)):
            raise PageRefused(
                f"The page leads on to {safe_line(host)}, which is no public address. Type it to fetch it."
            )
        return [str(literal)] if literal is not None else ["127.0.0.1", "::1"]
    name = httpx.URL(url).raw_host.decode("ascii")
    if _proxy(url, os.environ) is not None:
        if not is_public_name(name):
            raise PageRefused(
                f"{safe_line(host)} is no public name, and the proxy may know it as a place of a private network. "
                "Type the address itself to fetch from there."
            )
        return [name]
    try:
        found = await resolve(name, port)
    except (OSError, UnicodeError):
        raise PageRefused(
            f"{safe_line(host)} is not known: the name is wrong, or there is no network."
        ) from None
    public = [each for each in found if is_public(each)]
    if not public:
        where = found[0] if found else "nothing"
        raise PageRefused(
            f"{safe_line(host)} means {safe_line(where)}, which is no public address. "
            "Type the address itself to fetch from there."
        )
    return public


async def _ask(url: str, places: list[str], connect: Connect) -> Page | str:
    """The page, or where it leads on to; asked of the first place that can be reached."""
    wanted = httpx.URL(url).copy_with(fragment=None)
    host = wanted.raw_host.decode("ascii")
    name = httpx.Request("GET", wanted).headers["Host"]
    error: Exception | None = None
    for place in places:
        client = httpx.AsyncClient(
            transport=connect(url), trust_env=False, timeout=httpx.Timeout(LONGEST_S, connect=_CONNECT_S)
        )
        async with client:
            try:
                request = client.build_request(
                    "GET",
                    wanted.copy_with(host=place),
                    headers={**_HEADERS, "Host": name},
                    extensions={"sni_hostname": host},
                )
                response = await client.send(request, stream=True)
                try:
                    return await _read(url, response)
                finally:
                    await response.aclose()
            except httpx.ConnectError as failed:
                error = error or failed
            except httpx.HTTPError as failed:
                raise PageRefused(f"{_name(url)} cannot be read: {_reason(failed)}") from None
    raise PageRefused(f"{_name(url)} cannot be reached: {_reason(error)}")


async def _read(url: str, response: httpx.Response) -> Page | str:
    status = response.status_code
    if status in (301, 302, 303, 307, 308) and (onward := response.headers.get("Location")):
        return str(onward)
    if not 200 <= status < 300:
        raise PageRefused(f"{_name(url)} answers {status} {_PHRASES.get(status, '')}".strip() + ".")
    data = bytearray()
    async for piece in response.aiter_raw():
        data += piece
        if len(data) > MOST_BYTES:
            raise PageRefused(f"{_name(url)} is larger than {MOST_BYTES >> 20} MB.")
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    packed = response.headers.get("Content-Encoding", "").strip().lower()
    return Page(_open(url), kind, response.charset_encoding or "", _unpacked(url, bytes(data), packed))


def _unpacked(url: str, data: bytes, packed: str) -> bytes:
    """The bytes of a page that was packed though nobody asked for that, in the same limit."""
    if packed in ("", "identity"):
        return data
    if packed not in ("gzip", "x-gzip", "deflate"):
        raise PageRefused(
            f"{_name(url)} is packed in a way that is not known here ({safe_line(packed)[:20]})."
        )
    try:
        unpacking = zlib.decompressobj(wbits=47 if "gzip" in packed or data[:1] == b"\x78" else -15)
        out = unpacking.decompress(data, MOST_BYTES + 1)
    except zlib.error:
        raise PageRefused(f"{_name(url)} is damaged: it cannot be unpacked.") from None
    if len(out) > MOST_BYTES:
        raise PageRefused(f"{_name(url)} is larger than {MOST_BYTES >> 20} MB.")
    return out


def _transports(environment: Mapping[str, str]) -> Connect:
    trusted = certificates.context(Trust(), environment)

    def connect(url: str) -> httpx.AsyncBaseTransport:
        proxy = _proxy(url, environment)
        if proxy is None:
            return httpx.AsyncHTTPTransport(verify=trusted)
        return RouteTransport(Route(proxy=proxy, trust=Trust()), environment)

    return connect


def _proxy(url: str, environment: Mapping[str, str]) -> Proxy | None:
    """The proxy on the way to a page; none to this machine itself."""
    return None if is_loopback(host_of(url)) else proxy_for(url, environment)


def _open(url: str) -> str:
    """An address as it may be shown and sent: without fragment and secrets."""
    return split_secrets(url)[0]


def _name(url: str) -> str:
    return safe_line(_open(url))[:200]


def _reason(error: Exception | None) -> str:
    words = safe_line(str(error)).strip() if error is not None else ""
    return f"{words.rstrip('.')}." if words else "the connection broke."
