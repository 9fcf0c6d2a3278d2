"""Race `workbook`: an Espacenet workbook to eight charts, PNG and SVG each."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import bare, usual_way
from benchmarks.ground import Ground
from benchmarks.product import Client
from benchmarks.report import Table, interleaved, ratio_of
from bureau.desks.insights.sample import write_filters

ROUNDS = 3
PROCESSES = 2
OTHER_WORKBOOK = "SAMPLE_WORKBOOK"
AIM_WHOLE, AIM_OVERHEAD = "at least 3x", "at most 20 %"


def run(ground: Ground) -> Table:
    """Race the usual way, the pure core and the product on each workbook there is."""
    sample = ground.folder / "filters.xlsx"
    write_filters(str(sample))
    table = Table("workbook: one workbook to eight charts, PNG and SVG")
    client = Client(ground.installation())
    for path in [sample, *_other_workbook()]:
        _race(path, client, table)
    table.notes += [
        f"median of {ROUNDS} rounds that take turns, after one round to warm up",
        f"ratio: time of the usual way / time of the row; overhead: over bare drawing on {PROCESSES}",
    ]
    return table


def _other_workbook() -> list[Path]:
    return [Path(name)] if (name := os.environ.get(OTHER_WORKBOOK)) else []


def _race(path: Path, client: Client, table: Table) -> None:
    tables = bare.load(path)
    sheets = {facet: found.sheet_name for facet, found in tables.items()}
    marks: list[dict[str, float]] = []
    with bare.pool(PROCESSES) as pool:
        entrants: dict[str, Callable[[], object]] = {
            "usual": partial(usual_way.make_charts, path, sheets),
            "core": partial(bare.whole, path),
            "product": lambda: marks.append(client.make_charts(path, bare.charts())),
            "bare": partial(bare.on_pool, pool, tables),
        }
        first = interleaved(entrants, 1)
        marks.clear()
        seconds = interleaved(entrants, ROUNDS)
    _add_rows(table, path.name, seconds, first["product"][0])
    for name, label in (("posted", "answer to the post"), ("read", "datasets stored")):
        table.add(f"  of it until {label}", f"{median(mark[name] for mark in marks):.2f} s")


def _add_rows(table: Table, name: str, seconds: dict[str, list[float]], first_job: float) -> None:
    usual, bare_drawing = seconds["usual"], seconds["bare"]
    table.add(f"{name}: the usual way, one process", f"{median(usual):.2f} s", "1x")
    labels = {"core": "Bureau's core, one process", "product": "Bureau up, post to SUCCESS"}
    for key, label in labels.items():
        ratio = f"{ratio_of(usual, seconds[key]):.1f}x"
        table.add(label, f"{median(seconds[key]):.2f} s", ratio, AIM_WHOLE)
    table.add("  the first job of the run", f"{first_job:.2f} s")
    table.add(f"bare drawing on {PROCESSES} processes", f"{median(bare_drawing):.2f} s")
    overhead = ratio_of(seconds["product"], bare_drawing) - 1
    table.add("overhead of the product over it", f"{100 * overhead:.0f} %", "", AIM_OVERHEAD)
