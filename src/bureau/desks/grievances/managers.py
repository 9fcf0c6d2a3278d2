"""Data access objects with the names and call shapes that programs of the original know.

They take and return plain mappings with the contract's names, run in the caller's process and are for
trusted code: they ask no door. Connections come from Django's pool (`BUREAU_DB_POOL`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import QuerySet

from bureau.desks.grievances import shapes
from bureau.desks.grievances.cases import complainants
from bureau.desks.grievances.cases.attachments import receive_files
from bureau.desks.grievances.cases.search import matching
from bureau.desks.grievances.cases.status_changes import change_status
from bureau.desks.grievances.ids import canonical
from bureau.desks.grievances.intake.drafts import apply_to_draft, start_draft
from bureau.desks.grievances.intake.filing import submit_grievance
from bureau.desks.grievances.models import Attachment, Complainant, Grievance
from bureau.kernel.errors import InvalidInput, NotFound
from bureau.kernel.files.services import delete_file, safe_name

Values = Mapping[str, Any]
Shape = dict[str, Any]
SOURCE = "bot"


@contextmanager
def get_connection() -> Iterator[Any]:
    """A connection of the pool, in a transaction; it goes back by itself."""
    with transaction.atomic():
        yield connection


class ComplainantDbManager:
    """People who complain. What names them is sealed on its way in and opened on its way out."""

    def create_complainant(self, complainant_data: Values) -> str:
        """Make one; returns the `complainant_id`.

        Raises:
            InvalidInput: a phone number or an e-mail address that is none.
        """
        with transaction.atomic():
            person = complainants.make_complainant(
                SOURCE,
                str(complainant_data.get("complainant_province") or "KO"),
                str(complainant_data.get("complainant_district") or "JH"),
                name=_name(complainant_data.get("complainant_id")),
            )
            complainants.fill_in(person, _said(complainant_data))
            person.save()
        return person.complainant_id

    def get_complainant_by_id(self, complainant_id: str) -> Shape | None:
        """One, or None."""
        person = Complainant.objects.filter(complainant_id=canonical(complainant_id)).first()
        return person_shape(person) if person else None

    def get_complainant_by_phone(self, phone: str) -> list[Shape]:
        """Everybody with this number, in whatever spelling."""
        return [person_shape(person) for person in complainants.by_phone(phone)]

    def update_complainant(self, complainant_id: str, complainant_data: Values) -> list[str]:
        """Overwrite fields; returns the names of those that changed.

        Raises:
            NotFound: there is no such person.
        """
        with transaction.atomic():
            rows = Complainant.objects.select_for_update(no_key=True)
            person = rows.filter(complainant_id=canonical(complainant_id)).first()
            if person is None:
                raise NotFound.matching("Complainant")
            changed = complainants.fill_in(person, _said(complainant_data))
            person.save()
        return [f"complainant_{name}" for name in changed]


class GrievanceDbManager:
    """Cases."""

    def create_grievance(self, grievance_data: Values, *, actor: str = "service:bot") -> str:
        """File a case of a known complainant (or of nobody); returns the `grievance_id`.

        Raises:
            InvalidInput: nothing was said, or a value cannot be used.
        """
        known = Complainant.objects.filter(
            complainant_id=canonical(str(grievance_data.get("complainant_id") or ""))
        ).first()
        with transaction.atomic():
            draft = start_draft(
                source=SOURCE,
                language=str(grievance_data.get("language_code") or "ne"),
                complainant=known,
                grievance_id=_name(grievance_data.get("grievance_id")),
            )
            apply_to_draft(draft, _place_of(known))
            draft.summary = str(grievance_data.get("grievance_summary") or "")
            draft.categories = list(grievance_data.get("grievance_categories") or [])
            draft.save()
            about = {name: grievance_data[name] for name in _ABOUT if name in grievance_data}
            filed = submit_grievance(draft, about, actor=actor)
        return filed.case.grievance_id

    def get_grievance_by_id(self, grievance_id: str) -> Shape | None:
        """One, or None."""
        case = _case(grievance_id)
        return shapes.case_shape(case) if case else None

    def update_grievance_status(
        self, grievance_id: str, status_code: str, created_by: str = "service:bot", notes: str = ""
    ) -> Shape:
        """Move a case as the table of states allows; in-process code says who it acts for.

        Raises:
            NotFound, InvalidInput, StatusConflict: as `services.status.change_status`.
        """
        case = _must(grievance_id)
        return shapes.case_shape(change_status(case, status_code, actor=created_by, notes=notes))

    def get_grievances_by_complainant(self, complainant_id: str) -> list[Shape]:
        """All cases of a person, newest first."""
        mine = _cases().filter(complainant__complainant_id=canonical(str(complainant_id)))
        return [shapes.case_shape(case) for case in mine]

    def get_grievance_by_complainant_phone(self, phone: str) -> list[Shape]:
        """All cases of everybody with this number."""
        mine = _cases().filter(complainant__in=complainants.by_phone(phone))
        return [shapes.case_shape(case) for case in mine]

    def search_grievances(self, **filters: Any) -> list[Shape]:
        """Filed cases by status, municipality, date_from and the other filters of the search route.

        Raises:
            InvalidInput: an unknown filter or value.
        """
        found = matching(_cases().filter(is_draft=False), **filters)
        return [shapes.case_shape(case) for case in found[:500]]

    def get_grievance_status(self, grievance_id: str) -> Shape:
        """Where a case stands, in words."""
        return shapes.status_shape(_must(grievance_id))

    def get_available_statuses(self) -> list[Shape]:
        """All states."""
        return shapes.statuses_shape()

    def is_valid_grievance_id(self, grievance_id: str) -> bool:
        """Whether a text can be the number of a case, in any documented layout."""
        return canonical(grievance_id) is not None


class FileDbManager:
    """Files of cases."""

    def save_file(self, file_data: Values, *, actor: str = "service:bot") -> str:
        """Keep the file at `file_path` for `grievance_id`; returns its `file_id`.

        Raises:
            NotFound: no such case; InvalidInput, TooLarge: the file is not taken.
        """
        path = Path(str(file_data["file_path"]))
        name = safe_name(str(file_data.get("file_name") or path.name))
        with path.open("rb") as content:
            upload = UploadedFile(File(content), name, size=path.stat().st_size)
            received = receive_files(_must(str(file_data["grievance_id"])), [upload], actor=actor)
        if received.problems:
            raise received.problems[0]
        return str(received.kept[0].file_id)

    def get_files_by_grievance(self, grievance_id: str) -> list[Shape]:
        """The files of a case, oldest first."""
        files = Attachment.objects.filter(grievance=_must(grievance_id)).order_by("id")
        return [shapes.file_shape(one) for one in files]

    def get_file_by_id(self, file_id: str) -> Shape | None:
        """One, or None."""
        found = Attachment.objects.filter(file_id=file_id).first()
        return shapes.file_shape(found) if found else None

    @transaction.atomic
    def delete_file(self, file_id: str) -> bool:
        """Remove a file with its content; False where there is none."""
        found = Attachment.objects.select_related("stored").filter(file_id=file_id).first()
        if found is None:
            return False
        stored = found.stored
        found.delete()
        if stored is not None:
            delete_file(stored)
        return True


_ABOUT = (
    "grievance_description",
    "grievance_location",
    "grievance_claimed_amount",
    "province",
    "district",
    "municipality",
    "ward",
    "village",
)


def person_shape(person: Complainant) -> Shape:
    """A person with the contract's column names, opened."""
    return {
        "complainant_id": person.complainant_id,
        **{f"complainant_{name}": getattr(person, name) for name in complainants.FIELDS},
    }


def _said(values: Values) -> Shape:
    prefix = "complainant_"
    said = {name.removeprefix(prefix): value for name, value in values.items()}
    return {name: value for name, value in said.items() if name in complainants.FIELDS}


def _place_of(person: Complainant | None) -> Shape:
    if person is None:
        return {}
    return {name: getattr(person, name) for name in complainants.PLACE if getattr(person, name)}


def _name(given: object) -> str | None:
    if not given:
        return None
    name = canonical(str(given))
    if name is None:
        raise InvalidInput("This is no number of a case or person.")
    return name


def _cases() -> QuerySet[Grievance]:
    return Grievance.objects.select_related("complainant", "office").order_by("-id")


def _case(grievance_id: str) -> Grievance | None:
    return _cases().filter(grievance_id=canonical(grievance_id)).first()


def _must(grievance_id: str) -> Grievance:
    case = _case(grievance_id)
    if case is None:
        raise NotFound.matching("Grievance")
    return case


db_manager = ComplainantDbManager()
grievance_manager = GrievanceDbManager()
file_manager = FileDbManager()
