"""Which web pages may open sockets here."""

from __future__ import annotations

from typing import Any

from channels.security.websocket import OriginValidator


class SocketOrigins(OriginValidator):
    """Refuses sockets that a page of a foreign host opens.

    Browsers always name the page's origin and send cookies along, so a foreign one is refused
    before the handshake. Programs name none and bring a token or ticket of their own: those are
    let through to the door, which decides.
    """

    def valid_origin(self, parsed_origin: Any) -> bool:
        return parsed_origin is None or bool(super().valid_origin(parsed_origin))
