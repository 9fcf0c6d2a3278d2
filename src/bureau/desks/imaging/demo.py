"""Demonstration data of the desk: invented studies, brought in as an import would."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.db import transaction

from bureau.desks.imaging.importing.headers import STUDIES
from bureau.desks.imaging.importing.reading import Chunk, Columns
from bureau.desks.imaging.models import ImportBatch
from bureau.desks.imaging.sample import studies
from bureau.desks.imaging.services.imports import run_study_import

COUNT = 3_000


class _Invented:
    """The generator as a source."""

    columns = Columns(
        list(STUDIES.fields), {name: place for place, name in enumerate(STUDIES.fields)}
    )

    def chunks(self, batch_id: int, after: int, size: int) -> Iterator[Chunk]:
        """See `reading.Source`."""
        text = io.StringIO(newline="")
        rows = enumerate(studies(COUNT), start=1)
        csv.writer(text).writerows([batch_id, number, *row] for number, row in rows)
        yield Chunk(io.BytesIO(text.getvalue().encode()), COUNT, COUNT)

    def head(self, count: int) -> list[list[str | None]]:
        """See `reading.Source`."""
        return []


@transaction.atomic
def seed() -> dict[str, int]:
    """A few thousand invented studies; how many there are."""
    batch = ImportBatch.objects.create(source_name="demonstration")
    run_study_import(batch, _Invented())
    return {"studies": batch.inserted}
