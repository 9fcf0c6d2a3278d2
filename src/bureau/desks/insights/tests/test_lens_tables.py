"""Lens records become the same facet tables as an Espacenet export."""

from __future__ import annotations

import pytest

from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.facets import FACETS
from bureau.desks.insights.ingestion.lens import LensAnswer
from bureau.desks.insights.ingestion.lens_tables import count_lens
from bureau.desks.insights.tests.lens_service import record

FAMILY = [(1, "US", "2019-05-02"), (2, "EP", "2018-03-04"), (9, "EC", "2020-01-01")]
RECORDS = [
    record(1, family=FAMILY, applicants=["Acme Ltd", "LG Chem"], symbols=["B33Y70/10"]),
    record(2, family=FAMILY, jurisdiction="EP", applicants=["ACME  LTD"], symbols=["C08L1/02"]),
    record(3, jurisdiction="NA", published="2021-01-05", inventors=["Null Anna", "Doe Jane"]),
]


def test_a_family_counts_once_however_many_of_its_records_were_found() -> None:
    counted = count_lens(LensAnswer(RECORDS, 3), FACETS)
    assert counted["countries"].rows == (("EC", 1), ("EP", 1), ("NA", 1), ("US", 1))
    assert counted["applicants"].rows == (("ACME LTD", 2), ("LG CHEM", 1))
    assert counted["inventors"].rows == (("DOE JANE", 2), ("NULL ANNA", 1))
    assert counted["earliest_publication_year"].rows == ((2018, 1), (2021, 1))
    assert counted["earliest_priority_year"].rows == ((2017, 2),)
    assert counted["cpc_subgroups"].rows == (("B33Y70/10", 2), ("C08L1/02", 1))
    assert counted["cpc_main_groups"].rows == (("B33Y70", 2), ("C08L1", 1))
    assert counted["inventor_countries"].rows == (("EC", 2),)
    assert {dataset.unit for dataset in counted.values()} == {"family"}


def test_facets_without_a_value_are_left_out() -> None:
    assert "ipc_subgroups" not in count_lens(LensAnswer(RECORDS, 3), FACETS)


def test_records_with_nothing_in_them_do_no_harm() -> None:
    empty = {"lens_id": "id-7", "biblio": None, "families": {"simple_family": None}}
    assert count_lens(LensAnswer([empty, *RECORDS], 4), ["countries"])["countries"].total == 4


def test_a_cut_answer_says_so() -> None:
    dataset = count_lens(LensAnswer(RECORDS, 900), ["countries"])["countries"]
    assert dataset.notes == ("Read the first 3 of 900 records.",)


def test_a_search_without_hits_is_a_validation_problem() -> None:
    with pytest.raises(ValidationProblem, match="found no patents"):
        count_lens(LensAnswer(), ["countries"])
