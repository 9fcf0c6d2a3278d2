"""Opening a source by what it is, not by what it is called: in the child, see `sandboxed`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bureau.desks.imaging.importing.delimited import DelimitedSource
from bureau.desks.imaging.importing.duckdb_files import DuckSource
from bureau.desks.imaging.importing.headers import Family
from bureau.desks.imaging.importing.reading import Source
from bureau.desks.imaging.importing.workbooks import WorkbookSource
from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.sheets import MAX_CELLS
from bureau.kernel.files.sniffing import CSV, XLS, XLSX, media_type_of

_DUCK = b"DUCK"


def open_here(
    path: Path,
    family: Family,
    mapping: Mapping[str, str] | None = None,
    *,
    ducks: bool = True,
    most_cells: int = MAX_CELLS,
    encoding: str = "",
    ask: bool = True,
) -> Source:
    """Open a DuckDB file, a workbook or a CSV file in this process.

    Args:
        mapping: header -> field where a person decided; the other headers are looked up.
        ducks: whether a DuckDB file is welcome: only from the server's own disk, not from uploads.
        most_cells: what a sheet of a workbook may reach over.
        encoding: what a CSV file is written in, where a person said so.
        ask: refuse a CSV file of several readings.

    Raises:
        InvalidInput: it is something else, damaged, or lacks a required column.
    """
    with path.open("rb") as file:
        head = file.read(16)
        if not head.strip():
            raise InvalidInput("The file is empty.")
        if ducks and head[8:12] == _DUCK:
            return DuckSource(path, family, mapping)
        kind = media_type_of(file)
    if kind == XLSX:
        return WorkbookSource(path, family, mapping, most_cells)
    if kind == XLS:
        raise InvalidInput("The old .xls format is not read. Save the workbook as .xlsx or CSV.")
    if kind == CSV or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return DelimitedSource(path, family, mapping, encoding, ask=ask)
    wanted = (
        "a DuckDB file, an .xlsx workbook or a CSV file" if ducks else "an .xlsx workbook or CSV"
    )
    raise InvalidInput(f"The file's content is {kind}; expected {wanted}.")
