"""Requests that come through a proxy: what it says is believed here, for every kind of request.

These stand before everything else, Django and socket.io alike, and put the caller's scheme in the
place where each of them looks. Nothing behind them reads `X-Forwarded-Proto`.
"""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

import structlog
from django.conf import settings

from bureau.kernel.accounts.addresses import forwarded_scheme, is_trusted

log = structlog.get_logger(__name__)

Scope = MutableMapping[str, Any]
AsgiApplication = Callable[[Scope, Any, Any], Awaitable[None]]
WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]
FORWARDED_FOR, FORWARDED_PROTO = "x-forwarded-for", "x-forwarded-proto"
_told = threading.Event()


def behind_proxies(application: AsgiApplication) -> AsgiApplication:
    """Wrap an ASGI application: `scope["scheme"]` is how the caller came, as a trusted proxy says."""

    async def believing(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] in ("http", "websocket"):
            scheme = _scheme_said((scope.get("client") or ("",))[0], _headers_of(scope))
            if scheme:
                scope = {**scope, "scheme": _SOCKET[scheme] if _is_socket(scope) else scheme}
        await application(scope, receive, send)

    return believing


def behind_proxies_wsgi(application: WsgiApplication) -> WsgiApplication:
    """The same for WSGI."""

    def believing(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        headers = {
            FORWARDED_FOR: environ.get("HTTP_X_FORWARDED_FOR", ""),
            FORWARDED_PROTO: environ.get("HTTP_X_FORWARDED_PROTO", ""),
        }
        scheme = _scheme_said(environ.get("REMOTE_ADDR", ""), headers)
        if scheme:
            environ = {**environ, "wsgi.url_scheme": scheme}
        return application(environ, start_response)

    return believing


_SOCKET = {"http": "ws", "https": "wss"}


def _is_socket(scope: Scope) -> bool:
    return bool(scope["type"] == "websocket")


def _headers_of(scope: Scope) -> dict[str, str]:
    """The two headers; one that is there several times is one list, as HTTP has it."""
    found = {FORWARDED_FOR: "", FORWARDED_PROTO: ""}
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").lower()
        if name in found:
            found[name] = ",".join(filter(None, (found[name], value.decode("latin-1"))))
    return found


def _scheme_said(peer: str, headers: Mapping[str, str]) -> str:
    if not any(headers.values()):
        return ""
    trusted = settings.ENV.trusted_proxies
    if not is_trusted(peer, trusted):
        _tell_once()
        return ""
    return forwarded_scheme(
        peer=peer,
        forwarded_for=headers[FORWARDED_FOR],
        forwarded_proto=headers[FORWARDED_PROTO],
        trusted=trusted,
    )


def _tell_once() -> None:
    """Anybody may send such a header, so it is one line in a process's life, and without an address."""
    if not _told.is_set():
        _told.set()
        log.warning(
            "forwarded_headers_ignored",
            hint="A request carries X-Forwarded-… and does not come from TRUSTED_PROXIES. If a "
            "proxy stands in front, name its address there: until then all who come through it "
            "share one address, and https is not seen.",
        )
