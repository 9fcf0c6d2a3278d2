"""Which web pages may open sockets here."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import OriginValidator
from django.conf import settings


class SocketOrigins(OriginValidator):
    """Refuses sockets that a page of a foreign host opens.

    Browsers always name the page's origin and send cookies along, so a foreign one is refused
    before the handshake. Programs name none and bring a token or ticket of their own: those are
    let through to the door, which decides.
    """

    def __init__(self, application: Any) -> None:
        super().__init__(application, [])

    def valid_origin(self, parsed_origin: Any) -> bool:
        return parsed_origin is None or bool(_judge().valid_origin(parsed_origin))


def is_our_page(origin: str) -> bool:
    """Whether an Origin header names a page of this host, or one of CSRF_TRUSTED_ORIGINS or
    CORS_ALLOWED_ORIGINS."""
    try:
        return bool(_judge().valid_origin(urlsplit(origin)))
    except ValueError:
        return False


def _judge() -> OriginValidator:
    # Django writes `https://*.example.org` where Channels writes `https://.example.org`
    trusted = [origin.replace("://*.", "://.") for origin in settings.CSRF_TRUSTED_ORIGINS]
    return OriginValidator(None, [*settings.ALLOWED_HOSTS, *trusted])
