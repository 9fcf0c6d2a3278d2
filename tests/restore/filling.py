"""Rows in every table, made from what the schema itself says, and what a database holds in hashes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from bureau.kernel.retrieval.models import WORDS_VERSION

# type -> a value of it; `%(column)s` where a text may be one
VALUES = {
    "text": "'x'",
    "varchar": "'x'",
    "bool": "false",
    "int2": "1",
    "int4": "1",
    "int8": "1",
    "numeric": "1",
    "float4": "0.5",
    "float8": "0.5",
    "date": "date '2026-02-03'",
    "timestamptz": "timestamptz '2026-02-03 04:05:06+00'",
    "timestamp": "timestamp '2026-02-03 04:05:06'",
    "interval": "interval '1 day'",
    "uuid": "gen_random_uuid()",
    "jsonb": "'{}'::jsonb",
    "bytea": "'\\x01'::bytea",
    "inet": "'127.0.0.1'::inet",
    "int4range": "int4range(1, 5)",
    "_text": "'{x}'::text[]",
    "_varchar": "'{x}'::varchar[]",
    "_int4": "'{1}'::int[]",
    "_int8": "'{1}'::bigint[]",
    "tsvector": "to_tsvector('simple', 'a word')",
    "vector": "array_fill(0.1, array[384])::vector",
    "halfvec": "array_fill(0.1, array[384])::halfvec",
}
COLUMNS = """
    SELECT attname, typname, attnotnull, atthasdef OR attidentity <> '' OR attgenerated <> ''
    FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
REFERENCES = """
    SELECT attname, confrelid::regclass::text FROM pg_constraint
    JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE contype = 'f' AND conrelid = %s::regclass
"""
# what each object is, in words that do not depend on numbers of the server
DEFINITIONS = """
    SELECT 'table ' || relname, coalesce(relacl::text, '') || relpersistence::text
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
    UNION ALL
    SELECT 'column ' || attrelid::regclass || '.' || attname,
        concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attgenerated, attidentity,
            attstorage, pg_get_expr(adbin, adrelid))
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
        AND NOT attisdropped
    UNION ALL
    SELECT 'index ' || indexrelid::regclass, pg_get_indexdef(indexrelid) || indisvalid
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'constraint ' || conrelid::regclass || '.' || conname,
        pg_get_constraintdef(oid) || convalidated
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'trigger ' || tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) || tgenabled::text
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'function ' || oid::regprocedure,
        pg_get_functiondef(oid) || coalesce(proacl::text, '') || proowner::regrole
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND NOT EXISTS (
        SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    UNION ALL
    SELECT 'default rights ' || defaclobjtype::text, defaclacl::text FROM pg_default_acl
    ORDER BY 1
"""


def tables(connection: psycopg.Connection[Any]) -> list[str]:
    """All tables, by name."""
    found = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    )
    return [name for (name,) in found]


def definitions(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Object -> its definition: tables, columns, indexes, constraints, triggers, functions, rights."""
    return dict(connection.execute(DEFINITIONS.encode()).fetchall())


def hashes(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Table -> number and hash of its rows."""
    ask = (
        "SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(one::text), '' "
        "ORDER BY md5(one::text))), '') FROM {} AS one"
    )
    return {
        name: connection.execute(sql.SQL(ask).format(sql.Identifier(name))).fetchone()[0]  # type: ignore[index]
        for name in tables(connection)
    }


def fill(connection: psycopg.Connection[Any]) -> list[str]:
    """Put a row into every empty table that will take one; returns those that stayed empty."""
    empty = set(_empty(connection))
    while True:
        done = {name for name in sorted(empty) if _filled(connection, name, empty)}
        empty -= done
        if not done:
            # of an older way of cutting words a passage would be written anew after the restore
            connection.execute("UPDATE retrieval_chunk SET search_version = %s", [WORDS_VERSION])
            return sorted(empty)


def _empty(connection: psycopg.Connection[Any]) -> Iterator[str]:
    for name in tables(connection):
        ask = sql.SQL("SELECT FROM {} LIMIT 1").format(sql.Identifier(name))
        if connection.execute(ask).fetchone() is None:
            yield name


def _filled(connection: psycopg.Connection[Any], table: str, empty: set[str]) -> bool:
    references = dict(connection.execute(REFERENCES.encode(), [f'"{table}"']).fetchall())
    for wanted in (
        _values(connection, table, references, empty, all=each) for each in (True, False)
    ):
        if wanted is None:
            continue
        columns = sql.SQL(", ").join(map(sql.Identifier, wanted))
        chosen = sql.SQL(", ").join(sql.SQL(value) for value in wanted.values())  # type: ignore[arg-type]
        statement = sql.SQL("INSERT INTO {} ({}) SELECT {}").format(
            sql.Identifier(table), columns, chosen
        )
        try:
            with connection.transaction():
                connection.execute(statement)
        except psycopg.Error:
            continue
        return True
    return False


def _values(
    connection: psycopg.Connection[Any],
    table: str,
    references: dict[str, str],
    empty: set[str],
    *,
    all: bool,
) -> dict[str, str] | None:
    """Column -> SQL; every column or only those that must have a value."""
    chosen: dict[str, str] = {}
    for column, kind, needed, defaulted in connection.execute(
        COLUMNS.encode(), [f'"{table}"']
    ).fetchall():
        if defaulted or not (needed or all):
            continue
        other = references.get(column)
        if other:
            if other.strip('"') in empty:
                if needed:
                    return None
                continue
            chosen[column] = f"(SELECT {_key(connection, other)} FROM {other} LIMIT 1)"
        else:
            chosen[column] = VALUES[kind]
    return {**chosen, **_special(table, chosen)}


def _key(connection: psycopg.Connection[Any], table: str) -> str:
    row = connection.execute(
        "SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid"
        " AND attnum = indkey[0] WHERE indisprimary AND indrelid = %s::regclass",
        [table],
    ).fetchone()
    assert row is not None
    return str(row[0])


def _special(table: str, chosen: dict[str, str]) -> dict[str, str]:
    """What checks of single tables of this house ask for."""
    special = {
        "retrieval_chunkvector": {"dimension": "384"},
        "knowledge_conversation": {"session": "NULL", "session_id": "NULL"},
    }
    return {name: value for name, value in special.get(table, {}).items() if name in chosen}
