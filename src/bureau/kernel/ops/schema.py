"""Is everything there that the migrations make? A restore can lose a table and nobody notices.

`schema.json` lists what a database holds after the migrations; `make schema` writes it anew. Only what
every PostgreSQL version writes in the same way is compared: names, types, and the source of functions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("schema.json")
# object -> what of it is compared; the same statement for what is there and for what should be
_ASK = """
    SELECT 'table ' || relname, '' FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    UNION ALL
    SELECT 'column ' || relname || '.' || attname,
        format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END
            || CASE WHEN attgenerated <> '' THEN ' generated' ELSE '' END
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0
        AND NOT attisdropped AND NOT relispartition
    UNION ALL
    SELECT 'index ' || indexes.relname,
        tables.relname || CASE WHEN indisunique THEN ' unique' ELSE '' END
            || CASE WHEN indisvalid THEN '' ELSE ' invalid' END
    FROM pg_index JOIN pg_class AS indexes ON indexes.oid = indexrelid
    JOIN pg_class AS tables ON tables.oid = indrelid
    WHERE indexes.relnamespace = 'public'::regnamespace AND NOT tables.relispartition
    UNION ALL
    SELECT 'constraint ' || relname || '.' || conname,
        contype::text || CASE WHEN convalidated THEN '' ELSE ' not validated' END
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'x')
        AND NOT relispartition
    UNION ALL
    SELECT 'trigger ' || relname || '.' || tgname,
        CASE WHEN tgenabled = 'D' THEN 'disabled' ELSE '' END
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace AND NOT relispartition
    UNION ALL
    SELECT 'function ' || proname || '(' || pg_get_function_identity_arguments(oid) || ')', prosrc
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (
        SELECT FROM pg_depend
        WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
    ORDER BY 1
"""
_may_be_absent: set[str] = set()


def may_be_absent(*indexes: str) -> None:
    """Say that these indexes are taken away and built again while the house serves."""
    _may_be_absent.update(indexes)


def schema_of(connection: Any) -> dict[str, str]:
    """Object of the database -> what of it is compared."""
    with connection.cursor() as cursor:
        cursor.execute(_ASK)
        return {
            name: _digest(facts) if name.startswith("function ") else facts
            for name, facts in cursor.fetchall()
        }


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def expected_schema() -> dict[str, str]:
    """What the migrations of this release make."""
    found: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def differences(here: dict[str, str], expected: dict[str, str]) -> list[str]:
    """What is missing or otherwise than the migrations make it, in words, tables first.

    What is there besides is the operator's own. What belongs to a missing table is not named again.
    """
    lost = {
        name.removeprefix("table ") for name in expected if name not in here and _is_table(name)
    }
    found = [f"table {name} is missing" for name in sorted(lost)]
    for name, facts in expected.items():
        if _is_table(name) or _belongs_to(name, facts, lost):
            continue
        if name not in here:
            if name.removeprefix("index ") not in _may_be_absent:
                found.append(f"{name} is missing")
        elif here[name] != facts:
            found.append(f"{name} is not as the migrations make it")
    return found


def _is_table(name: str) -> bool:
    return name.startswith("table ")


def _belongs_to(name: str, facts: str, tables: Iterable[str]) -> bool:
    kind, _, rest = name.partition(" ")
    owner = facts.partition(" ")[0] if kind == "index" else rest.partition(".")[0]
    return kind != "function" and owner in tables
