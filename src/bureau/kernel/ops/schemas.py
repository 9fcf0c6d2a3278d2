"""Shapes of the health routes' answers, as clients of the original systems know them."""

from __future__ import annotations

from typing import Literal

from ninja import Schema


class PongOut(Schema):
    """The web process itself answers."""

    status: Literal["ok"]
    message: Literal["pong"]
    service: str
    version: str


class DatabaseOut(Schema):
    """The database answers."""

    status: Literal["healthy"]
    latency_ms: float
    database: str


class DatabaseDownOut(Schema):
    """The database does not answer."""

    status: Literal["unhealthy"]
    error: str
    latency_ms: float


class ServiceOut(Schema):
    """A service answers."""

    status: Literal["ok"]
    service: str


class WorkersOut(Schema):
    """Workers answer."""

    status: Literal["ok"]
    service: str
    workers: int


class WarningOut(Schema):
    """The service answers and something is missing behind it."""

    status: Literal["warning"]
    service: str
    message: str


class ServiceDownOut(Schema):
    """A service does not answer."""

    status: Literal["error"]
    service: str
    message: str
    latency_ms: float
