"""Datasets survive storage unchanged and describe themselves as the wire contract says."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.desks.insights.datasets import Dataset, read_json, read_parquet, write_parquet
from bureau.desks.insights.tests.tables import table

names = st.text(min_size=1).filter(str.strip)
rows = st.lists(st.tuples(names, st.integers(0, 10**9)), min_size=1, unique_by=lambda row: row[0])


@given(rows)
def test_parquet_gives_back_the_same_dataset(content: list[tuple[str, int]]) -> None:
    dataset = Dataset("applicants", tuple(content), sheet_name="Applicants", notes=("repaired",))
    buffer = BytesIO()
    write_parquet(dataset, buffer)
    buffer.seek(0)
    assert read_parquet(buffer) == dataset


def test_parquet_files_keep_years_and_odd_codes(
    datasets: dict[str, Dataset], tmp_path: Path
) -> None:
    for dataset in [*datasets.values(), table("countries", ("NA", 3), ("NULL", 1))]:
        path = tmp_path / f"{dataset.facet}.parquet"
        write_parquet(dataset, path)
        assert read_parquet(path) == dataset


def test_parquet_of_something_else_is_refused(tmp_path: Path) -> None:
    import polars

    path = tmp_path / "other.parquet"
    polars.DataFrame({"a": [1]}).write_parquet(path)
    with pytest.raises(ValueError, match="does not hold a patent table"):
        read_parquet(path)


def test_json_is_an_indented_array_of_row_objects() -> None:
    dataset = table("countries", ("NA", 3), ("EC", 1))
    assert dataset.to_json().startswith('[\n  {\n    "Countries (family)": "NA",\n')
    assert json.loads(dataset.to_json())[1] == {
        "Countries (family)": "EC",
        "Number of documents": 1,
    }
    assert read_json(dataset.to_json(), facet="countries").rows == dataset.rows


def test_json_rows_of_different_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="same two columns"):
        read_json('[{"a": "x", "b": 1}, {"a": "x", "c": 1}]', facet="countries")


def test_summary_statistics_have_the_shape_of_the_wire_contract() -> None:
    assert table("earliest_publication_year", (2019, 3)).summary_stats == {
        "total_rows": 1,
        "total_columns": 2,
        "columns": ["Earliest publication date (family)", "Number of documents"],
        "data_types": {
            "Earliest publication date (family)": "int64",
            "Number of documents": "int64",
        },
        "null_counts": {"Earliest publication date (family)": 0, "Number of documents": 0},
        "sheet_name": "",
    }


def test_ranks_follow_the_counts_and_not_the_file() -> None:
    dataset = table("countries", ("US", 2), ("CN", 9), ("EC", 2))
    assert dataset.ranked() == [("CN", 9), ("EC", 2), ("US", 2)]


def test_control_characters_are_dropped_from_names() -> None:
    assert table("applicants", ("AC\x00ME\x1b", 1)).rows == (("ACME", 1),)


@given(rows, rows)
def test_different_tables_have_different_canonical_bytes(
    one: list[tuple[str, int]], other: list[tuple[str, int]]
) -> None:
    first, second = Dataset("applicants", tuple(one)), Dataset("applicants", tuple(other))
    assert (first.canonical_bytes() == second.canonical_bytes()) == (first.rows == second.rows)
