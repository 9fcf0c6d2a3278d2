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
    pairs = ", ".join(f"('{name}', s.{name}::text)" for name in TEXT_FIELDS)
    parts = (
        f"SELECT v.field, v.text, {sign} * count(*) AS n FROM {table} s, "
        f"LATERAL (VALUES {pairs}) AS v (field, text) WHERE v.text <> '' GROUP BY 1, 2"
        for table, sign in rows.items()
    )
    return _net(parts, "field, text")


def cells_of(rows: dict[str, int]) -> str:
    """SQL: (the cell's columns, description_code, n)."""
    keys = f"{', '.join(CELL_FIELDS)}, description_code"
    parts = (
        f"SELECT {', '.join(CELL_FIELDS)}, {DESCRIPTION_CODE} AS description_code, "
        f"{sign} * count(*) AS n FROM {table} GROUP BY 1, 2, 3, 4, 5"
        for table, sign in rows.items()
    )
    return _net(parts, keys)


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


def _function(event: str) -> str:
    rows = _EVENTS[event][0]
    cell_keys = f"{', '.join(CELL_FIELDS)}, description_code"
    clean = (
        ""
        if event == "insert"
        else "".join(
            f"DELETE FROM imaging_{name} WHERE n <= 0;\n" for name in ("text", "cell", "day")
        )
    )
    return f"""
CREATE FUNCTION imaging_after_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO imaging_text AS kept (field, text, n) {texts_of(rows)}
    ON CONFLICT (field, md5(text)) DO UPDATE SET n = kept.n + EXCLUDED.n;
    INSERT INTO imaging_cell AS kept ({cell_keys}, n) {cells_of(rows)}
    ON CONFLICT ({cell_keys}) DO UPDATE SET n = kept.n + EXCLUDED.n;
    INSERT INTO imaging_day AS kept (day, n) {days_of(rows)}
    ON CONFLICT (day) DO UPDATE SET n = kept.n + EXCLUDED.n;
    {clean}
    INSERT INTO imaging_state AS kept (id, version) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET version = kept.version + 1;
    RETURN NULL;
END $$;

CREATE TRIGGER imaging_after_{event} AFTER {event.upper()} ON {TABLE}
{_EVENTS[event][1]} FOR EACH STATEMENT EXECUTE FUNCTION imaging_after_{event}();
"""


CREATE = "".join(_function(event) for event in _EVENTS)
DROP = "".join(
    f"DROP TRIGGER imaging_after_{event} ON {TABLE}; DROP FUNCTION imaging_after_{event}();\n"
    for event in _EVENTS
)
