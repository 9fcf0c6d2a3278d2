"""Bureau's charts without the product around them: in this process, and on a pool of two."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bureau.desks.insights import catalogue
from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.ingestion.load import load_datasets
from bureau.desks.insights.rendering.charts import render, warm_up


def charts() -> list[str]:
    """Keys of the charts that race, all there are."""
    return catalogue.available()


def load(path: Path) -> dict[str, Dataset]:
    """The tables of the charts, from one reading of the workbook."""
    return load_datasets(path, [spec.facet for spec in catalogue.specs()]).datasets


def whole(path: Path) -> None:
    """Workbook to all charts, PNG and SVG, in this process."""
    tables = load(path)
    for key in charts():
        draw(key, tables)


def draw(key: str, tables: dict[str, Dataset]) -> None:
    """One chart, PNG and SVG, from tables that were read."""
    render(key, catalogue.DEFAULT_VERSION, tables[catalogue.get(key).facet])


def pool(processes: int) -> ProcessPoolExecutor:
    """A pool whose processes have the libraries loaded, as workers have."""
    executor = ProcessPoolExecutor(processes, get_context("spawn"), initializer=warm_up)
    # a pool starts a process only when it has work for it
    list(executor.map(_wait_a_moment, [0.5] * processes))
    return executor


def on_pool(executor: ProcessPoolExecutor, tables: dict[str, Dataset]) -> None:
    """All charts from tables that were read, each by whichever process is free."""
    for finished in [executor.submit(draw, key, tables) for key in charts()]:
        finished.result()


def _wait_a_moment(seconds: float) -> None:
    from time import sleep

    sleep(seconds)
