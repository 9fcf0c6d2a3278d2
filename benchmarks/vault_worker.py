"""A process that fills and asks the tables of `persons`: a JSON line in, a JSON line out.

`python -m benchmarks.vault_worker read` reads persons at random until a line comes, then answers
how many reads there were, how many failed and how long they took.
"""

from __future__ import annotations

import json
import random
import select
import sys
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.conf import settings
from django.db import OperationalError, connection, connections

from benchmarks.persons import (
    RIVAL,
    RIVAL_AS_DOCUMENTED,
    RIVAL_FIELD,
    RIVAL_INSERT,
    RIVAL_LOOKUP,
    RIVAL_ROW,
    BenchPerson,
    people,
    phone_of,
)
from benchmarks.report import percentile, timed
from bureau.kernel.vault.keyring import add_key
from bureau.kernel.vault.services.rotation import rotate_keys

BATCH = 1_000
KEY = "the-original-passes-its-key-with-every-statement"


def main() -> None:
    """Answer a line for a line; or read until a line comes."""
    if sys.argv[1:] == ["read"]:
        print(json.dumps(read_until_told()), flush=True)
        return
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(ORDERS[order.pop("do")](**order)), flush=True)


def make_table() -> dict[str, Any]:
    """Our table, made by the owner of the schema as soon as the server answers."""
    for _ in range(100):
        try:
            connections["owner"].ensure_connection()
            break
        except OperationalError:
            time.sleep(0.1)
    with connections["owner"].schema_editor() as editor:
        editor.create_model(BenchPerson)
    return {}


def make_rival() -> dict[str, Any]:
    """The rival's table beside ours."""
    with connection.cursor() as cursor:
        cursor.execute(RIVAL)
        cursor.execute("SELECT version()")
        return {"version": cursor.fetchone()[0]}


def insert_by_orm(first: int, count: int) -> float:
    """Seconds to seal, index and insert with `bulk_create`."""
    facts = list(people(first, count))

    def run() -> None:
        for start in range(0, count, BATCH):
            part = facts[start : start + BATCH]
            BenchPerson.objects.bulk_create([BenchPerson(**one._asdict()) for one in part])

    return timed(run)


def insert_by_copy(first: int, count: int) -> float:
    """Seconds to seal, index and insert with COPY."""
    facts = list(people(first, count))
    return timed(lambda: _copy(facts))


def _copy(facts: list[Any]) -> None:
    fields = {field.column: field for field in BenchPerson._meta.concrete_fields}
    sealed = ("full_name", "phone", "email", "address")
    indexed = sealed[:3]
    names = ", ".join(["id", *sealed, *(f"{name}_index" for name in indexed)])
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY bench_person ({names}) FROM STDIN") as copy,
    ):
        for one in facts:
            row = fields["id"].get_default()
            values = one._asdict()
            copy.write_row(
                [
                    row,
                    *(fields[name].seal(values[name], row) for name in sealed),
                    *(fields[f"{name}_index"].digest(values[name]) for name in indexed),
                ]
            )


def insert_as_original(first: int, count: int) -> float:
    """Seconds for the rival in the original's way: a connection and a round trip for each field."""
    facts = list(people(first, count))
    address = connection.get_connection_params()
    address = {name: address[name] for name in ("host", "user", "dbname")}

    def sealed(text: str) -> str:
        with psycopg.connect(**address) as own:
            [found] = own.execute(RIVAL_FIELD, [text, KEY]).fetchone() or [""]
            return str(found)

    def run() -> None:
        for one in facts:
            with psycopg.connect(**address) as own:
                own.execute(RIVAL_ROW, [sealed(text) for text in one])

    return timed(run)


def insert_rival(first: int, count: int) -> float:
    """Seconds for the rival: one connection and batches, which the original does not have."""
    rows = [[part for text in one for part in (text, KEY)] for one in people(first, count)]

    def run() -> None:
        with connection.cursor() as cursor:
            for start in range(0, count, BATCH):
                cursor.executemany(RIVAL_INSERT, rows[start : start + BATCH])

    return timed(run)


def fill_rival(first: int, count: int) -> float:
    """The rest of the rival's people, made inside the server: only their phones are looked for."""
    return timed(
        lambda: _execute(
            "INSERT INTO rival (phone) SELECT encode(pgp_sym_encrypt('984' || lpad(n::text, 7, '0'), %s),"
            " 'hex') FROM generate_series(%s, %s) n",
            [KEY, first, first + count - 1],
        )
    )


def look_up(numbers: list[int]) -> list[float]:
    """Seconds of each lookup by a freely spelled phone, with all four fields opened."""
    return [timed(lambda number=number: _find(number)) for number in numbers]


def _find(number: int) -> None:
    phone = phone_of(number)
    spelled = f"+977 {phone[:3]}-{phone[3:]}"
    person = BenchPerson.objects.get(phone_index=spelled)
    facts = (person.full_name, person.phone, person.email, person.address)
    if facts != next(people(number, 1)):
        raise AssertionError("somebody else was found")


def look_up_rival(numbers: list[int]) -> list[float]:
    """Seconds of each lookup that decrypts its way through the table."""
    return [timed(lambda number=number: _find_rival(number)) for number in numbers]


def _find_rival(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RIVAL_LOOKUP, {"key": KEY, "phone": phone_of(number)})
        if len(cursor.fetchall()) != 1:
            raise AssertionError("the rival did not find its person")


def ask_as_documented(number: int) -> int:
    """How many rows the documented lookup finds for a number that is there."""
    with connection.cursor() as cursor:
        cursor.execute(RIVAL_AS_DOCUMENTED, [phone_of(number), KEY])
        return len(cursor.fetchall())


def rotate() -> dict[str, float]:
    """Add a key and seal everything anew."""
    add_key(settings.ENV.bureau_field_keys_file)
    started = time.perf_counter()
    done = rotate_keys()
    seconds = time.perf_counter() - started
    return {"fields": done.fields, "left": done.left, "seconds": seconds}


def read_until_told() -> dict[str, float]:
    """Read persons at random, as a web process would; failures are counted, not raised."""
    keys = list(BenchPerson.objects.values_list("pk", flat=True)[:20_000])
    seconds: list[float] = []
    failures = 0
    print(json.dumps({"reading": len(keys)}), flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        key = random.choice(keys)
        started = time.perf_counter()
        try:
            person = BenchPerson.objects.get(pk=key)
            failures += not (person.full_name and person.phone and person.email and person.address)
        except Exception as problem:  # what a visitor would have seen as a failure
            print(repr(problem), file=sys.stderr)
            failures += 1
        seconds.append(time.perf_counter() - started)
    return {
        "reads": len(seconds),
        "failures": failures,
        "p50": percentile(seconds, 50),
        "p95": percentile(seconds, 95),
    }


def _execute(query: str, params: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, params)


ORDERS: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (
        make_table,
        make_rival,
        insert_by_orm,
        insert_by_copy,
        insert_rival,
        insert_as_original,
        fill_rival,
        look_up,
        look_up_rival,
        ask_as_documented,
        rotate,
    )
}

if __name__ == "__main__":
    main()
