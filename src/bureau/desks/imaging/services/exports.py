"""Taking studies out of the house: as CSV or as a workbook, row by row from the database to disk.

A cell of CSV that a spreadsheet would run as a formula gets an apostrophe, which importing takes off. At most `LIMIT` rows leave at once;
the answer's headers say so when there were more.
"""

from __future__ import annotations

import csv
import io
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.db import connection, transaction

from bureau.desks.imaging.access import must_pseudonymise, unreadable_columns
from bureau.desks.imaging.columns import EXPORT_COLUMNS
from bureau.desks.imaging.search.counting import total_of
from bureau.desks.imaging.search.finding import meant
from bureau.desks.imaging.search.matching import hits_of
from bureau.desks.imaging.search.query import ASKED_COLUMNS, DEFAULT_SORT, Filter, StudyQuery
from bureau.desks.imaging.services import audit
from bureau.desks.imaging.services.groups import refuse_small_group, refuse_times
from bureau.desks.imaging.services.pseudonyms import Pseudonyms
from bureau.desks.imaging.shapes import wire_time
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import InvalidInput, NotAllowed
from bureau.kernel.files.tables.formulas import escaped
from bureau.kernel.list_parameters import refuse_unreadable

LIMIT = 10_000
SHEET = "Studies Export"
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# characters
MOST_OF_A_CELL = 32_767
_IN_MEMORY = 1 << 20
Cells = list[Any]


@dataclass(frozen=True)
class Export:
    """A finished file, open at its start, and how much of what was meant is in it."""

    file: IO[bytes]
    name: str
    media_type: str
    rows: int
    total: int

    @property
    def is_capped(self) -> bool:
        """Whether more studies were meant than one file takes."""
        return self.total > self.rows


def export_studies(
    user: User,
    asked: StudyQuery,
    query: Mapping[str, Sequence[str]],
    form: str,
    *,
    pseudonymised: bool,
) -> Export:
    """Write the studies a filter means into a file, newest first or as sorted.

    Args:
        query: the parameters as they came, which `asked` was read from.
        form: `xlsx`; anything else is CSV.
        pseudonymised: without names, with digests in place of numbers, and with days for times.

    Raises:
        NotAllowed: the person may only have records without names, and asked for others, by what
            they may not read, or for so few people that they can be told apart.
    """
    if must_pseudonymise(user) and not pseudonymised:
        raise NotAllowed("Your role may export with pseudonymised=true only.")
    refuse_unreadable(query, ASKED_COLUMNS, unreadable_columns(user))
    write, media_type, ending = _FORMS.get(form, _FORMS["csv"])
    with transaction.atomic():
        hits = hits_of(asked.filter)
        if must_pseudonymise(user):
            refuse_times(asked.filter)
            refuse_small_group(meant(asked.filter, hits))
        total = total_of(asked.filter, hits)
        rows = _Counted(_cells(asked, pseudonymised=pseudonymised))
        file = write(rows)
        facts = {"form": ending, "pseudonymised": pseudonymised, "total": total}
        audit.studies_exported(user, asked.filter, rows.count, facts)
    name = f"studies_export_{datetime.now():%Y%m%d_%H%M%S}.{ending}"
    return Export(file, name, media_type, rows.count, total)


class _Counted:
    """Passes rows on and knows how many there were."""

    def __init__(self, rows: Iterable[Cells]) -> None:
        self._rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Cells]:
        for row in self._rows:
            self.count += 1
            yield row


def _cells(asked: StudyQuery, *, pseudonymised: bool) -> Iterator[Cells]:
    orders = _ORDERS_OF_DAYS if pseudonymised else _ORDERS
    order = orders.get(asked.sort, orders[DEFAULT_SORT])
    if not pseudonymised:
        yield from ([_cell(value) for value in row] for row in _rows(asked.filter, order))
        return
    signs = Pseudonyms()
    # within a day the order would tell the time, and among equals the number
    order = order.format(shuffled=f"md5('{secrets.token_hex(16)}' || exam_id)")
    for row in _rows(asked.filter, order):
        yield signs.of_row([_day(value) for value in row])


def _cell(value: Any) -> Any:
    return _time(value) if isinstance(value, datetime) else value


def _time(moment: datetime) -> str:
    """As in answers; a fraction is kept, so that the file can be imported again unchanged."""
    return wire_time(moment) if not moment.microsecond else moment.isoformat()


def _day(value: Any) -> Any:
    return value.date().isoformat() if isinstance(value, datetime) else value


_ORDERS = {
    DEFAULT_SORT: "order_datetime DESC, exam_id DESC",
    "order_datetime_asc": "order_datetime, exam_id",
    "patient_name_asc": "patient_name, exam_id",
}
_ORDERS_OF_DAYS = {
    DEFAULT_SORT: "order_datetime::date DESC, {shuffled}",
    "order_datetime_asc": "order_datetime::date, {shuffled}",
}


def _rows(asked: Filter, order: str) -> Iterator[tuple[Any, ...]]:
    where = meant(asked, hits_of(asked))
    sql = (
        f"SELECT {', '.join(EXPORT_COLUMNS)} FROM medical_examinations_fact "
        f"WHERE {where.sql} ORDER BY {order} LIMIT {LIMIT}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, where.values)
        while rows := cursor.fetchmany(1_000):
            yield from rows


def _harmless(value: Any) -> Any:
    return escaped(value) if isinstance(value, str) else value


def _write_csv(rows: Iterable[Cells]) -> IO[bytes]:
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (the answer closes it)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(EXPORT_COLUMNS)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    text.detach()
    file.seek(0)
    return file


def _whole(value: str) -> str:
    if len(value) > MOST_OF_A_CELL:
        raise InvalidInput(
            f"A text has {len(value):,} characters, and a cell of a workbook holds "
            f"{MOST_OF_A_CELL:,}. Export as CSV (format=csv)."
        )
    return value


def _write_xlsx(rows: Iterable[Cells]) -> IO[bytes]:
    import xlsxwriter

    file = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, EXPORT_COLUMNS, book.add_format({"bold": True}))
        for place, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    # a text is never run in a workbook, and keeps its beginning
                    sheet.write_string(place, column, _whole(value))
                elif value is not None:
                    sheet.write_number(place, column, value)
    file.seek(0)
    return file


_FORMS: dict[str, tuple[Callable[[Iterable[Cells]], IO[bytes]], str, str]] = {
    "csv": (_write_csv, CSV_TYPE, "csv"),
    "xlsx": (_write_xlsx, XLSX_TYPE, "xlsx"),
}
