"""Which addresses and names are reachable by everyone: what is not may not be fetched from unasked."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

from glmchat.support.address import address_of

# NAT64 (RFC 6052) and the compatible addresses of old carry an IPv4 address at their end.
_CARRIERS = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("::/96"))

# Where names end that mean something only in one network: RFC 6761, 6762 with its appendix G, 8375, and ICANN's
# resolution 2024.07.29.06.
_ONLY_THERE = ("localhost", "local", "home.arpa", "internal", "intranet", "private", "corp", "home", "lan")


def is_public_name(name: str) -> bool:
    """Whether a name of a host may be one of the public internet, as it is written, before it is looked up.

    One that ends in a number is an address in disguise (url.spec.whatwg.org, "ends in a number").
    """
    labels = name.rstrip(".").lower().split(".")
    is_number = labels[-1].isdigit() or labels[-1].startswith("0x")
    ends = {".".join(labels[at:]) for at in range(len(labels))}
    return len(labels) > 1 and not is_number and ends.isdisjoint(_ONLY_THERE)


def is_public(text: str) -> bool:
    """Whether an address is one of the public internet, whatever it is written or wrapped in."""
    place = address_of(text)
    if place is None or place.is_multicast or not place.is_global:
        return False
    return all(each.is_global and not each.is_multicast for each in _carried(place))


def _carried(place: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address leads to by a gateway."""
    if isinstance(place, IPv4Address):
        return []
    found = [place.sixtofour, *(place.teredo or ())]
    if any(place in network for network in _CARRIERS):
        found.append(IPv4Address(int(place) & 0xFFFFFFFF))
    return [each for each in found if each is not None]
