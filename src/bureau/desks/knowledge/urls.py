"""Addresses of the desk's sockets."""

from __future__ import annotations

from django.urls import URLPattern, path

from bureau.desks.knowledge.consumers import ChatSocket

websocket_urlpatterns: list[URLPattern] = [path("ws/chat/<slug:name>/", ChatSocket.as_asgi())]
