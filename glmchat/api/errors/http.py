"""What went wrong with an answer below the API: its status, a redirect, its compression, its end."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from glmchat.api.endpoint import Endpoint
from glmchat.api.errors import words
from glmchat.api.errors.bodies import make_error, read
from glmchat.api.errors.connection import speaks_tls
from glmchat.api.errors.tree import ApiError, CutError, ProtocolError, RateLimitError
from glmchat.api.network import requests
from glmchat.api.network.attempt import Attempt
from glmchat.api.redaction import redact
from glmchat.api.replies.quotas import quotas_of
from glmchat.support.address import host_of, scheme_of

_ERROR_BODY_LIMIT = 256 * 1024
_EXCERPT = 300
# Where a response keeps the address that it points to, among httpx's extensions.
LOCATION = "glmchat.location"
# Statuses that a proxy gives in its own name too.
_OF_PROXIES = frozenset({407, 502, 503, 504})
# Successes whose body is empty by definition (RFC 9110, 15.3.5 and 15.3.6).
_WITHOUT_CONTENT = frozenset({204, 205})
# What web servers say to plain HTTP on a port of HTTPS: nginx, Go, Apache.
_PLAIN_TO_TLS = re.compile(
    r"plain HTTP request was sent to HTTPS|HTTP request to an HTTPS server|plain HTTP to an SSL",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]*)?")


async def read_text(response: httpx.Response, limit: int, seconds: float) -> str:
    """Read a body up to `limit` bytes and so many seconds as text; what breaks on the way gives what came."""
    pieces: list[bytes] = []
    size = 0
    with suppress(httpx.HTTPError, TimeoutError):
        async with asyncio.timeout(seconds):
            async for piece in response.aiter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size >= limit:
                    break
    data = b"".join(pieces)[:limit]
    try:
        text = data.decode(response.charset_encoding or "utf-8", "replace")
    except (LookupError, ValueError):  # a charset that nobody knows, or one of Python's that is none
        text = data.decode("utf-8", "replace")
    return text.removeprefix("\ufeff")


async def raise_for_status(attempt: Attempt, response: httpx.Response, packed: str) -> None:
    """Raise the ApiError that a status other than a success stands for; `packed` names a compression unknown here."""
    status, endpoint, proxy = response.status_code, attempt.endpoint, attempt.route.proxy
    if 200 <= status < 300:
        if packed:
            raise _packed(packed)
        if status in _WITHOUT_CONTENT:
            raise ProtocolError(
                f"The endpoint answered {status}: it took the request and has nothing to say to it.",
                advice="A chat-completions API answers with a reply. Check the base URL and the gateway between.",
                status=status,
            )
        return
    if status < 400:
        raise _redirect(endpoint, status, response.extensions.get(LOCATION, ""))
    text = "" if packed else await read_text(response, _ERROR_BODY_LIMIT, endpoint.timeouts.idle)
    if status == 400 and scheme_of(endpoint.base_url) == "http" and _PLAIN_TO_TLS.search(text):
        raise speaks_tls(endpoint.host, status)
    error = make_error(status, text, secrets=attempt.secrets, retry_after_s=retry_after(response.headers))
    if isinstance(error, RateLimitError):
        _tell_spent(error, response.headers)
    if proxy is not None and status in _OF_PROXIES:
        advice = f"It came through the proxy {proxy}, which may have said so itself."
        error.failure = replace(error.failure, advice=f"{error.failure.advice} {advice}")
    raise error


def _tell_spent(error: RateLimitError, headers: httpx.Headers) -> None:
    """Say which limits are used up, and wait for them where the endpoint does not say how long."""
    spent = [quota for quota in quotas_of(headers) if not quota.left]
    if not spent:
        return
    told = " ".join(f"{quota.sentence}." for quota in spent)
    error.failure = replace(error.failure, advice=f"{error.failure.advice} {told}")
    waits = [quota.resets_s for quota in spent if quota.resets_s is not None]
    if error.retry_after_s is None and waits:
        error.retry_after_s = max(waits)


def _packed(names: str) -> ProtocolError:
    return ProtocolError(
        f"The answer is packed in a way that cannot be read here (Content-Encoding: {names}).",
        advice="It was not asked for. Have the gateway or proxy between send answers as they are; "
        'br and zstd can be read after: pip install "glmchat[compression]".',
    )


async def keep_location(response: httpx.Response) -> None:
    """Take ``Location`` out of httpx's sight, which fails over one that is no address even where it follows none."""
    response.extensions[LOCATION] = response.headers.pop("location", "")


def _redirect(endpoint: Endpoint, status: int, location: str) -> ProtocolError:
    """The error for an answer that only points elsewhere; of the address only the host is named."""
    if status == 304:
        return ProtocolError(
            "The endpoint answered 304, as if its answer were known here already.",
            advice="Something between that keeps copies may be at fault. Check the base URL and the proxy.",
            status=status,
        )
    host = host_of(location)
    if host == endpoint.host:
        scheme = scheme_of(location)
        target = "another path" if scheme == scheme_of(endpoint.base_url) else f"its {scheme}:// address"
    else:
        target = redact(host, requests.secrets_of(endpoint)) or "another address"
    return ProtocolError(
        f"The endpoint answered {status} and points to {target}.",
        advice="Redirects are not followed, so that the key goes nowhere else. Check the base URL.",
        status=status,
    )


def retry_after(headers: httpx.Headers, now: datetime | None = None) -> float | None:
    """Seconds to wait by ``Retry-After``, in seconds or as a date (RFC 9110, 10.2.3); None without one."""
    value = headers.get("retry-after", "").strip()
    milliseconds = headers.get("retry-after-ms", "").strip()
    if _NUMBER.fullmatch(milliseconds):
        return float(milliseconds) / 1000
    if _NUMBER.fullmatch(value):
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - (now or datetime.now(UTC))).total_seconds())


def not_this_api(endpoint: Endpoint, text: str) -> ProtocolError:
    """The error for a success that is not this API's, with the first words of what came."""
    said = read(text)
    shown = redact(said.message, requests.secrets_of(endpoint))
    shown = shown if len(shown) <= _EXCERPT else shown[: _EXCERPT - 3] + "..."
    advice = words.WALL if said.page and words.guards(said.page) else None
    return ProtocolError(shown or "The answer is empty.", advice=advice)


def other_interface(name: str) -> ProtocolError:
    """The error for a success in the events of another interface, which is called by its `name`."""
    return ProtocolError(
        f"The endpoint answers in the form of {name}, not of chat completions.",
        advice="Check the base URL: the same provider mostly has another address for this interface.",
    )


def too_large(limit: int) -> ProtocolError:
    """The error for a reply that goes on without an end where one must come."""
    return ProtocolError(
        f"The reply went on for more than {limit >> 20} MB in one piece, and was given up.",
        advice="No model says so much at once. Check the base URL. What came before is kept.",
    )


def while_reading(idle_s: float, error: httpx.HTTPError) -> ApiError:
    """The ApiError for a reply that broke off on the way."""
    if isinstance(error, httpx.TimeoutException):
        return CutError(f"The reply stopped: nothing came for {idle_s:g} seconds.")
    if isinstance(error, httpx.DecodingError):
        return CutError("The reply stopped: its compression is damaged.")
    return CutError("The connection broke before the reply was finished.")
