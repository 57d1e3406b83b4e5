"""What leaves: addresses, headers, and where a key may go."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import parse_qsl

import httpx

from glmchat import __version__
from glmchat.api.endpoint import Endpoint
from glmchat.api.errors.tree import AuthError, BadRequestError
from glmchat.support.address import below, host_of, is_loopback
from glmchat.support.secret_names import is_secret_name

# What is shorter is no secret, but a word that turns up by itself.
SHORTEST = 4


def _parse(base_url: str) -> httpx.URL:
    """Read a base URL the way the request will be sent; raises BadRequestError."""
    try:
        url = httpx.URL(base_url.strip())
        host = host_of(base_url)
        # Where two parsers see two hosts, somebody wants to mislead one of them.
        if (
            url.scheme in ("http", "https")
            and host
            and (host == url.host.rstrip(".").lower() or not host.isascii())
        ):
            return url
    except (httpx.InvalidURL, ValueError):
        pass
    raise BadRequestError(
        "The base URL is not a web address.",
        advice="It begins with https:// (or http:// on this machine) and ends before /chat/completions.",
    ) from None


def address(endpoint: Endpoint, path: str) -> httpx.URL:
    """The URL of a path below the base URL, its query kept; raises BadRequestError for a base URL that is none."""
    _parse(endpoint.base_url)
    return httpx.URL(below(endpoint.base_url, path, endpoint.secret_query))


def secrets_of(endpoint: Endpoint) -> tuple[str, ...]:
    """Every text that must never show: the key, and headers that carry one."""
    found = [endpoint.key.known] if endpoint.key else []
    for name, value in endpoint.headers.items():
        if is_secret_name(name):
            found += [value, value.rpartition(" ")[2]]
    found += [value for _, value in parse_qsl(endpoint.secret_query)]
    with suppress(BadRequestError):
        found.append(_parse(endpoint.base_url).password)
    return tuple(sorted({each for each in found if len(each) >= SHORTEST}, key=len, reverse=True))


def check_key_may_go(endpoint: Endpoint, here: bool | None = None) -> None:
    """Raise AuthError where a key would travel readable: plain http to another machine.

    `here` says whether the host is this machine where more is known than its name.
    """
    url = _parse(endpoint.base_url)
    named = any(map(is_secret_name, endpoint.headers))
    carries = endpoint.key is not None or named or bool(url.userinfo) or bool(endpoint.secret_query)
    if carries and url.scheme == "http" and not (is_loopback(url.host) if here is None else here):
        name = (
            "" if here is None or not is_loopback(url.host) else f" {url.host} does not lead to this machine."
        )
        raise AuthError(
            f"The key was not sent: the base URL begins with http://, so others on the way could read it.{name}",
            advice="Use the https:// address of the endpoint. Plain http is for this machine only.",
        )


def headers(
    endpoint: Endpoint, *, streams: bool, here: bool | None = None, host: str | None = None
) -> httpx.Headers:
    """The request's headers, the provider's own included; raises AuthError or BadRequestError.

    `here` is that of `check_key_may_go`, `host` what the endpoint is called where the address does not say it. The
    key stands only in the value returned, whose `repr` hides it.
    """
    check_key_may_go(endpoint, here)
    if endpoint.key is not None and not _fits_header(endpoint.key.reveal()):
        raise AuthError(
            "The key was not sent: it holds a space, a line break or a character that no key has.",
            advice="Copy the key again, without anything before or after it.",
        )
    for name, value in endpoint.headers.items():
        if not _fits_header(name) or not value.isascii() or not value.isprintable():
            raise BadRequestError(
                "A header of the provider's configuration holds a character that no header may hold.",
                advice="Look at the headers of this provider in the configuration.",
            )
    out = httpx.Headers({"user-agent": f"glmchat/{__version__}", "accept": "application/json"})
    if host is not None:
        out["host"] = host
    if streams:
        out["content-type"] = "application/json"
        out["accept"] = "text/event-stream, application/json"
        # A proxy that compresses a stream tends to hold it back.
        out["accept-encoding"] = "identity"
    if endpoint.key is not None:
        out["authorization"] = "Bearer " + endpoint.key.reveal()
    out.update(dict(endpoint.headers))
    return out


def _fits_header(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and " " not in text
