"""The kinds of complaint: read from a CSV file that is checked in full before it is believed.

`data/categories.csv` is shipped; an operator may load another one (`bureau manage
seed_grievances --categories FILE`), which then stands in the database.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bureau.desks.grievances.models import Category
from bureau.kernel.errors import InvalidInput

DATA = Path(__file__).parents[1] / "data"
_TEXTS = (
    "classification",
    "generic_grievance_name",
    "short_description",
    "description",
    "follow_up_question_description",
    "follow_up_question_quantification",
)
COLUMNS = (*_TEXTS, *(f"{name}_ne" for name in _TEXTS), "high_priority")
_FLAGS = {"true": True, "false": False, "1": True, "0": False}
MAX_TEXT = 500


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of complaint; `fields` holds the texts of both languages by their columns."""

    key: str
    high_priority: bool
    fields: dict[str, str] = field(hash=False)

    def text(self, column: str, language: str) -> str:
        """A text in `ne`, else in English."""
        return self.fields[f"{column}_ne" if language == "ne" else column]

    def questions(self, language: str) -> list[str]:
        """The two follow-up questions: what happened, and how much."""
        return [
            self.text("follow_up_question_description", language),
            self.text("follow_up_question_quantification", language),
        ]


def kinds() -> tuple[Kind, ...]:
    """The kinds that hold here: the loaded ones, else the shipped ones."""
    rows = Category.objects.order_by("position").values_list("key", "fields")
    loaded = tuple(_kind(key, fields) for key, fields in rows)
    return loaded or shipped()


def kind_named(key: str) -> Kind | None:
    """The kind with this key, in any case."""
    wanted = key.strip().casefold()
    return next((kind for kind in kinds() if kind.key.casefold() == wanted), None)


def known_keys(keys: Iterable[str]) -> list[str]:
    """The keys in their one spelling.

    Raises:
        InvalidInput: naming the first that is none.
    """
    spelled = {kind.key.casefold(): kind.key for kind in kinds()}
    found = []
    for key in keys:
        known = spelled.get(key.strip().casefold())
        if known is None:
            sentence = f"There is no category '{key[:80]}'."
            raise InvalidInput(sentence, fields={"grievance_categories": [sentence]})
        found.append(known)
    return list(dict.fromkeys(found))


@cache
def shipped() -> tuple[Kind, ...]:
    """The kinds that come with the desk."""
    return read_kinds(DATA / "categories.csv")


def read_kinds(path: Path) -> tuple[Kind, ...]:
    """Read a file of kinds.

    Raises:
        InvalidInput: naming the line and the column of the first mistake. A text in a column of
            the other language or a question in `high_priority` tells of shifted columns.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or tuple(rows[0]) != COLUMNS:
        raise InvalidInput(f"The file needs these columns in this order: {', '.join(COLUMNS)}.")
    found = tuple(_read(number, row) for number, row in enumerate(rows, start=2))
    keys = [kind.key for kind in found]
    double = next((key for key in keys if keys.count(key) > 1), None)
    if double:
        raise InvalidInput(f"The category '{double}' is there twice.")
    return found


def _read(number: int, row: dict[str, str]) -> Kind:
    if None in row or None in row.values():
        raise InvalidInput(f"Line {number} has another number of columns than the first line.")
    for column, text in row.items():
        problem = _problem(column, text.strip())
        if problem:
            raise InvalidInput(f"Line {number}, column {column}: {problem}")
    fields = {column: row[column].strip() for column in COLUMNS if column != "high_priority"}
    group, name = fields["classification"], fields["generic_grievance_name"]
    return Kind(f"{group} - {name}".title(), _FLAGS[row["high_priority"].strip().lower()], fields)


def _problem(column: str, text: str) -> str:
    if column == "high_priority":
        return "" if text.lower() in _FLAGS else "true or false is expected."
    if not text or len(text) > MAX_TEXT:
        return f"a text of 1 to {MAX_TEXT} characters is expected."
    is_nepali = any("\u0900" <= char <= "\u097f" for char in text)
    if is_nepali != column.endswith("_ne"):
        return "the text is in the other language; are the columns shifted?"
    return ""


def _kind(key: str, fields: dict[str, object]) -> Kind:
    texts = {name: str(value) for name, value in fields.items() if name != "high_priority"}
    return Kind(key, bool(fields["high_priority"]), texts)
