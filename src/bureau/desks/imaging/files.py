"""The kind of file this desk keeps: what was uploaded to be imported."""

from __future__ import annotations

from typing import BinaryIO

from django.conf import settings

from bureau.kernel.files.guards import WORKBOOK_CHECK
from bureau.kernel.files.kinds import FileKind, owner_or_admin, register_kind
from bureau.kernel.files.sniffing import CSV, XLSX
from bureau.kernel.sandbox import Lent, run

SOURCE = "imaging.source"


def check_source(file: BinaryIO) -> None:
    """Refuse a workbook that unpacks to far more than it looks, or reaches too far; in a child.

    Raises:
        InvalidInput: see `guards.check_workbook`.
    """
    file.seek(0)
    zipped = file.read(2) == b"PK"
    file.seek(0)
    if zipped:
        run(WORKBOOK_CHECK, Lent(file), settings.MAX_SHEET_CELLS)


def register_kinds() -> None:
    """Tell the files room what this desk stores and who may open it."""
    limit = settings.MAX_UPLOAD_BYTES
    types = frozenset({XLSX, CSV})
    register_kind(FileKind(SOURCE, limit, types, owner_or_admin, check_source))
