"""Charts are drawn in the formats asked for, carry their words, and are the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from bureau.desks.insights import catalogue
from bureau.desks.insights.datasets import Dataset, write_parquet
from bureau.desks.insights.errors import RenderProblem, UnknownAlgorithm
from bureau.desks.insights.facets import FACETS
from bureau.desks.insights.ingestion.load import load_datasets
from bureau.desks.insights.rendering.charts import ChartResult, OutputFormat, render
from bureau.desks.insights.rendering.scale import scale
from bureau.desks.insights.tests.tables import TODAY, table

SVG = "{http://www.w3.org/2000/svg}"
KEYS = catalogue.available()
BARS = ("cpc_treemap", "top_patent_applicants", "top_patent_countries", "top_patent_inventors")


def draw(
    datasets: dict[str, Dataset], key: str, formats: OutputFormat = "both", **params: Any
) -> ChartResult:
    dataset = datasets[catalogue.get(key).facet]
    return render(key, "1.0", dataset, params, formats, today=TODAY)


def texts(svg: str) -> str:
    return " ".join("".join(node.itertext()) for node in ET.fromstring(svg).iter(f"{SVG}text"))


@pytest.mark.parametrize("key", KEYS)
def test_every_algorithm_draws_every_workbook(datasets: dict[str, Dataset], key: str) -> None:
    result = draw(datasets, key)
    assert result.png is not None
    assert result.svg is not None
    image = Image.open(BytesIO(result.png))
    assert isinstance(image, PngImageFile)
    assert image.size == ((1200, 1000) if key in BARS else (1500, 800))
    assert image.text["Software"] == "Bureau"
    assert image.text["Description"] == result.meta["alt_text"]
    ET.fromstring(result.svg)
    json.dumps([result.chart_data, result.meta])


@pytest.mark.parametrize("key", KEYS)
def test_the_svg_carries_title_description_and_how_it_was_made(
    datasets: dict[str, Dataset], key: str
) -> None:
    result = draw(datasets, key, "svg")
    root = ET.fromstring(result.svg or "")
    first = [child.tag for child in list(root)[:3]]
    assert first == [f"{SVG}title", f"{SVG}desc", f"{SVG}metadata"]
    assert root.get("role") == "img"
    assert root[1].text == result.meta["alt_text"]
    about = json.loads(root[2].text or "")
    for name in ("algorithm_key", "algorithm_version", "params", "counting_rule", "input_hash"):
        assert about[name] == result.meta[name]


def test_only_the_formats_asked_for_are_made(datasets: dict[str, Dataset]) -> None:
    png = draw(datasets, "patent_evolution", "png")
    svg = draw(datasets, "patent_evolution", "svg")
    both = draw(datasets, "patent_evolution", "both")
    assert (png.png, png.svg) == (both.png, None)
    assert (svg.png, svg.svg) == (None, both.svg)


@pytest.mark.parametrize("key", KEYS)
def test_the_same_chart_is_the_same_bytes_in_one_process(
    datasets: dict[str, Dataset], key: str
) -> None:
    first, second = draw(datasets, key), draw(datasets, key)
    assert (first.png, first.svg) == (second.png, second.svg)
    assert first.chart_data == second.chart_data
    assert first.meta["input_hash"] == second.meta["input_hash"]


def test_the_same_charts_are_the_same_bytes_in_another_process(
    sample_path: Path, tmp_path: Path
) -> None:
    datasets = load_datasets(sample_path, FACETS).datasets
    code = (
        "import datetime, hashlib, sys\n"
        "from bureau.desks.insights import catalogue\n"
        "from bureau.desks.insights.datasets import read_parquet\n"
        "from bureau.desks.insights.rendering.charts import render\n"
        "for spec in catalogue.specs():\n"
        "    data = read_parquet(f'{sys.argv[1]}/{spec.facet}.parquet')\n"
        "    today = datetime.date.fromisoformat(sys.argv[2])\n"
        "    chart = render(spec.key, '1.0', data, today=today)\n"
        "    digest = hashlib.sha256(chart.png + chart.svg.encode()).hexdigest()\n"
        "    print(digest, chart.meta['input_hash'])\n"
    )
    expected = []
    for spec in catalogue.specs():
        write_parquet(datasets[spec.facet], tmp_path / f"{spec.facet}.parquet")
        chart = draw(datasets, spec.key)
        digest = hashlib.sha256((chart.png or b"") + (chart.svg or "").encode()).hexdigest()
        expected.append(f"{digest} {chart.meta['input_hash']}")
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), TODAY.isoformat()],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "4711"},
    )
    assert done.stdout.split("\n")[:-1] == expected


def test_the_input_hash_follows_data_and_effective_parameters_only() -> None:
    one, other = table("countries", ("CN", 3), ("EC", 1)), table("countries", ("CN", 3), ("EC", 2))

    def digest(dataset: Dataset, **params: Any) -> str:
        hashed = render("top_patent_countries", "1.0", dataset, params, "png", today=TODAY)
        return str(hashed.meta["input_hash"])

    base = digest(one)
    assert digest(one, top_n=15, palette="professional") == base
    assert len({base, digest(other), digest(one, top_n=14), digest(one, language="en")}) == 4


def test_text_stays_text_and_speaks_the_language(datasets: dict[str, Dataset]) -> None:
    spanish = draw(datasets, "patent_evolution", "svg").svg or ""
    english = draw(datasets, "patent_evolution", "svg", language="en").svg or ""
    assert "Evolución de las publicaciones de patentes" in texts(spanish)
    assert "Años de la primera publicación" in texts(spanish)
    assert "Patent publications by year" in texts(english)


def test_names_are_not_read_as_formulas_or_markup() -> None:
    rows = [("A$B_2$ <script>&", 3), ("x^2 $ CO", 1)]
    result = render("top_patent_applicants", "1.0", table("applicants", *rows), {"top_n": 2})
    words = texts(result.svg or "")
    assert "A$B_2$" in words
    assert "<script>&" in words


@pytest.mark.parametrize("palette", ["vibrant", "earth", "ocean", "sunset", "monochrome"])
def test_a_palette_changes_the_colours_and_not_the_data(
    datasets: dict[str, Dataset], palette: str
) -> None:
    plain = draw(datasets, "top_patent_countries", "svg")
    other = draw(datasets, "top_patent_countries", "svg", palette=palette)
    assert plain.svg != other.svg
    assert plain.chart_data == other.chart_data


def test_drawing_leaves_matplotlibs_settings_and_pyplot_alone(datasets: dict[str, Dataset]) -> None:
    before = dict(mpl.rcParams)
    draw(datasets, "patent_forecast")
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == []


@pytest.mark.parametrize("count", [1, 2, 45, 100])
def test_any_number_of_bars_and_tiles_can_be_drawn(count: int) -> None:
    rows = [(f"B{i:02}Y{i}/10 WITH A RATHER LONG NAME OF {i}", 1 + i * i) for i in range(count)]
    for key, parameter in (("top_patent_applicants", "top_n"), ("cpc_treemap", "num_groups")):
        dataset = table(catalogue.get(key).facet, *rows)
        assert render(key, "1.0", dataset, {parameter: count, "font_size": "large"}, "png").png


def test_metadata_says_what_was_counted(datasets: dict[str, Dataset]) -> None:
    assert "familia" in draw(datasets, "top_patent_countries", "png").meta["counting_rule"]
    assert "documento" in draw(datasets, "top_patent_inventors", "png").meta["counting_rule"]


def test_a_failure_to_draw_is_named(
    datasets: dict[str, Dataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bureau.desks.insights.rendering import lines

    def fail(*_: object) -> None:
        raise ValueError("no ink")

    monkeypatch.setattr(lines, "add_title", fail)
    with pytest.raises(RenderProblem, match="'patent_evolution' could not be drawn") as caught:
        draw(datasets, "patent_evolution")
    assert caught.value.code == "RENDER_ERROR"


def test_an_unknown_algorithm_is_refused(datasets: dict[str, Dataset]) -> None:
    with pytest.raises(UnknownAlgorithm):
        render("x", "1.0", datasets["countries"])


@pytest.mark.parametrize("highest", [0, 0.4, 1, 3, 7, 15, 99, 384, 1371, 98_765, 4.7])
def test_scales_are_whole_even_steps_that_cover_the_highest_value(highest: float) -> None:
    ticks = scale(highest, 5)
    assert len(ticks) == 6
    assert ticks[0] == 0
    assert ticks[-1] >= highest
    assert len({b - a for a, b in pairwise(ticks)}) == 1
