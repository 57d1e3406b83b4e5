"""What went wrong below the API: connections, proxies, redirects, answers that are not JSON."""

from __future__ import annotations

import re
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from glmchat.address import host_of, scheme_of
from glmchat.api import requests
from glmchat.api.endpoint import Endpoint
from glmchat.api.error_bodies import make_error, read
from glmchat.api.errors import ApiError, CutError, NetworkError, ProtocolError, redact

_ERROR_BODY_LIMIT = 256 * 1024
_EXCERPT = 300
# Where a response keeps the address that it points to, among httpx's extensions.
LOCATION = "glmchat.location"
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]*)?")


async def read_text(response: httpx.Response, limit: int) -> str:
    """Read a body up to `limit` bytes as text; a connection that breaks on the way gives what came."""
    pieces: list[bytes] = []
    size = 0
    try:
        async for piece in response.aiter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size >= limit:
                break
    except httpx.HTTPError:
        pass
    return (
        b"".join(pieces)[:limit]
        .decode(response.charset_encoding or "utf-8", "replace")
        .removeprefix("\ufeff")
    )


async def raise_for_status(endpoint: Endpoint, response: httpx.Response) -> None:
    """Raise the ApiError that a status other than a success stands for."""
    status = response.status_code
    if 200 <= status < 300:
        return
    if status < 400:
        raise _redirect(endpoint, status, response.extensions.get(LOCATION, ""))
    secrets = requests.secrets_of(endpoint)
    text = await read_text(response, _ERROR_BODY_LIMIT)
    raise make_error(status, text, secrets=secrets, retry_after_s=retry_after(response.headers))


async def keep_location(response: httpx.Response) -> None:
    """Take ``Location`` out of httpx's sight, which fails over one that is no address even where it follows none."""
    response.extensions[LOCATION] = response.headers.pop("location", "")


def _redirect(endpoint: Endpoint, status: int, location: str) -> ProtocolError:
    """The error for an answer that only points elsewhere; the address is told by its host alone."""
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


def words(endpoint: Endpoint, error: BaseException) -> str:
    """What an exception says, without secrets; its name where it says nothing."""
    return redact(str(error), requests.secrets_of(endpoint)) or type(error).__name__


def not_this_api(endpoint: Endpoint, text: str) -> ProtocolError:
    """The error for a success that is not this API's, with the first words of what came."""
    said = redact(read(text).message, requests.secrets_of(endpoint))
    said = said if len(said) <= _EXCERPT else said[: _EXCERPT - 3] + "..."
    return ProtocolError(said or "The answer is empty.")


def from_httpx(endpoint: Endpoint, error: httpx.HTTPError) -> ApiError:
    """The ApiError for a request that failed before a reply began."""
    host = endpoint.host
    said = words(endpoint, error)
    match error:
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            wait = f"{endpoint.timeouts.connect:g}"
            return NetworkError(f"No connection to {host} within {wait} seconds.", transient=True)
        case httpx.TimeoutException():
            wait = f"{endpoint.timeouts.idle:g}"
            return NetworkError(f"{host} accepted the connection but sent nothing for {wait} seconds.")
        case httpx.ProxyError():
            return NetworkError(
                f"The proxy refused the connection: {said}",
                advice="Look at HTTPS_PROXY, HTTP_PROXY and ALL_PROXY, and at what the proxy asks for.",
            )
        case httpx.UnsupportedProtocol() | httpx.LocalProtocolError():
            return NetworkError("The request cannot be sent as it is configured.", retryable=False)
        case httpx.RemoteProtocolError() if "_SWITCH_UPGRADE" in said:
            return ProtocolError(f"{host} answered 101, to go on in another protocol than HTTP.", status=101)
        case httpx.RemoteProtocolError() if "disconnect" not in said.lower():
            return ProtocolError(said)
        case httpx.DecodingError():
            return ProtocolError(said)
        case httpx.ConnectError() if _is_certificate(error):
            return NetworkError(
                f"The certificate of {host} was not accepted: {said}",
                advice="Check the address and this machine's clock. A proxy may need its own certificate.",
                retryable=False,
            )
    if isinstance(error, httpx.ConnectError):
        return NetworkError(f"No connection to {host}: {said}", transient=True)
    return NetworkError(f"{host} closed the connection without an answer.", transient=True)


def while_reading(endpoint: Endpoint, error: httpx.HTTPError) -> ApiError:
    """The ApiError for a reply that broke off on the way."""
    if isinstance(error, httpx.TimeoutException):
        return CutError(f"The reply stopped: nothing came for {endpoint.timeouts.idle:g} seconds.")
    if isinstance(error, httpx.DecodingError):
        return CutError("The reply stopped: its compression is damaged.")
    return CutError("The connection broke before the reply was finished.")


def _is_certificate(error: BaseException | None) -> bool:
    seen = 0
    while error is not None and seen < 10:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
        seen += 1
    return False
