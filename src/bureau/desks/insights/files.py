"""The kinds of files of this desk: uploads, datasets and charts."""

from __future__ import annotations

from django.conf import settings

from bureau.kernel.files.kinds import FileKind, owner_or_admin, register_kind

SOURCE = "insights.source"
DATASET = "insights.dataset"
ROWS = "insights.rows"
PNG = "insights.png"
SVG = "insights.svg"

PARQUET_TYPE = "application/vnd.apache.parquet"
JSON_TYPE = "application/json"
PNG_TYPE = "image/png"
SVG_TYPE = "image/svg+xml"
_WORKBOOK_TYPES = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "text/csv",
    }
)
_MADE_HERE = {DATASET: PARQUET_TYPE, ROWS: JSON_TYPE, PNG: PNG_TYPE, SVG: SVG_TYPE}


def register_kinds() -> None:
    """Tell the files room what this desk stores and who may open it."""
    limit = settings.MAX_UPLOAD_BYTES
    # whoever keeps or validates a source has it read in a child, which looks deeper than a check here
    register_kind(FileKind(SOURCE, limit, _WORKBOOK_TYPES, owner_or_admin))
    for name, media_type in _MADE_HERE.items():
        register_kind(FileKind(name, limit, frozenset({media_type}), owner_or_admin, None))
