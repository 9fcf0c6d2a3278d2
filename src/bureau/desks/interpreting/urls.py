"""Addresses of the desk's sockets."""

from __future__ import annotations

from django.urls import URLPattern, path

from bureau.desks.interpreting.sockets import RoomSocket

websocket_urlpatterns: list[URLPattern] = [
    path("ws/chat-rooms/<int:id>/", RoomSocket.as_asgi()),
]
