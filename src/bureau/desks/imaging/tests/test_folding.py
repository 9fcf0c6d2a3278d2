"""Terms are folded here and texts in the database; the two must agree."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from django.db import connection

from bureau.desks.imaging.search.folding import fold, grams, has_trigram, like_pattern


@pytest.mark.django_db
def test_every_character_is_folded_as_the_database_folds_it() -> None:
    assigned = [
        chr(code)
        for code in range(1, sys.maxunicode + 1)
        if unicodedata.category(chr(code)) not in {"Cs", "Cn", "Co"}
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT t, imaging_fold(t) FROM unnest(%s::text[]) AS t", [assigned])
        differing = [one for one, folded in cursor.fetchall() if folded != fold(one)]
    assert differing == []


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["王小明", "Ａb c", "a", "", "ÅSTRÖM ﬁ", "ｶﾞ ΣΑΣ", "%_\\"])
def test_what_a_term_needs_is_among_what_a_text_has(text: str) -> None:
    folded = fold(text)
    with connection.cursor() as cursor:
        cursor.execute("SELECT imaging_fold(%s), imaging_grams(%s)", [text, text])
        kept, has = cursor.fetchone()
    assert kept == folded
    for start in range(len(folded)):
        for end in range(start + 1, len(folded) + 1):
            assert set(grams(folded[start:end])) <= set(has)


def test_only_latin_terms_of_three_letters_have_trigrams() -> None:
    assert [has_trigram(term) for term in ("mri", "a mri", "ct", "胸部電腦", "c-t", "")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert like_pattern("100%_\\") == "%100\\%\\_\\\\%"
