"""A look at a source before it is imported: what its columns seem to be."""

from __future__ import annotations

from typing import Any

from bureau.desks.imaging.columns import GENDERS
from bureau.desks.imaging.importing.delimited import DelimitedSource
from bureau.desks.imaging.importing.headers import Family
from bureau.desks.imaging.importing.reading import Source
from bureau.kernel.files.tables.encodings import CHOICES

ROWS = 5
_SAMPLES = 3
_LETTERS = {word for words in GENDERS.values() for word in words}


def preview(source: Source, family: Family) -> dict[str, Any]:
    """Columns with the field each seems to mean, the first rows, and what is still missing."""
    rows = source.head(ROWS)
    meaning = {place: field for field, place in source.columns.places.items()}
    columns = [
        _column(header, place, meaning.get(place), rows)
        for place, header in enumerate(source.columns.headers)
    ]
    text = source if isinstance(source, DelimitedSource) else None
    found = text.found if text else None
    return {
        "columns": columns,
        "preview_rows": rows,
        "target_fields": list(family.fields),
        "missing_required": [name for name in family.required if name not in meaning.values()],
        "encoding": text.form.encoding if text else None,
        "encoding_is_clear": found.likely if found else True,
        "other_encodings": list(found.others) if found else [],
        "encodings": list(CHOICES) if found else [],
        "delimiter": text.form.delimiter if text else None,
        "notes": source.columns.notes,
    }


def _column(
    header: str, place: int, field: str | None, rows: list[list[str | None]]
) -> dict[str, Any]:
    values = [row[place] for row in rows if place < len(row) and row[place]]
    return {
        "name": header,
        "detected_type": _type_of([value for value in values if value]),
        "sample_values": values[:_SAMPLES],
        "suggested_field": field,
    }


def _type_of(values: list[str]) -> str:
    if not values:
        return "empty"
    if all(value.isdigit() for value in values):
        return "number" if all(len(value) < 6 and value[0] != "0" for value in values) else "text"
    if all(len(value) >= 10 and value[:4].isdigit() and value[4] in "-/" for value in values):
        return "datetime"
    return "gender" if all(value.upper() in _LETTERS for value in values) else "text"
