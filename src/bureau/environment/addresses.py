"""Addresses of servers: of the kind that is meant, or refused by name at the start."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator

REDIS = ("redis", "rediss", "unix")
BROKERS = ("redis", "rediss", "redis+socket", "sentinel", "amqp", "amqps", "pyamqp", "memory")
BUSES = ("amqp", "amqps", "pyamqp", "redis", "rediss", "redis+socket", "unix", "memory")


def _of(schemes: tuple[str, ...], value: str, *words: str) -> str:
    if not value or value in words:
        return value
    scheme, found, _ = value.partition("://")
    if not found or scheme.lower() not in schemes:
        raise ValueError(f"must begin with {', '.join(f'{one}://' for one in schemes)}")
    try:
        port = urlsplit(value).port
    except ValueError:
        raise ValueError("has a port that is no number from 1 to 65535") from None
    if port == 0:
        raise ValueError("has a port that is no number from 1 to 65535")
    return value


def _postgres(value: str) -> str:
    if "://" in value and value.partition("://")[0] not in ("postgresql", "postgres"):
        raise ValueError("must begin with postgresql://; no other database is served")
    try:
        conninfo_to_dict(value)
    except psycopg.ProgrammingError as problem:
        # what libpq says may quote the address, with its password
        raise ValueError("is no address of PostgreSQL (postgresql://user:…@host/name)") from problem
    return value


PostgresUrl = Annotated[str, AfterValidator(_postgres)]
RedisUrl = Annotated[str, AfterValidator(lambda value: _of(REDIS, value))]
BusUrl = Annotated[str, AfterValidator(lambda value: _of(BUSES, value, "embedded"))]
BrokerUrl = Annotated[str, AfterValidator(lambda value: _of(BROKERS, value))]
HttpUrl = Annotated[str, AfterValidator(lambda value: _of(("http", "https"), value))]
