"""The triggers that keep texts, cells, days and the version right, whoever changes studies.

Each statement's net difference is added in one go, in key order, so that two writers cannot
wait for each other in a circle. What nobody holds any more is removed at once: a name that is
erased from the studies must not live on here.
"""

from __future__ import annotations

TABLE = "medical_examinations_fact"
# the columns whose distinct texts are kept: searched, filtered by, or offered as options
TEXT_FIELDS = (
    "patient_name",
    "exam_item",
    "exam_description",
    "exam_room",
    "exam_equipment",
    "certified_physician",
    "exam_status",
    "exam_source",
    "equipment_type",
)
CELL_FIELDS = ("exam_status", "exam_source", "exam_item", "equipment_type")
CELL_KEY = f"{', '.join(CELL_FIELDS)}, description_code"
DESCRIPTION_CODE = "coalesce(hashtextextended(exam_description, 0), 0)"

_NEW = {"new_rows": 1}
_OLD = {"old_rows": -1}
_EVENTS = {
    "insert": (_NEW, "REFERENCING NEW TABLE AS new_rows"),
    "delete": (_OLD, "REFERENCING OLD TABLE AS old_rows"),
    "update": (_NEW | _OLD, "REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows"),
}


def texts_of(rows: dict[str, int]) -> str:
    """SQL: (field, text, n) of these tables of studies, each counted with its sign."""
    # a grouping a column takes half the time of one over all columns' texts laid out as rows
    parts = (
        f"SELECT '{name}' AS field, {name}::text AS text, {sign} * count(*) AS n "
        f"FROM {table} WHERE {name} <> '' GROUP BY 2"
        for table, sign in rows.items()
        for name in TEXT_FIELDS
    )
    return _net(parts, "field, text")


def cells_of(rows: dict[str, int]) -> str:
    """SQL: (the cell's columns, description_code, n)."""
    parts = (
        f"SELECT {', '.join(CELL_FIELDS)}, {DESCRIPTION_CODE} AS description_code, "
        f"{sign} * count(*) AS n FROM {table} GROUP BY 1, 2, 3, 4, 5"
        for table, sign in rows.items()
    )
    return _net(parts, CELL_KEY)


def days_of(rows: dict[str, int]) -> str:
    """SQL: (day, n)."""
    parts = (
        f"SELECT order_datetime::date AS day, {sign} * count(*) AS n FROM {table} GROUP BY 1"
        for table, sign in rows.items()
    )
    return _net(parts, "day")


def _net(parts: object, keys: str) -> str:
    union = " UNION ALL ".join(parts)  # type: ignore[arg-type]  # an iterable of text
    return (
        f"SELECT {keys}, sum(n) AS n FROM ({union}) AS differences "
        f"GROUP BY {keys} HAVING sum(n) <> 0 ORDER BY {keys}"
    )


# table -> what makes a row of it one of a kind, SQL of what changed, the column that names a row
_KEPT = {
    "imaging_text": ("field, text", "field, md5(text)", texts_of, "id"),
    "imaging_cell": (CELL_KEY, CELL_KEY, cells_of, "id"),
    "imaging_day": ("day", "day", days_of, "day"),
}


def _step(table: str, rows: dict[str, int]) -> str:
    """Add what changed to one table; what only an insert did leaves nothing to clear away."""
    columns, unique, changes_of, name = _KEPT[table]
    add = (
        f"INSERT INTO {table} AS kept ({columns}, n) {changes_of(rows)} "
        f"ON CONFLICT ({unique}) DO UPDATE SET n = kept.n + EXCLUDED.n"
    )
    if rows == _NEW:
        return f"{add};\n"
    # by name, because an index on n would be written anew with every count
    return f"""
    WITH changed AS ({add} RETURNING kept.{name}, kept.n)
    SELECT array_agg({name}) INTO gone_{table} FROM changed WHERE n <= 0;
    DELETE FROM {table} WHERE {name} = ANY(gone_{table});
    """


def _function(event: str) -> str:
    steps = "".join(_step(table, _EVENTS[event][0]) for table in _KEPT)
    return f"""
CREATE OR REPLACE FUNCTION imaging_after_{event}() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE gone_imaging_text bigint[]; gone_imaging_cell bigint[]; gone_imaging_day date[];
BEGIN
    {steps}
    INSERT INTO imaging_state AS kept (id, version) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET version = kept.version + 1;
    RETURN NULL;
END $$;
"""


def _trigger(event: str) -> str:
    return f"""
CREATE TRIGGER imaging_after_{event} AFTER {event.upper()} ON {TABLE}
{_EVENTS[event][1]} FOR EACH STATEMENT EXECUTE FUNCTION imaging_after_{event}();
"""


FUNCTIONS = "".join(map(_function, _EVENTS))
CREATE = FUNCTIONS + "".join(map(_trigger, _EVENTS))
DROP = "".join(
    f"DROP TRIGGER imaging_after_{event} ON {TABLE}; DROP FUNCTION imaging_after_{event}();\n"
    for event in _EVENTS
)
