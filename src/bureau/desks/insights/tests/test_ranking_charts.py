"""Charts of jurisdictions, inventors, applicants and CPC groups rank by count and lose nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.desks.insights import catalogue
from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.errors import AlgorithmProblem
from bureau.desks.insights.rendering.charts import compute_chart
from bureau.desks.insights.spec import ChartData
from bureau.desks.insights.tests.tables import TODAY, table

codes = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)
country_rows = st.dictionaries(codes, st.integers(1, 5000), min_size=1, max_size=40)


def chart(key: str, dataset: Dataset, **params: object) -> ChartData:
    spec = catalogue.get(key)
    return compute_chart(spec, dataset, spec.parse(params, today=TODAY))


@given(country_rows, st.integers(1, 40))
def test_the_bars_of_jurisdictions_add_up_and_rise(rows: dict[str, int], top_n: int) -> None:
    data = chart("top_patent_countries", table("countries", *rows.items()), top_n=top_n)
    categories, values = data["y_axis"]["categories"], data["x_axis"]["values"]
    assert sum(values) == data["totals"]["total_publications"] == sum(rows.values())
    assert data["series"][0]["data"] == values
    assert len(data["series"][0]["labels"]) == len(values)
    ranked = values[1:] if categories[0] == "Others" else values
    assert ranked == sorted(ranked)
    assert "Others" not in categories[1:]
    assert 0 not in values
    assert categories.count("EC") == ("EC" in rows)
    json.dumps(data)


@given(country_rows)
def test_ecuador_is_ranked_by_count(rows: dict[str, int]) -> None:
    totals = chart("top_patent_countries", table("countries", *rows.items()))["totals"]
    if "EC" not in rows:
        assert (totals["ecuador_rank"], totals["ecuador_publications"]) == (None, None)
    else:
        better = sum(count > rows["EC"] for count in rows.values())
        assert totals["ecuador_rank"] == better + 1
        assert totals["ecuador_publications"] == rows["EC"]


def test_ecuador_below_the_top_stands_between_others_and_the_ranking() -> None:
    rows = [("EC", 1), ("CN", 9), ("NA", 4), ("US", 7)]
    data = chart("top_patent_countries", table("countries", *rows), top_n=2)
    assert data["y_axis"]["categories"] == ["Others", "EC", "US", "CN"]
    assert data["x_axis"]["values"] == [4, 1, 7, 9]
    assert data["title"] == "Top 2 Patent Countries"
    assert data["totals"] == {
        "total_publications": 21,
        "top_n": 2,
        "ecuador_rank": 4,
        "ecuador_publications": 1,
    }


def test_ecuador_in_the_top_has_one_bar() -> None:
    rows = [("CN", 9), ("EC", 8), ("US", 7)]
    data = chart("top_patent_countries", table("countries", *rows), top_n=2)
    assert data["y_axis"]["categories"] == ["Others", "EC", "CN"]


def test_there_is_no_bar_of_others_where_there_are_none() -> None:
    data = chart("top_patent_countries", table("countries", ("CN", 9), ("NA", 8)))
    assert data["y_axis"]["categories"] == ["NA", "CN"]


def test_regional_offices_come_with_a_warning() -> None:
    data = chart("top_patent_countries", table("countries", ("CN", 9), ("WO", 8), ("EP", 2)))
    assert data["warnings"] == [
        "WO = international patent publication under PCT, administered by WIPO",
        "EP = European Patent Office publication, covering protection in member states",
    ]


def test_labels_are_spanish_unless_english_is_asked_for() -> None:
    dataset = table("countries", ("CN", 9))
    spanish = chart("top_patent_countries", dataset)
    english = chart("top_patent_countries", dataset, language="en")
    assert spanish["x_axis"]["label"] == "Número de Patentes Publicadas"
    assert spanish["y_axis"]["label"] == "Jurisdicción"
    assert english["y_axis"]["label"] == "Jurisdiction"


def test_names_rise_with_shares_of_all_rows(datasets: dict[str, Dataset]) -> None:
    for facet, axis, default in (
        ("inventors", "Inventores", 10),
        ("applicants", "Solicitantes", 15),
    ):
        dataset = datasets[facet]
        data = chart(f"top_patent_{facet}", dataset)
        values = [entry["value"] for entry in data["series"]]
        assert values == sorted(values)
        assert values == sorted(count for _, count in dataset.rows)[-default:]
        assert data["total_publications"] == dataset.total
        assert (data["type"], data["y_axis"], data["top_n"]) == ("horizontal_bar", axis, default)
        for entry in data["series"]:
            assert entry["percentage"] == round(100 * entry["value"] / dataset.total, 2)


def test_names_keep_initials_and_inner_capitals() -> None:
    rows = [("MCDONALD JAMES", 3), ("O'NEIL ANA", 2), ("NULL JUAN DE LA CRUZ", 1)]
    data = chart("top_patent_inventors", table("inventors", *rows), top_n=3)
    names = [entry["name"] for entry in data["series"]]
    assert names == ["Null Juan de la Cruz", "O'Neil Ana", "McDonald James"]
    firms = chart("top_patent_applicants", table("applicants", ("LG CHEM LTD", 2)), top_n=1)
    assert firms["series"][0]["name"] == "LG Chem Ltd"


@pytest.mark.parametrize(
    ("key", "facet", "parameter"),
    [
        ("top_patent_inventors", "inventors", "top_n"),
        ("top_patent_applicants", "applicants", "top_n"),
        ("cpc_treemap", "cpc_subgroups", "num_groups"),
    ],
)
def test_a_ranking_longer_than_its_table_shows_what_there_is_and_says_so(
    key: str, facet: str, parameter: str
) -> None:
    dataset = table(facet, ("A01B1/00", 2), ("B01B1/00", 1))
    assert chart(key, dataset, language="en", **{parameter: 2})["warnings"] == []
    data = chart(key, dataset, language="en", **{parameter: 3})
    assert len(data["series"]) == 2
    assert "were asked for, but the data has only 2." in data["warnings"][0]


def test_holders_with_the_same_beginning_have_labels_of_their_own_and_full_names() -> None:
    start = "INSTITUT NATIONAL DE LA RECHERCHE AGRONOMIQUE ET DE L ENVIRONNEMENT"
    names = [f"{start} {city}" for city in ("NANTES", "LYON", "NANTES ")]
    names += ["国立研究開発法人" * 4 + city for city in ("東京", "大阪")]
    rows = [(name, 9 - at) for at, name in enumerate(names)]
    series = chart("top_patent_applicants", table("applicants", *rows), top_n=5)["series"]
    assert len({entry["name"] for entry in series}) == 5
    assert series[0]["full_name"] == names[-1]
    lyon = next(entry for entry in series if entry["value"] == 8)
    assert lyon["full_name"].endswith("Environnement Lyon")
    assert "Lyon" in lyon["name"]


def test_names_left_out_at_a_tie_are_counted() -> None:
    rows = [(f"NAME {letter}", 2) for letter in "ABCDE"]
    data = chart("top_patent_inventors", table("inventors", *rows), top_n=3, language="en")
    assert data["warnings"] == [
        "2 more with 2 publications are not shown; ties are in alphabetical order."
    ]


def test_cpc_symbols_are_left_alone_and_shares_are_of_the_shown_groups(
    datasets: dict[str, Dataset],
) -> None:
    data = chart("cpc_treemap", datasets["cpc_subgroups"], num_groups=12)
    symbols = {key for key, _ in datasets["cpc_subgroups"].rows}
    assert all(entry["name"] in symbols for entry in data["series"])
    values = [entry["value"] for entry in data["series"]]
    assert values == sorted(values, reverse=True)
    assert data["total_publications"] == sum(values)
    assert sum(entry["percentage"] for entry in data["series"]) == pytest.approx(100, abs=0.1)


def test_another_facets_table_is_refused() -> None:
    with pytest.raises(AlgorithmProblem, match="needs the 'countries' table, not 'inventors'"):
        chart("top_patent_countries", table("inventors", ("DOE JANE", 1)))


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(AlgorithmProblem, match="has no rows"):
        chart("top_patent_countries", table("countries"))
