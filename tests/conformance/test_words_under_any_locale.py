"""The same words are found whatever the database takes for a letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from bureau.desks.imaging.search.folding import fold
from bureau.desks.imaging.sql import functions, spelling
from bureau.kernel.retrieval.terms import vector_of, ways

pytestmark = pytest.mark.django_db

LOCALES = ("C", "C.UTF-8")
# language, a passage, a word of a question that it holds, one that it does not
HELD = [
    ("en", "The “filters” are changed — weekly.", "filter", "filth"),
    ("en", "Give 30\u00a0mg at night.", "30mg", "30kg"),
    ("ne", "यो कागजात चाहिँदैन। खर्च लाग्दैन, शुल्क छैन।", "छैन", "छ"),
    ("ne", "खानेपानी कार्यालयको ढोका", "कार्यालय", "काम"),
    ("hi", "दवाखाना सात बजे खुलता है।", "दवाखाना", "दवात"),
    ("zh", "诊所的药房在二楼。", "药房", "房药"),
    ("de", "Die Häuser – alle – sind grün.", "Haus", "Hauch"),
    ("fr", "L’hôpital est fermé.", "hopital", "hospice"),
]


@pytest.fixture(params=LOCALES)
def database(request: pytest.FixtureRequest, as_superuser: Callable[[], Any]) -> Iterator[Any]:
    """A connection to a database whose letters are those of this locale."""
    called = f"locale_{uuid4().hex[:12]}"
    name = sql.Identifier(called)
    make = sql.SQL(
        "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'"
        " LOCALE_PROVIDER libc LOCALE 'C' LC_CTYPE {}"
    )
    with as_superuser() as server:
        server.autocommit = True
        server.execute(make.format(name, sql.Literal(request.param)))
        try:
            known = {"dbname": called, "password": server.info.password}
            with psycopg.connect(server.info.dsn, **known) as made:
                yield made
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.mark.parametrize(("language", "text", "word", "other"), HELD)
def test_a_word_is_found_in_its_passage(
    database: Any, language: str, text: str, word: str, other: str
) -> None:
    found = [
        database.execute(
            "SELECT %s::tsvector @@ %s::tsquery",
            [vector_of("", text, language), _query(one, language)],
        ).fetchone()[0]
        for one in (word, other)
    ]
    assert found == [True, False]


def _query(word: str, language: str) -> str:
    return " | ".join(
        "(" + " <-> ".join(f"'{part}'" for part in way) + ")" for way in ways(word, language)
    )


def test_names_are_folded_alike(database: Any) -> None:
    # lower case beyond ASCII is the locale's own business; the house's databases have C.UTF-8's
    database.execute(functions.CREATE)
    database.execute(spelling.create())
    for name in ("张三", "張三", "o’brien", "straße", "सीता", "ana müller"):
        folded = database.execute("SELECT imaging_fold(%s)", [name]).fetchone()[0]
        assert folded == fold(name)
