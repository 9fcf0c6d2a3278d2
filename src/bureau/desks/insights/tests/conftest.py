"""Workbooks and datasets that the tests of this desk share.

The sample is always generated; a real Espacenet export is read as well where one is at hand.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from bureau.desks.insights import sample
from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.facets import FACETS
from bureau.desks.insights.ingestion.load import load_datasets

# The first example of a test may import polars; that says nothing about the code.
settings.register_profile("insights", settings.get_profile("house"), max_examples=60)
settings.load_profile("insights")

_REPOSITORY = Path(__file__).resolve().parents[5]
_REAL = Path(
    os.environ.get("SAMPLE_WORKBOOK")
    or _REPOSITORY.parent / "shared" / "data" / "Filters_20250522_1212.xlsx"
)
_SOURCES = ["sample", "real"] if _REAL.is_file() else ["sample"]


@pytest.fixture(scope="session")
def sample_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbooks") / "Filters_sample.xlsx"
    sample.write_filters(str(path))
    return path


@pytest.fixture(scope="session", params=_SOURCES)
def workbook_path(request: pytest.FixtureRequest, sample_path: Path) -> Path:
    return sample_path if request.param == "sample" else _REAL


@pytest.fixture(scope="session")
def datasets(workbook_path: Path) -> dict[str, Dataset]:
    loaded = load_datasets(workbook_path, FACETS)
    assert loaded.problems == {}
    return loaded.datasets
