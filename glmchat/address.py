"""Web addresses: the host that a URL points at, whether that is this machine, and what lies below a base URL."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

# What a link may open that a model wrote.
LINK_SCHEMES = ("http", "https", "mailto")
CHAT_PATH = "/chat/completions"
_PORTS = {"http": 80, "https": 443}


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
        return f"{host}:{parts.port or _PORTS.get(parts.scheme)}"
    except ValueError:
        return ""


def name_of(url: str) -> str:
    """What a URL's place is called: its host, and the port where it is written; empty where it has no host."""
    parts = _parts(url)
    return parts.netloc.rpartition("@")[2] if parts is not None else ""


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        place = ip_address(host)
    except ValueError:
        return False
    # An IPv4 address that is written as an IPv6 one is the same place.
    mapped = place.ipv4_mapped if isinstance(place, IPv6Address) else None
    return (mapped or place).is_loopback


def below(base_url: str, path: str) -> str:
    """The address of a path below a base URL, whose query is kept; ``CHAT_PATH`` may end the base URL or not."""
    parts = _parts(base_url)
    if parts is None:
        return base_url
    base = parts.path.rstrip("/").removesuffix(CHAT_PATH).rstrip("/")
    return parts._replace(path=base + path, fragment="").geturl()


def _parts(url: str) -> SplitResult | None:
    try:
        return urlsplit(url.strip())
    except ValueError:
        return None
