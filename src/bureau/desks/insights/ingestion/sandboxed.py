"""Reading uploads in a child of limited means: the caller's side, and what the child runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.ingestion.load import Loaded, load_datasets
from bureau.desks.insights.ingestion.preflight import Preflight, inspect
from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.sheets import SheetTooLarge
from bureau.kernel.sandbox import Lent, Limits, Parser, register, run
from bureau.kernel.sandbox.parsers import MB

_ERRORS = (ValidationProblem, SheetTooLarge, InvalidInput)
_LIBRARIES = ("python_calamine",)
INSPECT = register(
    Parser(
        "insights.inspect",
        f"{__name__}:inspected",
        Limits(memory_bytes=1536 * MB, cpu_seconds=60),
        errors=_ERRORS,
        preload=_LIBRARIES,
    )
)
LOAD = register(
    Parser(
        "insights.load",
        f"{__name__}:loaded",
        # fifty thousand rows take half of it
        Limits(memory_bytes=2048 * MB, cpu_seconds=300, wall_seconds=600),
        errors=_ERRORS,
        preload=_LIBRARIES,
    )
)


def inspect_upload(
    source: Path | BinaryIO, wanted: Mapping[str, str], encoding: str = ""
) -> Preflight:
    """What `preflight.inspect` finds.

    Raises:
        ValidationProblem: the file cannot be opened at all.
        InvalidInput: it is over a limit.
    """
    return Preflight(**run(INSPECT, Lent(source), dict(wanted), _most_cells(), encoding))


def load_upload(path: Path, facets: Iterable[str], encoding: str = "") -> Loaded:
    """What `load.load_datasets` reads; raises as `inspect_upload`."""
    said = run(LOAD, Lent(path), list(facets), _most_cells(), encoding)
    return Loaded(
        {key: _dataset(table) for key, table in said["datasets"].items()},
        {key: ValidationProblem(sentence) for key, sentence in said["problems"].items()},
    )


def _most_cells() -> int:
    from django.conf import settings

    return int(settings.MAX_SHEET_CELLS)


def _dataset(said: dict[str, Any]) -> Dataset:
    rows = tuple((key, count) for key, count in said.pop("rows"))
    return Dataset(rows=rows, notes=tuple(said.pop("notes")), **said)


# --- in the child -----------------------------------------------------------------------------


def inspected(
    path: Path, wanted: Mapping[str, str], most_cells: int, encoding: str = ""
) -> dict[str, Any]:
    """`preflight.inspect` as plain data."""
    return asdict(inspect(path, wanted, most_cells, encoding))


def loaded(path: Path, facets: list[str], most_cells: int, encoding: str = "") -> dict[str, Any]:
    """`load.load_datasets` as plain data."""
    found = load_datasets(path, facets, most_cells, encoding)
    return {
        "datasets": {key: asdict(table) for key, table in found.datasets.items()},
        "problems": {key: problem.message for key, problem in found.problems.items()},
    }
