"""Functions that indexes and generated columns are made of; the same input gives the same output for ever.

What they call is named with its schema: a restore runs without a search path, and a setting of
their own would keep the planner from putting them into the statement.
"""

from __future__ import annotations

CREATE = """
CREATE OR REPLACE FUNCTION imaging_fold(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$ SELECT lower(normalize($1, NFKC)) $$;

CREATE OR REPLACE FUNCTION imaging_grams_of_folded(text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT coalesce(array_agg(DISTINCT gram), '{}') FROM (
        SELECT letter, letter || lead(letter) OVER (ORDER BY place)
        FROM string_to_table($1, NULL) WITH ORDINALITY AS letters (letter, place)
    ) AS found (one, two), LATERAL (VALUES (one), (two)) AS grams (gram)
    WHERE gram IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION imaging_grams(text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT public.imaging_grams_of_folded(lower(normalize($1, NFKC)))
$$;

-- parts are kept apart by a character that no query may contain
CREATE OR REPLACE FUNCTION imaging_fold_all(VARIADIC text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(normalize(array_to_string($1, chr(31)), NFKC))
$$;

CREATE OR REPLACE FUNCTION imaging_ids(text, text, text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(normalize(
        $1 || chr(31) || coalesce($2, '') || chr(31) || coalesce($3, ''), NFKC))
$$;
"""

DROP = """
DROP FUNCTION imaging_ids(text, text, text);
DROP FUNCTION imaging_fold_all(text[]);
DROP FUNCTION imaging_grams(text);
DROP FUNCTION imaging_grams_of_folded(text);
DROP FUNCTION imaging_fold(text);
"""
