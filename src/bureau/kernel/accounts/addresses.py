"""Which address a request is counted under, how it came, and who may say so."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

# what a peer without an address (a unix socket) and a malformed one are counted under
NO_ADDRESS = "0.0.0.0"
# one customer of an IPv6 network usually holds a whole /64 (RFC 6177)
IPV6_PREFIX = 64
# headers that only proxies add, in lower case; so is each that begins with x-forwarded-
PROXY_HEADERS = frozenset(
    {"forwarded", "via", "x-real-ip", "true-client-ip", "cf-connecting-ip", "x-client-ip"}
)
SCHEMES = frozenset({"http", "https"})


def address_of(request: HttpRequest) -> str:
    """The caller's address for counting attempts; see `counted_address`."""
    return counted_address(
        peer=request.META.get("REMOTE_ADDR", ""),
        forwarded_for=request.META.get("HTTP_X_FORWARDED_FOR", ""),
        trusted=settings.ENV.trusted_proxies,
    )


def counted_address(*, peer: str, forwarded_for: str, trusted: Sequence[str]) -> str:
    """Decide whose attempt it is.

    The header is believed only hop by hop: it is read from its end for as long as the address that
    wrote the entry is a trusted proxy, so whatever the client itself put in front is never reached.

    Args:
        peer: address of the other end of the connection.
        forwarded_for: the `X-Forwarded-For` header, or an empty string.
        trusted: addresses or networks (`10.0.0.0/8`) of proxies.

    Returns:
        An IPv4 address, or the first address of the caller's IPv6 /64.
    """
    caller, _ = _through_proxies(peer, forwarded_for, trusted)
    parsed = _parse(caller)
    if parsed is None:
        return NO_ADDRESS
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, IPV6_PREFIX), strict=False).network_address)
    return str(parsed)


def forwarded_scheme(
    *, peer: str, forwarded_for: str, forwarded_proto: str, trusted: Sequence[str]
) -> str:
    """Decide how the caller reached the outermost trusted proxy.

    Args:
        peer, forwarded_for, trusted: as for `counted_address`.
        forwarded_proto: the `X-Forwarded-Proto` header. Where proxies add to it, entries are
            counted from its end like those of `X-Forwarded-For`, so that what a client put in
            front is never reached.

    Returns:
        `http` or `https`; empty when nobody who is believed says either.
    """
    if not is_trusted(peer, trusted):
        return ""
    _, proxies = _through_proxies(peer, forwarded_for, trusted)
    said = [scheme.strip().lower() for scheme in forwarded_proto.split(",")]
    scheme = said[-min(max(proxies, 1), len(said))]
    return scheme if scheme in SCHEMES else ""


def _through_proxies(peer: str, forwarded_for: str, trusted: Sequence[str]) -> tuple[str, int]:
    """Who is behind the trusted proxies, and how many of those the header was read through."""
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    caller, proxies = peer, 0
    while hops and is_trusted(caller, trusted):
        caller, proxies = hops.pop(), proxies + 1
    return caller, proxies


def is_loopback(peer: str) -> bool:
    """Whether the other end of the connection is this machine."""
    parsed = _parse(peer)
    return parsed is not None and parsed.is_loopback


def is_trusted(address: str, trusted: Sequence[str]) -> bool:
    """Whether an address is one of the proxies that are believed."""
    parsed = _parse(address)
    if parsed is None:
        return False
    return any(parsed in ip_network(entry, strict=False) for entry in trusted)


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(text)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        return parsed.ipv4_mapped
    return parsed
