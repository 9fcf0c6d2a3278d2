"""Functions that take the search indexes out of the way of a large first import, and build them again.

Filling an index row by row costs twice and more what building it from the rows does. The owner's
functions, because the application's role may not change the schema; they take no SQL from outside.
"""

from __future__ import annotations

from typing import Any

# as many studies are found in milliseconds without an index
MOST_STUDIES = 20_000
# worth it only for many times what is there
TIMES = 5
LEAST_ROWS = 20_000
_TABLE = "medical_examinations_fact"


def create(schema_editor: Any, *models: Any) -> None:
    """Create or replace both functions for the indexes that these models have now."""
    definitions = {
        index.name: str(index.create_sql(model, schema_editor))
        for model in models
        for index in model._meta.indexes
    }
    schema_editor.execute(_aside(definitions), params=None)
    schema_editor.execute(_build(definitions), params=None)


def _aside(definitions: dict[str, str]) -> str:
    return f"""
CREATE OR REPLACE FUNCTION imaging_set_indexes_aside(coming bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE most bigint := least({MOST_STUDIES}, coming / {TIMES});
BEGIN
    IF coming < {LEAST_ROWS}
        OR (SELECT count(*) FROM (SELECT FROM {_TABLE} LIMIT most + 1) AS there) > most
    THEN RETURN false; END IF;
    DROP INDEX IF EXISTS {", ".join(definitions)};
    RETURN true;
EXCEPTION WHEN lock_not_available THEN
    -- somebody reads for long: rather a slower import than searches that wait behind us
    RETURN false;
END $$;
"""


def _build(definitions: dict[str, str]) -> str:
    steps = "".join(
        f"    IF to_regclass('{name}') IS NULL THEN {definition}; END IF;\n"
        for name, definition in definitions.items()
    )
    return f"""
CREATE OR REPLACE FUNCTION imaging_build_indexes() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
{steps}END $$;
"""


DROP = """
DROP FUNCTION imaging_set_indexes_aside(bigint);
DROP FUNCTION imaging_build_indexes();
"""
