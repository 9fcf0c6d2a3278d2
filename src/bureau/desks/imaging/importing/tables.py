"""A table of cells below a row of headers, whatever file it stands in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from itertools import islice

from bureau.desks.imaging.importing.headers import Family
from bureau.desks.imaging.importing.reading import (
    Cells,
    Chunk,
    Columns,
    Numbered,
    columns_of,
    find_header,
    is_header,
    text,
    written,
)


class TableSource(ABC):
    """A `reading.Source` over numbered rows; the file is open when this is made.

    Raises:
        InvalidInput: there is no row of headers, or the columns are not those that are needed.
    """

    def __init__(self, family: Family, mapping: Mapping[str, str] | None) -> None:
        self._family = family
        self._header, cells = find_header(self._rows(), family)
        self.columns: Columns = columns_of(cells, family, mapping)

    def chunks(self, batch_id: int, after: int, size: int) -> Iterator[Chunk]:
        """See `reading.Source`."""
        rows = (row for row in self._data() if row[0] > after)
        return written(rows, self.columns, self._family, batch_id, size)

    def head(self, count: int) -> list[list[str | None]]:
        """See `reading.Source`."""
        return [[text(cell) for cell in cells] for _, cells in islice(self._data(), count)]

    def _data(self) -> Iterator[Numbered]:
        for number, cells in self._rows():
            if number > self._header and not self._repeats_headers(number, cells):
                yield number, cells

    def _repeats_headers(self, number: int, cells: Cells) -> bool:
        """Whether one of the two rows below the headers says them again."""
        return self._header < number <= self._header + 2 and is_header(cells, self._family)

    @abstractmethod
    def _rows(self) -> Iterator[Numbered]:
        """All rows from the first on, with the numbers that people see."""
