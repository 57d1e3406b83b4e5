"""The proxy that a request goes through, by the environment: which variable holds it, and which hosts need none.

Read like curl does (curl.se/libcurl/c/CURLOPT_PROXY.html, CURLOPT_NOPROXY.html), and forgiving where others are:
brackets around IPv6 addresses, ports and ``*.`` in ``NO_PROXY``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from ipaddress import ip_network
from urllib.parse import unquote, urlsplit

from glmchat.api.errors.tree import SettingFault
from glmchat.support.address import PORTS, address_of, fault_of, split_port

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_NAMES = re.compile(r"[\s,]+")
_SYSTEM = "the system's settings"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy, and the variable that names it; its user and password show nowhere."""

    scheme: str
    host: str
    port: int
    variable: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def socks(self) -> bool:
        """Whether it speaks SOCKS, not HTTP."""
        return self.scheme.startswith("socks")

    def __str__(self) -> str:
        return f"{self.host}:{self.port} ({self.variable})"


def proxy_for(url: str, environment: Mapping[str, str]) -> Proxy | None:
    """The proxy on the way to a URL, None where there is none; raises SettingFault for one that cannot be used."""
    parts = urlsplit(url)
    found = _find(environment, parts.scheme)
    if found is None:
        return None
    host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    if bypassed(parts.scheme, host, port, _value(environment, "no_proxy")[1]):
        return None
    return _read(*found)


def _find(environment: Mapping[str, str], scheme: str) -> tuple[str, str] | None:
    """The variable that holds for a scheme, and its value."""
    for name in (f"{scheme}_proxy", "all_proxy"):
        variable, value = _value(environment, name)
        # In a CGI program this one is a header of the request (httpoxy.org).
        if value and not (variable == "HTTP_PROXY" and "REQUEST_METHOD" in environment):
            return variable, value
    if sys.platform in ("darwin", "win32") and not any(
        name.lower().endswith("_proxy") for name in environment
    ):
        from urllib.request import getproxies

        value = getproxies().get(scheme, "")
        return (_SYSTEM, value) if value else None
    return None


def _value(environment: Mapping[str, str], name: str) -> tuple[str, str]:
    """A variable as it is spelt in the environment, small letters first, and its value without spaces around."""
    names = [each for each in (name, name.upper()) if environment.get(each, "").strip()]
    variable = names[0] if names else name
    return variable, environment.get(variable, "").strip()


def bypassed(scheme: str, host: str, port: int, no_proxy: str) -> bool:
    """Whether a host is reached without a proxy by the value of ``NO_PROXY``."""
    host = host.rstrip(".").lower()
    return any(_covers(each.lower(), scheme, host, port) for each in _NAMES.split(no_proxy) if each)


def _covers(entry: str, scheme: str, host: str, port: int) -> bool:
    """Whether one entry means a host: all of them, a range or an address, or a name with all below it."""
    if entry == "*":
        return True
    if "://" in entry:
        only, _, entry = entry.partition("://")
        if only not in (scheme, "all"):
            return False
        entry = entry.rstrip("/")
    here = address_of(host)
    if "/" in entry:
        try:
            network = ip_network(entry.replace("[", "").replace("]", ""), strict=False)
        except ValueError:
            return False
        return here is not None and here in network
    if address_of(entry) is not None:
        return here == address_of(entry)
    name, only_port = split_port(entry)
    if only_port and only_port != str(port):
        return False
    if address_of(name) is not None:
        return here == address_of(name)
    name = name.removeprefix("*").strip(".")
    return bool(name) and (host == name or (here is None and host.endswith(f".{name}")))


def _read(variable: str, value: str) -> Proxy:
    """Read a proxy's address; raises SettingFault, whose words never repeat the value."""
    if not value.isprintable() or " " in value:
        raise _fault(variable, "holds a space or a control character")
    scheme, separator, rest = value.partition("://")
    scheme, rest = (scheme.lower(), rest) if separator else ("http", value)
    if scheme not in _PORTS:
        known = "begins with socks://; write socks5:// for a SOCKS proxy of version 5"
        raise _fault(
            variable,
            known if scheme == "socks" else "begins with another scheme than http, https, socks5 or socks5h",
        )
    cut = re.search(r"[/?#]", rest)
    if cut is not None and "@" in rest[cut.start() :]:
        raise _fault(
            variable,
            f"has a {cut[0]} in its user name or password, which must be written there as %{ord(cut[0]):02X}",
        )
    account, _, place = (rest[: cut.start()] if cut else rest).rpartition("@")
    fault = fault_of(f"http://{place}")
    if fault:
        raise _fault(variable, fault)
    try:
        host, port = split_port(place.encode("idna").decode())
    except UnicodeError:
        raise _fault(variable, "has a host that is no name of one") from None
    user, _, password = account.partition(":")
    proxy = Proxy(scheme, host, int(port or _PORTS[scheme]), variable, unquote(user), unquote(password))
    if proxy.socks and find_spec("socksio") is None:
        raise SettingFault(
            f"The proxy {proxy} is a SOCKS proxy, and the part that speaks SOCKS is not installed.",
            f'Install it with: pip install "glmchat[socks]". Or unset {variable}.',
        )
    return proxy


def _fault(variable: str, fault: str) -> SettingFault:
    return SettingFault(
        f"The proxy in {variable} cannot be used: its address {fault}.",
        f"It looks like http://host:8080 or http://name:password@host:8080. Correct {variable}, or unset it.",
    )
