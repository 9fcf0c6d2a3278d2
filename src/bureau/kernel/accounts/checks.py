"""Start-up checks of the accounts room."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

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


def _is_network(entry: str) -> bool:
    try:
        ip_network(entry, strict=False)
    except ValueError:
        return False
    return True
