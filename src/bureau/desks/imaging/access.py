"""The doors to patients' records: a role opens them, and nothing else.

Doctors and administrators read. Analysts may export records without names. Administrators import
and undo. Auditors, and administrators, see who read what. For everybody else nothing is there.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest

from bureau.desks.imaging.columns import PSEUDONYMISED
from bureau.desks.imaging.models import Analysis, ImportBatch, Report
from bureau.desks.imaging.search.finding import Row, study_row
from bureau.kernel.accounts.auth import signed_in
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.errors import NotAllowed, NotFound

ANALYSIS_KIND = "imaging.analyse"


def reader(request: HttpRequest) -> User:
    """Who may search and read.

    Raises:
        NotAllowed: the person is signed in and has another role; else as `signed_in`.
    """
    return _with_role(request, Role.DOCTOR)


def exporter(request: HttpRequest) -> User:
    """Who may take records out; an analyst only without names (`must_pseudonymise`)."""
    return _with_role(request, Role.DOCTOR, Role.ANALYST)


def importer(request: HttpRequest) -> User:
    """Who may bring records in, and take an import back."""
    return _with_role(request)


def auditor(request: HttpRequest) -> User:
    """Who may see who read what."""
    return _with_role(request, Role.AUDITOR)


def _with_role(request: HttpRequest, *roles: Role) -> User:
    user = signed_in(request)
    if not (user.is_admin or user.role in roles):
        raise NotAllowed
    return user


def must_pseudonymise(user: User) -> bool:
    """Whether the person may take records out only without names and numbers."""
    return not may_read(user)


def unreadable_columns(user: User) -> frozenset[str]:
    """The columns that this person never gets to read as they are, so that no filter is over them."""
    return frozenset(PSEUDONYMISED) if must_pseudonymise(user) else frozenset()


def may_read(user: User) -> bool:
    """Whether the person may see patients' records."""
    return user.is_admin or user.role == Role.DOCTOR


def may_import(user: User) -> bool:
    """Whether the person may bring records in."""
    return user.is_admin


def study_for(user: User, exam_id: str) -> Row:
    """One study, all columns; NotFound where it is absent or not for this person."""
    row = study_row(exam_id) if may_read(user) and "\0" not in exam_id else None
    if row is None:
        raise NotFound("Study not found")
    return row


def reports_of(user: User) -> QuerySet[Report]:
    """All reports the person may see."""
    return Report.objects.all() if may_read(user) else Report.objects.none()


def report_for(user: User, report_id: str) -> Report:
    """One report; NotFound where it is absent or not for this person."""
    found = None if "\0" in report_id else reports_of(user).filter(pk=report_id).first()
    if found is None:
        raise NotFound("Report not found")
    return found


def analyses_of(user: User) -> QuerySet[Analysis]:
    """The analyses the person asked for; an administrator sees all. Newest first."""
    found = Analysis.objects.select_related("task__job").order_by("-task_id")
    if user.is_admin:
        return found
    return found.filter(task__job__owner=user) if may_read(user) else found.none()


def analysis_for(user: User, task_id: str) -> Analysis:
    """One analysis; NotFound where it is absent or another's, or the id is none of ours."""
    is_number = task_id.isascii() and task_id.isdecimal() and len(task_id) < 19
    found = analyses_of(user).filter(task_id=int(task_id)).first() if is_number else None
    if found is None:
        raise NotFound("Task not found")
    return found


def imports_of(user: User) -> QuerySet[ImportBatch]:
    """All imports, for administrators; newest first."""
    found = ImportBatch.objects.select_related("task").order_by("-pk")
    return found if user.is_admin else found.none()


def import_for(user: User, import_id: int) -> ImportBatch:
    """One import; NotFound where it is absent or not for this person."""
    found = imports_of(user).filter(pk=import_id).first()
    if found is None:
        raise NotFound("Import not found")
    return found


def actor_of(user: User) -> str:
    """How events name a person."""
    return f"user:{user.pk}"
