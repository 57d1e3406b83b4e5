"""What went wrong before an answer came: the network, a proxy, a certificate, something that speaks no HTTP."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator

import httpx

from glmchat.api.errors.tree import ApiError, NetworkError, ProtocolError
from glmchat.api.network.attempt import Attempt, Leg
from glmchat.api.redaction import redact
from glmchat.support.address import scheme_of

_EXCERPT = 80
_HTTP = b"HTTP/"
# Servers of other protocols, by the first bytes that they send.
_SPEAKERS = (
    (re.compile(rb"SSH-"), "SSH"),
    (re.compile(rb"220[ -][^\r\n]*\bE?SMTP", re.IGNORECASE), "SMTP"),
    (re.compile(rb"220[ -][^\r\n]*\bFTP", re.IGNORECASE), "FTP"),
    (re.compile(rb"\* (?:OK|BYE)"), "IMAP"),
    (re.compile(rb"\+OK"), "POP3"),
    (re.compile(rb"-(?:ERR|NOAUTH|DENIED)"), "the protocol of Redis"),
    (re.compile(rb"RFB \d"), "VNC"),
    (re.compile(rb"AMQP"), "AMQP"),
    (re.compile(rb"INFO \{"), "the protocol of NATS"),
    (re.compile(rb"(?:RTSP|SIP)/\d"), "RTSP or SIP"),
    (re.compile(rb"\xff[\xfb-\xfe]"), "Telnet"),
    (re.compile(rb"...\x00\x0a[0-9.]+", re.DOTALL), "the protocol of MySQL"),
    (re.compile(rb"\x00\x00.\x04\x00{5}", re.DOTALL), "HTTP/2 alone (gRPC, say)"),
    (re.compile(rb"[\x14-\x17]\x03[\x00-\x04]"), "TLS"),
)
_NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE",
           "PACKET_LENGTH_TOO_LONG", "UNEXPECTED_MESSAGE", "BAD_RECORD_TYPE", "INVALID_RECORD")  # fmt: skip
_WANTS_CERTIFICATE = ("CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "CERTIFICATE_UNKNOWN", "UNKNOWN_CA")
# Where in Python an error of OpenSSL was noticed.
_SOURCE = re.compile(r"\s*\(_ssl\.c:\d+\)")
# Bytes as Python writes them: h11 quotes the line that it does not take so.
_BYTES = re.compile(r"""(?:bytearray\()?\bb('.*'|".*")\)?""")
_STATUS = re.compile(r"([1-5]\d\d)\b")


def error_of(attempt: Attempt, error: Exception) -> ApiError:
    """The ApiError for a request that failed before an answer began."""
    proxy = attempt.route.proxy
    # What an HTTP proxy fetches itself is answered by nobody else; the way through others is opened by them.
    through = proxy is not None and not proxy.socks and scheme_of(attempt.endpoint.base_url) == "http"
    if proxy is not None and (attempt.leg in (Leg.CONNECT, Leg.PROXY) or through):
        return _of_proxy(attempt, error)
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return _too_late(attempt)
    if _is_tls(error):
        return _tls(attempt.endpoint.host, attempt, error)
    if strange := _strange(attempt):
        return _not_http(attempt.endpoint.host, strange, attempt)
    return _by_class(attempt, error)


def reason(attempt: Attempt, error: BaseException) -> str:
    """What an exception says, the words of the system before those of libraries, without secrets."""
    said = ""
    for each in _chain(error):
        if isinstance(each, OSError) and not isinstance(each, ssl.SSLError) and each.strerror:
            # asyncio puts words of its own in the place of the system's.
            return os.strerror(each.errno) if each.errno and each.errno > 0 else each.strerror
        said = said or _BYTES.sub(r"\1", _SOURCE.sub("", str(each)))
    return redact(said, attempt.secrets) or type(error).__name__


def _by_class(attempt: Attempt, error: Exception) -> ApiError:
    host, said = attempt.endpoint.host, reason(attempt, error)
    match error:
        case httpx.UnsupportedProtocol() | httpx.LocalProtocolError():
            return NetworkError("The request cannot be sent as it is configured.", retryable=False)
        case httpx.RemoteProtocolError() if "_SWITCH_UPGRADE" in said:
            return ProtocolError(f"{host} answered 101, to go on in another protocol than HTTP.", status=101)
        case httpx.RemoteProtocolError() if "disconnect" not in said.lower():
            return ProtocolError(f"{host} answered with something that is not HTTP as it should be: {said}")
        case httpx.ConnectError():
            return NetworkError(f"No connection to {host}: {said}", transient=True)
        case httpx.NetworkError() | httpx.RemoteProtocolError():
            return NetworkError(f"{host} closed the connection without an answer.", transient=True)
    return NetworkError(
        f"The request to {host} failed: {said}",
        advice="This should not happen. Check the base URL and the proxy settings; the log of --log tells more.",
        retryable=False,
    )


def _too_late(attempt: Attempt) -> ApiError:
    host, connect = attempt.endpoint.host, f"{attempt.endpoint.timeouts.connect:g}"
    if attempt.leg is Leg.CONNECT:
        return NetworkError(f"No connection to {host} within {connect} seconds.", transient=True)
    if attempt.leg is Leg.TLS:
        return NetworkError(
            f"{host} accepted the connection but agreed on no encryption within {connect} seconds.",
            advice="If it speaks no TLS on this port, begin the base URL with http://. Otherwise try again.",
            transient=True,
        )
    if strange := _strange(attempt):
        return _not_http(host, strange, attempt)
    if attempt.leg is Leg.SEND:
        return NetworkError(f"{host} took nothing of the request for {attempt.idle_s:g} seconds.")
    what = "no whole answer" if attempt.head else "nothing"
    return NetworkError(f"{host} accepted the connection but sent {what} for {attempt.idle_s:g} seconds.")


def _of_proxy(attempt: Attempt, error: Exception) -> ApiError:
    """The error for a way that goes wrong at the proxy; the endpoint has no part in it."""
    proxy, host = attempt.route.proxy, attempt.endpoint.host
    assert proxy is not None  # noqa: S101  (asked before)
    name, said = f"the proxy {proxy}", reason(attempt, error)
    advice = f"Check {proxy.variable} and the proxy; NO_PROXY names hosts that need none."
    connect = f"{attempt.endpoint.timeouts.connect:g}"

    def failed(sentence: str, *, retryable: bool = True, status: int | None = None) -> NetworkError:
        sentence = sentence[0].upper() + sentence[1:]
        return NetworkError(sentence, advice=advice, retryable=retryable, transient=retryable, status=status)

    if isinstance(error, TimeoutError | httpx.TimeoutException):
        if attempt.leg is Leg.CONNECT:
            return failed(f"No connection to {name} within {connect} seconds.")
        if attempt.leg is Leg.PROXY:
            return failed(f"{name} did not open the way to {host} within {connect} seconds.")
        return failed(f"{name} accepted the connection but sent nothing for {attempt.idle_s:g} seconds.")
    if _is_tls(error):
        return _tls(name, attempt, error)
    if isinstance(error, httpx.ProxyError):
        status = int(found[1]) if (found := _STATUS.match(said)) else None
        if status == 407 or "username" in said or "AUTHENTICATION REQUIRED" in said:
            given = "does not accept" if proxy.user or proxy.password else "asks for"
            return failed(f"{name} {given} the user name and the password.", retryable=False, status=407)
        passes = status is None or status >= 500
        return failed(
            f"{name} could not open the way to {host}: {said}", retryable=passes and "ruleset" not in said
        )
    if isinstance(error, httpx.ConnectError):
        return failed(f"No connection to {name}: {said}")
    speaks = "SOCKS" if proxy.socks else "HTTP"
    hung_up = isinstance(error, httpx.NetworkError) or "disconnect" in said.lower()
    if (
        (proxy.socks and attempt.head)
        or (not proxy.socks and _strange(attempt))
        or not (hung_up or proxy.socks)
    ):
        return failed(f"{name} does not speak {speaks} there.", retryable=False)
    return failed(f"{name} closed the connection without an answer.")


def _strange(attempt: Attempt) -> bytes:
    """The first bytes of what answered, where it does not begin as HTTP does."""
    head = attempt.head
    return b"" if head[: len(_HTTP)] == _HTTP[: len(head)] else head


def _not_http(host: str, head: bytes, attempt: Attempt) -> ProtocolError:
    speaker = next((name for pattern, name in _SPEAKERS if pattern.match(head)), "")
    if speaker == "TLS":
        return speaks_tls(host)
    if speaker:
        sentence = f"{host} speaks {speaker} on this port, not HTTP."
    else:
        words = redact(head.decode("utf-8", "replace"), attempt.secrets).split("\n")[0].strip()[:_EXCERPT]
        sentence = f"{host} did not answer in HTTP, but with {words!r}."
    return ProtocolError(sentence, advice="Check the host and the port of the base URL.")


def speaks_tls(host: str, status: int | None = None) -> ProtocolError:
    """The error for plain HTTP that came to a port of HTTPS."""
    return ProtocolError(
        f"{host} speaks TLS on this port, and the base URL begins with http://.",
        advice="Begin the base URL with https://.",
        status=status,
    )


def _tls(name: str, attempt: Attempt, error: Exception) -> ApiError:
    said = reason(attempt, error)
    if any(word in said for word in _NO_TLS):
        return ProtocolError(
            f"{name[0].upper()}{name[1:]} does not speak TLS on this port.",
            advice="If it is a server without a certificate, begin its address with http://; "
            "otherwise check the port. A key goes over plain http to this machine only.",
        )
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return NetworkError(
            f"The certificate of {name} was not accepted: {said}",
            advice="Check the address and this machine's clock. A certificate of your own or of a proxy goes into "
            "SSL_CERT_FILE, or into ca_file of the provider in the configuration.",
            retryable=False,
        )
    if any(word in said for word in _WANTS_CERTIFICATE):
        return NetworkError(
            f"{name[0].upper()}{name[1:]} wants a certificate of this program, or another one: {said}",
            advice="Name it with client_cert_file of the provider in the configuration.",
            retryable=False,
        )
    ended = "EOF" in said
    return NetworkError(
        f"No encrypted connection to {name}: {said}",
        advice="Check the address, and what stands between here and there. Where it asks for a certificate of this "
        "program, name one with client_cert_file of the provider in the configuration.",
        retryable=ended,
        transient=ended,
    )


def _is_tls(error: BaseException) -> bool:
    return any(isinstance(each, ssl.SSLError) or "[SSL" in str(each) for each in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and what it came of, at most ten steps far."""
    seen: BaseException | None = error
    for _ in range(10):
        if seen is None:
            return
        yield seen
        inner = seen.exceptions[0] if isinstance(seen, BaseExceptionGroup) else None
        seen = inner or seen.__cause__ or seen.__context__
