"""Looking for people in places where nobody may be found: the proof that what is sealed stays so.

Files many invented complaints, does the work that follows, and then searches everything the
installation wrote (tables, cache, log) for every name, number and address that went in.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from redis import Redis

_FIRST = ("Kamala", "Bishnu", "Gopal", "Sarita", "Dhan", "Maya", "Hari", "Laxmi", "सीता", "राम")
_LAST = ("Limbu", "Rajbanshi", "Karki", "Shrestha", "Dhimal", "Satar", "थापा", "गुरुङ")
TEXT_TYPES = ("text", "character varying", "jsonb", "json", "bytea", "character")


@dataclass(frozen=True, slots=True)
class Invented:
    """A person who does not exist."""

    full_name: str
    phone: str
    email: str
    address: str

    @property
    def marks(self) -> tuple[str, ...]:
        """What must be found nowhere; the number also without its country."""
        return self.full_name, self.phone, self.phone.removeprefix("+977"), self.email, self.address

    def complaint(self, number: int) -> dict[str, str]:
        """A complaint in which the person also names themselves."""
        said = f"Dust every day. I am {self.full_name}, call me on {self.phone} or {self.email}."
        return {
            "grievance_description": said,
            "grievance_location": f"Opposite {self.address}",
            "complainant_full_name": self.full_name,
            "complainant_phone": self.phone,
            "complainant_email": self.email,
            "complainant_address": self.address,
            "municipality": "Birtamod",
            "ward": str(number % 9 + 1),
            "language_code": "en",
        }


def people(count: int, seed: int = 7) -> list[Invented]:
    """Different people, the same ones each time."""
    dice = random.Random(seed)
    found = []
    for number in range(count):
        # a number of its own keeps every mark unmistakable
        tag = f"{number:05d}"
        name = f"{dice.choice(_FIRST)} {dice.choice(_LAST)} Q{tag}"
        found.append(
            Invented(
                full_name=name,
                phone=f"+977984{dice.randrange(100):02d}{tag}",
                email=f"person.{tag}@leak.example",
                address=f"House {tag} of Tole {dice.randrange(10**6):06d}",
            )
        )
    return found


def everything_stored() -> Iterator[tuple[str, str]]:
    """(where, text) of every value in every table, and of every key and value of the cache server."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type = ANY(%s) ORDER BY 1, 2",
            [list(TEXT_TYPES)],
        )
        for table, column in cursor.fetchall():
            quoted = f"{connection.ops.quote_name(column)}"
            cursor.execute(
                f"SELECT {quoted}::text FROM {connection.ops.quote_name(table)} "
                f"WHERE {quoted} IS NOT NULL"
            )
            for (text,) in cursor.fetchall():
                yield f"{table}.{column}", text
    yield from _cached()


def _cached() -> Iterator[tuple[str, str]]:
    with Redis.from_url(settings.REDIS_URL) as server:
        for key in server.scan_iter(count=1000):
            yield "cache", key.decode("utf-8", "replace")
            for value in _values(server, key):
                yield "cache", value.decode("utf-8", "replace")


def _values(server: Redis, key: bytes) -> Iterable[bytes]:
    kind = server.type(key)
    if kind == b"string":
        value = server.get(key)
        return [value] if isinstance(value, bytes) else []
    if kind == b"list":
        return list(server.lrange(key, 0, -1))
    if kind == b"hash":
        return [part for pair in server.hgetall(key).items() for part in pair]
    if kind == b"zset":
        return list(server.zrange(key, 0, -1))
    return list(server.smembers(key)) if kind == b"set" else []


_SHAPES = re.compile(
    r" Q\d{5}|(?:\+?977)?98\d{8}|person\.\d{5}@leak|House \d{5} of Tole"
    # the same as bytes written in hex
    rf"|{b' Q0'.hex()}|{b'person.0'.hex()}|{b'House 0'.hex()}|{b'+97798'.hex()}"
)


def found_in(
    places: Iterable[tuple[str, str]], invented: Iterable[Invented]
) -> list[tuple[str, str]]:
    """(where, what) for every mark of a person that stands somewhere."""
    numbers = {one.phone for one in invented}
    known = numbers | {number.removeprefix("+977") for number in numbers}
    hits = []
    for where, text in places:
        for match in _SHAPES.finditer(text):
            # ten digits may be anything; only numbers that went in count
            is_number = len(match[0]) >= 10 and match[0].lstrip("+").isdigit()
            if not is_number or f"+977{match[0][-10:]}" in known:
                hits.append((where, match[0]))
    return hits
