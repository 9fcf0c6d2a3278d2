"""The kept counts: proof that they agree with the studies, and how to make them anew."""

from __future__ import annotations

from django.db import connection, transaction

from bureau.desks.imaging.sql.rollups import CELL_KEY, TABLE, cells_of, days_of, texts_of

_ALL = {TABLE: 1}
_KEPT = {
    "imaging_text": ("field, text", texts_of(_ALL)),
    "imaging_cell": (CELL_KEY, cells_of(_ALL)),
    "imaging_day": ("day", days_of(_ALL)),
}


def differences() -> list[str]:
    """Tables whose kept counts do not agree with the studies; an empty list is right."""
    wrong = []
    with connection.cursor() as cursor:
        for name, (keys, truth) in _KEPT.items():
            kept = f"SELECT {keys}, n::numeric FROM {name}"
            either = f"(({kept}) EXCEPT ({truth})) UNION ALL (({truth}) EXCEPT ({kept}))"
            cursor.execute(f"SELECT EXISTS ({either})")
            if cursor.fetchone()[0]:
                wrong.append(name)
    return wrong


@transaction.atomic
def rebuild() -> None:
    """Count everything anew; only needed when a table was changed with triggers switched off."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {TABLE} IN SHARE MODE")
        for name, (keys, truth) in _KEPT.items():
            cursor.execute(f"DELETE FROM {name}")
            cursor.execute(f"INSERT INTO {name} ({keys}, n) {truth}")
        cursor.execute("UPDATE imaging_state SET version = version + 1")
