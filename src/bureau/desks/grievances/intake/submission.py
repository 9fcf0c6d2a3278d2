"""A whole complaint in one request: draft, files and filing, together or not at all."""

from __future__ import annotations

from django.db import transaction

from bureau.desks.grievances import access
from bureau.desks.grievances.callers import Caller
from bureau.desks.grievances.cases.attachments import Received, receive_files
from bureau.desks.grievances.errors import AlreadyFiled
from bureau.desks.grievances.intake.drafts import start_draft
from bureau.desks.grievances.intake.filing import Filed, submit_grievance
from bureau.desks.grievances.intake.forms import Form
from bureau.desks.grievances.models import Grievance
from bureau.kernel.errors import NotFound

# names of the case, not of its fields
_NAMES = ("grievance_id", "complainant_id")


@transaction.atomic(savepoint=False)
def receive_complaint(caller: Caller, form: Form) -> tuple[Filed, Received]:
    """File what a form holds.

    Raises:
        NotFound: it names a case that is not the caller's.
        AlreadyFiled: it names one that was filed before.
        InvalidInput: nothing was said, or a value cannot be used.
    """
    case = _case_of(caller, form)
    actor = caller.actor or "complainant"
    received = receive_files(case, form.uploads, actor=actor, field_names=form.field_names)
    if received.problems and not received.kept and not form.text("grievance_description"):
        # the only thing that was said cannot be used: say why
        raise received.problems[0]
    values = {name: value for name, value in form.values.items() if name not in _NAMES}
    filed = submit_grievance(case, values, actor=actor, anonymous=form.flag("anonymous"))
    return filed, received


def _case_of(caller: Caller, form: Form) -> Grievance:
    name = form.text("grievance_id").strip()
    if name:
        if access.was_filed(caller, name):
            raise AlreadyFiled
        case = access.grievance_for(caller, name)
        if not case.is_draft:
            raise AlreadyFiled
        if form.text("complainant_id") not in ("", case.complainant.complainant_id):
            raise NotFound.matching("Complainant")
        return case
    return start_draft(
        source="bot" if caller.service else "accessible" if form.uploads else "web",
        province=form.text("province"),
        district=form.text("district"),
        language=form.text("language_code") or "ne",
        session_id=form.text("flask_session_id"),
    )
