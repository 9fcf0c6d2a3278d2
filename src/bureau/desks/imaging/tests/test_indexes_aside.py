"""A large first import takes the search indexes out of its way; they come back whatever happens."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from bureau.desks.imaging.importing import indexes
from bureau.desks.imaging.importing.headers import STUDIES
from bureau.desks.imaging.importing.sandboxed import open_source
from bureau.desks.imaging.models import Study, Text
from bureau.desks.imaging.search.finding import find
from bureau.desks.imaging.search.query import Filter, StudyQuery
from bureau.desks.imaging.search.warming import warm_search
from bureau.desks.imaging.services import imports
from bureau.desks.imaging.services.rollups import differences
from bureau.desks.imaging.sql.indexes import LEAST_ROWS
from bureau.desks.imaging.tests import sources
from bureau.desks.imaging.tests.records import fill

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = {index.name for model in (Study, Text) for index in model._meta.indexes}


def definitions() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)",
            [[Study._meta.db_table, Text._meta.db_table]],
        )
        return dict(cursor.fetchall())


def test_they_are_the_same_afterwards() -> None:
    before = definitions()
    assert before.keys() >= NAMES
    with indexes.out_of_the_way(LEAST_ROWS):
        assert not definitions().keys() & NAMES
        fill(50)
        assert find(StudyQuery(Filter())).total == 50
        indexes.build()
    assert definitions() == before


def test_they_stay_for_few_rows_and_beside_many_studies() -> None:
    with indexes.out_of_the_way(LEAST_ROWS - 1):
        assert definitions().keys() >= NAMES
    fill(LEAST_ROWS // 5 + 1)
    with indexes.out_of_the_way(LEAST_ROWS):
        assert definitions().keys() >= NAMES


def test_an_import_that_fails_or_is_killed_leaves_none_aside() -> None:
    before = definitions()
    with pytest.raises(RuntimeError), indexes.out_of_the_way(LEAST_ROWS):
        raise RuntimeError
    assert definitions() == before

    with connection.cursor() as cursor:
        # what is left of one that was killed
        cursor.execute("SELECT imaging_set_indexes_aside(%s)", [LEAST_ROWS])
    assert definitions() != before
    warm_search()
    assert definitions() == before


def test_an_import_counts_right_without_them(tmp_path: Path) -> None:
    path = sources.duck(tmp_path / "a.duckdb", sources.sample(2_000))
    before = definitions()
    with indexes.out_of_the_way(LEAST_ROWS):
        batch = imports.local_import(path, imports.Options())
        imports.run_study_import(batch, open_source(path, STUDIES))
    assert (batch.rows_read, batch.inserted, definitions()) == (2_000, 2_000, before)
    assert differences() == []
