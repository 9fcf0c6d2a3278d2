"""Race `results`: reading a Results workbook of 50,000 documents, against openpyxl."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import openpyxl

from benchmarks.ground import Ground
from benchmarks.report import Table, interleaved, ratio_of
from bureau.desks.insights import catalogue
from bureau.desks.insights.ingestion.load import load_datasets
from bureau.desks.insights.ingestion.opening import open_book
from bureau.desks.insights.sample import write_results

ROWS = 50_000
# a round takes half a minute, nearly all of it openpyxl
ROUNDS = 2
SHEET = "Results"


def run(ground: Ground) -> Table:
    """Parse the same file in turn by Bureau, with and without counting facets, and by openpyxl."""
    path = ground.folder / "results.xlsx"
    write_results(str(path), ROWS)
    facets = list(dict.fromkeys(spec.facet for spec in catalogue.specs()))
    book = open_book(path)
    book.rows(SHEET)
    seconds = interleaved(
        {
            "bureau": lambda: open_book(path).rows(SHEET),
            "facets": lambda: load_datasets(path, facets),
            "normal": lambda: _openpyxl(path, read_only=False),
            "read-only": lambda: _openpyxl(path, read_only=True),
        },
        ROUNDS,
    )
    return _table(seconds, path, len(facets))


def _openpyxl(path: Path, *, read_only: bool) -> list[object]:
    workbook = openpyxl.load_workbook(path, read_only=read_only)
    return list(workbook[SHEET].iter_rows(values_only=True))


def _table(seconds: dict[str, list[float]], path: Path, facets: int) -> Table:
    table = Table(f"results: a workbook of {ROWS:,} documents, {path.stat().st_size / 1e6:.1f} MB")
    ours = seconds["bureau"]
    rate = f"{ROWS / median(ours):,.0f} rows/s"
    table.add("Bureau, rows of the sheet", f"{median(ours):.2f} s", "1x")
    table.add("Bureau, the same as a rate", rate)
    table.add(f"Bureau, rows and {facets} facets counted", f"{median(seconds['facets']):.2f} s")
    for name in ("normal", "read-only"):
        ratio = f"{ratio_of(seconds[name], ours):.1f}x"
        table.add(f"openpyxl, {name}", f"{median(seconds[name]):.2f} s", ratio, "at least 8x")
    table.notes.append(f"ratio: time of the row / time of Bureau's rows; median of {ROUNDS} rounds")
    return table
