"""Which words may leave the house: only those of desks that the administrator let do so."""

from __future__ import annotations

import ipaddress
import socket
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bureau.kernel.ai.addresses import host_of
from bureau.kernel.ai.ports import ProviderRefused, Speaker, Speech, Transcriber, Transcript
from bureau.kernel.ai.providers import VENDOR_HOSTS

if TYPE_CHECKING:
    from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class Guard:
    """Stands before one server for one desk; asked before anything is sent."""

    provider: str
    base_url: str
    desk: str
    env: Environment

    def check(self) -> None:
        """Let a call pass or raise ProviderRefused; see `refuse_abroad`."""
        refuse_abroad(self.provider, self.base_url, self.desk, self.env)


@dataclass(frozen=True, slots=True)
class GuardedTranscriber:
    """A `Transcriber` on another machine, for one desk."""

    transcriber: Transcriber
    guard: Guard

    @property
    def provider(self) -> str:
        """See `Transcriber.provider`."""
        return self.transcriber.provider

    @property
    def model(self) -> str:
        """See `Transcriber.model`."""
        return self.transcriber.model

    def transcribe(self, path: Path, language: str | None) -> Transcript:
        """See `Transcriber.transcribe`; raises ProviderRefused with reason `residency` as well."""
        self.guard.check()
        return self.transcriber.transcribe(path, language)


@dataclass(frozen=True, slots=True)
class GuardedSpeaker:
    """A `Speaker` on another machine, for one desk."""

    speaker: Speaker
    guard: Guard

    @property
    def provider(self) -> str:
        """See `Speaker.provider`."""
        return self.speaker.provider

    def languages(self) -> frozenset[str]:
        """See `Speaker.languages`."""
        return self.speaker.languages()

    def speak(self, text: str, language: str) -> Speech:
        """See `Speaker.speak`; raises ProviderRefused with reason `residency` as well."""
        self.guard.check()
        return self.speaker.speak(text, language)


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
