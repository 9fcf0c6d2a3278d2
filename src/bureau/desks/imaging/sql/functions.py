"""Functions that indexes and generated columns are made of; the same input gives the same output for ever."""

from __future__ import annotations

CREATE = """
CREATE FUNCTION imaging_fold(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$ SELECT lower(normalize($1, NFKC)) $$;

CREATE FUNCTION imaging_grams_of_folded(text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT coalesce(array_agg(DISTINCT gram), '{}') FROM (
        SELECT letter, letter || lead(letter) OVER (ORDER BY place)
        FROM string_to_table($1, NULL) WITH ORDINALITY AS letters (letter, place)
    ) AS found (one, two), LATERAL (VALUES (one), (two)) AS grams (gram)
    WHERE gram IS NOT NULL
$$;

CREATE FUNCTION imaging_grams(text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT imaging_grams_of_folded(lower(normalize($1, NFKC)))
$$;

-- parts are kept apart by a character that no query may contain
CREATE FUNCTION imaging_fold_all(VARIADIC text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(normalize(array_to_string($1, chr(31)), NFKC))
$$;

CREATE FUNCTION imaging_ids(text, text, text) RETURNS text
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
