"""Which words may leave the house: only those of desks that the administrator let do so."""

from __future__ import annotations

import ipaddress
import socket
import time
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bureau.kernel.ai.addresses import host_of
from bureau.kernel.ai.ports import ProviderRefused
from bureau.kernel.ai.providers import VENDOR_HOSTS

if TYPE_CHECKING:
    from bureau.environment import Environment

# this machine and the networks that nobody routes (RFC 1918, RFC 4193)
_NETWORKS = tuple(
    map(
        ipaddress.ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"),
    )
)
# for how long a name's addresses are believed; seconds
_BELIEVED = 60


def refuse_abroad(provider: str, base_url: str, desk: str, env: Environment) -> None:
    """Let a call pass, unless it would carry words of a sensitive desk out of the house.

    Args:
        provider: name for the message.
        base_url: where the words would go.
        desk: whose they are; empty counts as sensitive, because nobody said that they are not.
        env: the operator's settings.

    Raises:
        ProviderRefused: with reason `residency`.
    """
    if desk in env.ai_cloud_desks or stays_in_house(base_url):
        return
    owner = f"The desk '{desk}'" if desk else "This work, which names no desk,"
    raise ProviderRefused(
        f"{owner} may not send words to {provider} at {host_of(base_url)}, which is outside of this "
        "house. An administrator can allow it in AI_CLOUD_DESKS.",
        reason="residency",
    )


def stays_in_house(base_url: str) -> bool:
    """Whether an address leads to this machine or to a private network.

    A name that cannot be looked up leads nowhere that is known, so it does not.
    """
    name = urlsplit(base_url).hostname or ""
    if host_of(base_url) in VENDOR_HOSTS:
        return False
    addresses = _addresses(name, int(time.monotonic() // _BELIEVED))
    return bool(addresses) and all(_inside(one) for one in addresses)


def _inside(address: str) -> bool:
    one = ipaddress.ip_address(address)
    return any(one in network for network in _NETWORKS)


@lru_cache(maxsize=64)
def _addresses(name: str, _moment: int) -> frozenset[str]:
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return frozenset()
    return frozenset(str(entry[4][0]).partition("%")[0] for entry in found)
