"""Spellings of a name that are one name, for the database and for terms alike.

Which characters are the traditional and the simplified form of each other comes from OpenCC; its
table is written into `imaging_fold`, because generated columns may depend on constants only. With
another table the function and the kept texts have to be written anew by a migration.
"""

from __future__ import annotations

from functools import cache

# marks over and under Latin, Greek and Cyrillic letters, and the dot under Devanagari ones
ACCENTS = tuple(map(ord, map(chr, (*range(0x0300, 0x0370), 0x093C))))
# letters that are written as two
LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
_STROKES = ("łøđħŧıðƒɨ", "lodhtidfi")
_APOSTROPHES = "‘’‛′ʼʹ´"
_HYPHENS = "‐‑‒–—−"
# vowels, nasals and sibilants of Nepali names that writers interchange
_NEPALI = ("ीूँषशवण", "िुंससबन")
# unified ideographs and their first extension: what names are written with
_IDEOGRAPHS = (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))


@cache
def alike() -> dict[int, str]:
    """Character -> the one it is compared as, each one for one."""
    import opencc

    simplified = opencc.OpenCC("t2s")
    table: dict[int, str] = {}
    for signs, others in (_STROKES, (_APOSTROPHES, "'"), (_HYPHENS, "-"), _NEPALI):
        pairs = zip(signs, others * len(signs) if len(others) == 1 else others, strict=True)
        table |= {ord(sign): other for sign, other in pairs}
    for code in _IDEOGRAPHS:
        one = simplified.convert(chr(code))
        if one != chr(code) and len(one) == 1:
            table[code] = one
    return table


def create() -> str:
    """SQL of the function that folds a text, and of what is made of it."""
    table = alike()
    signs = _literal("".join(map(chr, table)))
    others = _literal("".join(table.values()))
    marks = _literal("".join(map(chr, ACCENTS)))
    # the outer functions are few and their order is that of `folding.fold`
    body = f"normalize(translate(normalize(lower(normalize($1, NFKC)), NFD), {marks}, ''), NFC)"
    body = f"translate({body}, {signs}, {others})"
    for letter, written in LETTERS.items():
        body = f"replace({body}, {_literal(letter)}, {_literal(written)})"
    return f"""
CREATE OR REPLACE FUNCTION public.imaging_fold(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT CASE WHEN octet_length($1) = length($1) THEN lower($1) ELSE {body} END
$$;

CREATE OR REPLACE FUNCTION public.imaging_grams(text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT public.imaging_grams_of_folded(public.imaging_fold($1))
$$;
"""


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# stored columns are computed when their row is written
REWRITE = "UPDATE imaging_text SET text = text"
BEFORE = """
CREATE OR REPLACE FUNCTION public.imaging_fold(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$ SELECT lower(normalize($1, NFKC)) $$;
CREATE OR REPLACE FUNCTION public.imaging_grams(text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT public.imaging_grams_of_folded(lower(normalize($1, NFKC)))
$$;
"""
