"""Reading studies: look, and write down who looked, in one transaction."""

from __future__ import annotations

from django.db import transaction

from bureau.desks.imaging import access
from bureau.desks.imaging.search.finding import Found, Row, find
from bureau.desks.imaging.search.query import StudyQuery
from bureau.desks.imaging.services import audit
from bureau.kernel.accounts.models import User


def search_studies(user: User, asked: StudyQuery) -> Found:
    """Find a page of studies.

    Raises:
        InvalidInput: `after` names no study any more.
    """
    with transaction.atomic():
        found = find(asked)
        audit.studies_searched(user, asked.filter, found.total, len(found.rows))
    return found


def read_study(user: User, exam_id: str) -> Row:
    """Open one study.

    Raises:
        NotFound: it is absent or not for this person.
    """
    with transaction.atomic():
        row = access.study_for(user, exam_id)
        audit.study_read(user, exam_id)
    return row
