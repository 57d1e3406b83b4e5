"""Web addresses: the host that a URL points at, whether that is this machine, and what lies below a base URL."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, unquote_plus, urlsplit

from glmchat.support.secret_names import is_secret_parameter

# What a link may open that a model wrote.
LINK_SCHEMES = ("http", "https", "mailto")
CHAT_PATH = "/chat/completions"
# The ports of the schemes that an endpoint may have.
PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
# A label of a host's name as resolvers take it: letters, digits, _ and, not first, -; names of other scripts become
# such labels on their way. Said by what does not belong to it, for a set of a million letters takes long to prepare.
_LABEL = re.compile(r"[^\x00-/:-@\[-^`{-\x7f][^\x00-,./:-@\[-^`{-\x7f]{0,62}")


def scheme_of(url: str) -> str:
    """The scheme of a URL in lower case; empty where it has none."""
    parts = _parts(url)
    return parts.scheme if parts is not None else ""


def host_of(url: str) -> str:
    """The host of a URL, in lower case and without the dot that ends a full name; empty where it has none."""
    parts = _parts(url)
    return (parts.hostname or "").rstrip(".").lower() if parts is not None else ""


def place_of(url: str) -> str:
    """Host and port of a URL, the port named also where it is the usual one; empty where it has no host."""
    parts, host = _parts(url), host_of(url)
    if parts is None or not host:
        return ""
    try:
        return f"{host}:{parts.port or PORTS.get(parts.scheme)}"
    except ValueError:
        return ""


def origin_of(url: str) -> str:
    """A URL without all that follows its place; empty where it has no host."""
    parts = _parts(url)
    return f"{parts.scheme}://{parts.netloc}" if parts is not None and host_of(url) else ""


def name_of(url: str) -> str:
    """What a URL's place is called: its host, and the port where it is written; empty where it has no host."""
    parts = _parts(url)
    return parts.netloc.rpartition("@")[2] if parts is not None else ""


def path_of(url: str) -> str:
    """The path of a URL without the slash at its end; empty where it has none."""
    parts = _parts(url)
    return parts.path.rstrip("/") if parts is not None else ""


def fault_of(url: str) -> str:
    """What is wrong with a text as the address of an endpoint, in words that follow "it"; empty where nothing is.

    The words never repeat the text, which may hold a secret.
    """
    if not url.isprintable() or " " in url:
        return "holds a space or a control character"
    scheme = _SCHEME.match(url)
    if scheme is None:
        return "does not begin with https:// or http://"
    if scheme[1].lower() not in PORTS:
        return "begins with another scheme than https:// or http://"
    try:
        parts = urlsplit(url)
    except ValueError:
        return "has brackets that hold no IPv6 address"
    if "@" in parts.netloc:
        return "has a user name or a password before its host"
    host, port = split_port(parts.netloc)
    if host.lower() in PORTS and parts.path.startswith("//"):
        return "has a second https:// or http:// where its host should stand"
    if not host:
        return "has no host"
    if port and not (port.isascii() and port.isdigit() and 0 < int(port[:9]) < 65536):
        return "has a port that is no number from 1 to 65535"
    if host.startswith("["):
        return "" if address_of(host) else "has brackets that hold no IPv6 address"
    return "" if _is_name(host) else "has a host that is no name of one"


def split_port(place: str) -> tuple[str, str]:
    """The host of a place such as ``host:80`` or ``[::1]:80``, its brackets kept, and the port; empty without one."""
    end = place.find("]") + 1 if place.startswith("[") else 0
    host, _, port = place[end:].partition(":")
    return place[:end] + host, port


def _is_name(host: str) -> bool:
    return len(host) <= 253 and all(map(_LABEL.fullmatch, host.removesuffix(".").split(".")))


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    host = host.rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    place = address_of(host)
    return place is not None and place.is_loopback


def address_of(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that a host is, with brackets or without; None for a name."""
    try:
        place = ip_address(host.removeprefix("[").removesuffix("]").partition("%")[0])
    except ValueError:
        return None
    # An IPv4 address that is written as an IPv6 one is the same place.
    mapped = place.ipv4_mapped if isinstance(place, IPv6Address) else None
    return mapped or place


def split_secrets(url: str) -> tuple[str, str]:
    """A URL without its fragment and the secrets of its query, and these as they were written in the query."""
    parts = _parts(url)
    if parts is None or not (parts.query or parts.fragment):
        return url, ""
    open_ones: list[str] = []
    secret: list[str] = []
    for each in parts.query.split("&"):
        name = unquote_plus(each.partition("=")[0])
        (secret if is_secret_parameter(name) else open_ones).append(each)
    return parts._replace(query="&".join(open_ones), fragment="").geturl(), "&".join(secret)


def below(base_url: str, path: str, more: str = "") -> str:
    """The address of a path below a base URL, whose query is kept, with `more` behind it.

    ``CHAT_PATH`` may end the base URL or not.
    """
    parts = _parts(base_url)
    if parts is None:
        return base_url
    base = parts.path.rstrip("/").removesuffix(CHAT_PATH).rstrip("/")
    query = "&".join(filter(None, (parts.query, more)))
    return parts._replace(path=base + path, query=query, fragment="").geturl()


def _parts(url: str) -> SplitResult | None:
    try:
        return urlsplit(url.strip())
    except ValueError:
        return None
