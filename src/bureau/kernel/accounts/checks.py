"""Start-up checks of the accounts room."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from bureau.environment import LOOPBACK_HOSTS

MIDDLEWARE = "bureau.kernel.accounts.middleware.SignedInMiddleware"


@register("accounts")
def check_middleware(**_kwargs: Any) -> list[CheckMessage]:
    """accounts.E001: pages must not take Django's session for a sign-in."""
    if MIDDLEWARE in settings.MIDDLEWARE:
        return []
    hint = "Put it in place of django.contrib.auth.middleware.AuthenticationMiddleware."
    return [Error(f"MIDDLEWARE lacks {MIDDLEWARE}.", hint=hint, id="accounts.E001")]


@register("accounts")
def check_trusted_proxies(**_kwargs: Any) -> list[CheckMessage]:
    """accounts.E002: every entry of TRUSTED_PROXIES is an address or a network."""
    wrong = [entry for entry in settings.ENV.trusted_proxies if not _is_network(entry)]
    return [
        Error(
            f"TRUSTED_PROXIES holds {entry!r}, which is no IP address or network.",
            hint="Write addresses such as 10.0.0.5 or networks such as 10.0.0.0/8.",
            id="accounts.E002",
        )
        for entry in wrong
    ]


@register("accounts")
def check_proxy_is_named(**_kwargs: Any) -> list[CheckMessage]:
    """accounts.W001: where a proxy must stand in front, its address is known.

    Without it all callers share the proxy's address and its budget of wrong passwords, and with
    HTTPS_ONLY every page redirects to itself.
    """
    env = settings.ENV
    if env.trusted_proxies or not (env.https_only or _proxy_on_this_machine()):
        return []
    reason = "HTTPS_ONLY is on" if env.https_only else "ALLOWED_HOSTS names other machines"
    return [
        Warning(
            f"TRUSTED_PROXIES is empty although {reason}: nothing that a proxy says of its "
            "callers is believed.",
            hint="Set TRUSTED_PROXIES to the address that the proxy connects from (127.0.0.1 for one here).",
            id="accounts.W001",
        )
    ]


def _proxy_on_this_machine() -> bool:
    """The process can be reached from this machine only, by names of a wider world."""
    env = settings.ENV
    names = {host.strip("[]") for host in env.allowed_hosts}
    return env.bureau_host in LOOPBACK_HOSTS and any("." in name for name in names - LOOPBACK_HOSTS)


def _is_network(entry: str) -> bool:
    try:
        ip_network(entry, strict=False)
    except ValueError:
        return False
    return True
