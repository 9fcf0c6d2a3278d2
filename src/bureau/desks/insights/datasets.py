"""Datasets: the canonical tables that every reader writes and every algorithm reads.

A dataset is one facet table of two columns, key and count, which keep the header texts of their
source. Files hold the rows only (Parquet or JSON); nothing here knows where they are stored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from bureau.desks.insights.facets import COUNT_HEADER, FACETS

Key = str | int
SourceKind = Literal["espacenet_filters", "espacenet_results", "lens"]
CountingUnit = Literal["family", "document"]
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_METADATA = "bureau.dataset"

COUNTING_RULES: dict[CountingUnit, dict[str, str]] = {
    "family": {
        "es": "Cada familia de patentes cuenta una vez por cada valor distinto; "
        "la suma puede superar el número de familias.",
        "en": "Each patent family counts once per distinct value; "
        "the sum can exceed the number of families.",
    },
    "document": {
        "es": "Cada documento cuenta una vez por cada valor distinto; "
        "la suma puede superar el número de documentos.",
        "en": "Each document counts once per distinct value; "
        "the sum can exceed the number of documents.",
    },
}


@dataclass(frozen=True, slots=True)
class Dataset:
    """One facet table.

    `rows` are (key, number of documents) in source order; keys are text, or int for years.
    `unit` says what was counted, `notes` what a reader had to repair.
    """

    facet: str
    rows: tuple[tuple[Key, int], ...]
    source_kind: SourceKind = "espacenet_filters"
    sheet_name: str = ""
    key_header: str = ""
    count_header: str = COUNT_HEADER
    unit: CountingUnit = "document"
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.key_header:
            object.__setattr__(self, "key_header", FACETS[self.facet].header)
        # Control characters have no meaning in a name and no spelling in XML.
        clean = tuple((_printable(key), count) for key, count in self.rows)
        object.__setattr__(self, "rows", clean)

    @property
    def total(self) -> int:
        """Sum of the counts: more than the hits where a document has several values."""
        return sum(count for _, count in self.rows)

    @property
    def columns_map(self) -> dict[str, str]:
        """Canonical column -> header text of the source."""
        return {"key": self.key_header, "count": self.count_header}

    @property
    def summary_stats(self) -> dict[str, object]:
        """Row and column figures in the shape of the wire contract."""
        columns = [self.key_header, self.count_header]
        key_type = "int64" if FACETS[self.facet].kind == "year" else "string"
        return {
            "total_rows": len(self.rows),
            "total_columns": len(columns),
            "columns": columns,
            "data_types": {self.key_header: key_type, self.count_header: "int64"},
            "null_counts": dict.fromkeys(columns, 0),
            "sheet_name": self.sheet_name,
        }

    def ranked(self) -> list[tuple[Key, int]]:
        """Rows by count, largest first; equal counts by key, whatever the order of the file."""
        return sorted(self.rows, key=lambda row: (-row[1], str(row[0])))

    def canonical_bytes(self) -> bytes:
        """The one spelling of this table that hashes are made from; repairs are no part of it."""
        content = [self.facet, self.unit, self.key_header, self.count_header, self.rows]
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()

    def records(self) -> list[dict[str, Key]]:
        """Rows as objects under the source's header texts."""
        return [{self.key_header: key, self.count_header: count} for key, count in self.rows]

    def to_json(self) -> str:
        """The rows as an indented JSON array of objects, as the wire contract stores them."""
        return json.dumps(self.records(), ensure_ascii=False, indent=2)

    def _about(self) -> str:
        return json.dumps(
            {
                "facet": self.facet,
                "source_kind": self.source_kind,
                "sheet_name": self.sheet_name,
                "key_header": self.key_header,
                "count_header": self.count_header,
                "unit": self.unit,
                "notes": self.notes,
            }
        )


def _printable(key: Key) -> Key:
    return _CONTROL.sub("", key) if isinstance(key, str) else key


def write_parquet(dataset: Dataset, target: str | Path | IO[bytes]) -> None:
    """Write the table and what it means to one self-contained Parquet file."""
    import polars

    frame = polars.DataFrame(
        {
            dataset.key_header: [key for key, _ in dataset.rows],
            dataset.count_header: [count for _, count in dataset.rows],
        }
    )
    frame.write_parquet(target, metadata={_METADATA: dataset._about()})


def read_parquet(source: str | Path | IO[bytes]) -> Dataset:
    """Read what `write_parquet` wrote.

    Raises:
        ValueError: the file is Parquet and not one of these tables.
    """
    import polars

    about = polars.read_parquet_metadata(source).get(_METADATA)
    if about is None:
        raise ValueError("This Parquet file does not hold a patent table of this desk.")
    if not isinstance(source, (str, Path)):
        source.seek(0)
    fields = json.loads(about)
    fields["notes"] = tuple(fields["notes"])
    return Dataset(rows=tuple(polars.read_parquet(source).iter_rows()), **fields)


def read_json(text: str, *, facet: str, source_kind: SourceKind = "espacenet_filters") -> Dataset:
    """Read the JSON rows of `Dataset.to_json` back; headers come from the first row.

    Raises:
        ValueError: a row does not have exactly the two columns of the first.
    """
    records: Sequence[dict[str, Key]] = json.loads(text)
    if not records:
        return Dataset(facet=facet, rows=(), source_kind=source_kind)
    headers = tuple(records[0])
    if len(headers) != 2 or any(tuple(record) != headers for record in records):
        raise ValueError("Each row must have the same two columns: the key and the count.")
    rows = tuple((record[headers[0]], int(record[headers[1]])) for record in records)
    return Dataset(
        facet=facet,
        rows=rows,
        source_kind=source_kind,
        key_header=headers[0],
        count_header=headers[1],
    )
