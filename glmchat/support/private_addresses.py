"""Which addresses are reachable by everyone: a name that means another one may not be fetched from unasked."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

from glmchat.support.address import address_of

# NAT64 (RFC 6052) and the compatible addresses of old carry an IPv4 address at their end.
_CARRIERS = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("::/96"))


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
