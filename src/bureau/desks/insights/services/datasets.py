"""Keeping a job's datasets: Parquet for algorithms, JSON rows for people."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from io import BytesIO

from bureau.desks.insights import datasets as tables
from bureau.desks.insights import files
from bureau.desks.insights.models import ChartJob, Dataset
from bureau.kernel.files.services import delete_file, open_file, store_bytes


def replace_datasets(chart_job: ChartJob, found: Mapping[str, tables.Dataset]) -> list[Dataset]:
    """Make these the job's datasets, in this order; those of an earlier reading go."""
    _remove_datasets(chart_job)
    return [_store(chart_job, table) for table in found.values()]


def _remove_datasets(chart_job: ChartJob) -> None:
    for old in chart_job.datasets.select_related("parquet", "rows_json"):
        old.delete()
        delete_file(old.parquet)
        delete_file(old.rows_json)


def _store(chart_job: ChartJob, table: tables.Dataset) -> Dataset:
    owner = chart_job.job.owner
    parquet = BytesIO()
    tables.write_parquet(table, parquet)
    rows = table.to_json().encode()
    return Dataset.objects.create(
        owner=owner,
        job=chart_job,
        source_type=chart_job.source_type,
        facet=table.facet,
        parquet=store_bytes(
            *(parquet.getvalue(), files.DATASET, owner),
            *(f"{table.facet}.parquet", files.PARQUET_TYPE),
        ),
        rows_json=store_bytes(rows, files.ROWS, owner, f"{table.facet}.json", files.JSON_TYPE),
        columns_map=table.columns_map,
        summary_stats=table.summary_stats,
        content_hash=hashlib.sha256(table.canonical_bytes()).hexdigest(),
    )


def read_dataset(dataset: Dataset) -> tables.Dataset:
    """The table of a stored dataset."""
    with open_file(dataset.parquet) as content:
        return tables.read_parquet(BytesIO(content.read()))
