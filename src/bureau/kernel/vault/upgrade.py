"""For migrations: values of the first release become bound to their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bureau.kernel.vault.keyring import ring


def bind_to_rows(connection: Any, table: str, row: str, columns: Sequence[str]) -> int:
    """Seal anew what was sealed to its column only (`v1:…`); returns how many values.

    Args:
        connection: of the migration.
        table, row, columns: names in the database; `row` holds what identifies each row.
    """
    done, (table_q, row_q) = 0, (connection.ops.quote_name(name) for name in (table, row))
    with connection.cursor() as cursor:
        for column in columns:
            place, column_q = f"{table}.{column}", connection.ops.quote_name(column)
            # both names come from a migration of ours
            query = f"SELECT {row_q}, {column_q} FROM {table_q} WHERE {column_q} LIKE 'v%%'"  # noqa: S608
            cursor.execute(query, [])
            for key, value in cursor.fetchall():
                plain = ring().open_bound_to_column(value, place)
                update = f"UPDATE {table_q} SET {column_q} = %s WHERE {row_q} = %s"  # noqa: S608
                cursor.execute(update, [ring().seal(plain, f"{place}#{key}"), key])
                done += 1
    return done
