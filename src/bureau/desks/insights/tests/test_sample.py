"""The sample workbooks have the form of real exports and are the same bytes each time."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from bureau.desks.insights import sample
from bureau.desks.insights.facets import FACETS
from bureau.desks.insights.ingestion.load import load_datasets
from bureau.desks.insights.ingestion.opening import open_book


def test_a_filters_sample_has_the_fourteen_sheets_in_order(sample_path: Path) -> None:
    names = list(open_book(sample_path).sheet_names)
    assert names == ["Query", *(facet.sheet for facet in FACETS.values())]
    assert names[3] == "Earliest publication date (fam"


def test_the_sample_holds_the_cases_that_go_wrong(sample_path: Path) -> None:
    datasets = load_datasets(sample_path, FACETS).datasets
    countries = [key for key, _ in datasets["countries"].rows]
    assert "NA" in countries
    assert countries.index("EC") >= 15
    years = [key for key, _ in datasets["earliest_publication_year"].rows]
    assert years == sorted(years, key=int)
    assert 2004 not in years
    assert any(str(key).startswith(("NULL", "NONE")) for key, _ in datasets["inventors"].rows)


@pytest.mark.parametrize("extra", [[], ["--results", "40"]])
def test_the_command_writes_the_same_bytes_in_every_process(
    tmp_path: Path, extra: list[str]
) -> None:
    digests = set()
    for name in ("one.xlsx", "two.xlsx"):
        path = tmp_path / name
        command = [sys.executable, "-m", "bureau.desks.insights.sample", str(path), *extra]
        subprocess.run(command, check=True)
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_another_seed_gives_other_data(tmp_path: Path) -> None:
    sample.write_results(str(tmp_path / "one.xlsx"), 20)
    sample.write_results(str(tmp_path / "two.xlsx"), 20, seed=7)
    assert (tmp_path / "one.xlsx").read_bytes() != (tmp_path / "two.xlsx").read_bytes()
