"""What was said aloud: heard by the model that is set up here, and put where it belongs."""

from __future__ import annotations

import re

from django.db import transaction

from bureau.desks.grievances import sealing
from bureau.desks.grievances.callers import DESK
from bureau.desks.grievances.case_jobs import DESCRIPTION
from bureau.desks.grievances.cases.complainants import fill_in
from bureau.desks.grievances.intake.filing import mark_sensitive
from bureau.desks.grievances.models import Complainant, Grievance, Recording, Transcription
from bureau.desks.grievances.numbering import named_for
from bureau.kernel.actor_context import on_behalf_of
from bureau.kernel.ai.ports import LanguageNotSupported, ProviderRefused, Transcript
from bureau.kernel.ai.registry import transcriber
from bureau.kernel.errors import InvalidInput
from bureau.kernel.events.log import emit
from bureau.kernel.files.services import local_path

_ABOUT = "complainant_"
_MAIL = re.compile(
    r"[\w.+-]+\s*(?:@|\bat\b)\s*[\w-]+(?:\s*(?:\.|\bdot\b)\s*[\w-]+)+", re.IGNORECASE
)
_NAME = re.compile(
    r"(?:my name is|i am|this is|मेरो नाम|म)\s+(.+?)(?:\s+(?:हो|हुँ)\b|[.,।]|$)", re.IGNORECASE
)


def hear(recording: Recording) -> Transcript | None:
    """What a recording says; None where nobody here can tell.

    Raises:
        ProviderError: the model failed for now.
    """
    stored = recording.attachment.stored
    with on_behalf_of(DESK):
        try:
            model = transcriber()
            if stored is None or model is None:
                return None
            return model.transcribe(local_path(stored), recording.language or None)
        except (LanguageNotSupported, ProviderRefused):
            return None


def keep_heard(recording: Recording, heard: Transcript | None) -> None:
    """Store what was heard; a description that was only spoken becomes the case's."""
    recording.state = Recording.State.FAILED
    if heard is not None:
        recording.language_heard, recording.duration_seconds = heard.language, heard.duration
    if heard is not None and heard.text:
        recording.state = Recording.State.COMPLETED
        _transcription(recording, heard)
        if recording.field_name == DESCRIPTION:
            _describe(recording.attachment.grievance_id, heard.text)
    recording.save()
    _tell(recording)


def _transcription(recording: Recording, heard: Transcript) -> None:
    case = recording.attachment.grievance
    Transcription.objects.filter(recording=recording).delete()
    named_for(
        case,
        "TR",
        lambda name: Transcription(
            transcription_id=name,
            recording=recording,
            automated=heard.text,
            confidence=confidence_of(heard),
            provider=heard.provider,
        ),
    )


def confidence_of(heard: Transcript) -> float | None:
    """How sure the model was, from 0 to 1; stretches that it made up count as 0. Pure."""
    sure = [one.confidence for one in heard.segments if one.confidence is not None]
    return sum(sure) / (len(sure) + heard.rejected) if sure else None


def _describe(case_id: int, text: str) -> None:
    case = Grievance.objects.held().get(pk=case_id)
    if not case.description:
        case.description = text
        mark_sensitive(case)
        case.save()


def _tell(recording: Recording) -> None:
    case = recording.attachment.grievance
    emit(
        case.stream,
        "grievance.recording_heard",
        payload={
            "grievance_id": case.grievance_id,
            "field_name": recording.field_name,
            "status": recording.state,
        },
    )


@transaction.atomic
def fill_in_contact(recording: Recording) -> bool:
    """Put a spoken name, number or address where it belongs, if it is blank there."""
    heard = Transcription.objects.filter(recording=recording).first()
    field = recording.field_name.removeprefix(_ABOUT)
    person = Complainant.objects.select_for_update(no_key=True).get(
        pk=recording.attachment.grievance.complainant_id
    )
    if heard is None or person.is_anonymous or person.erased_at or getattr(person, field):
        return False
    try:
        changed = fill_in(person, {field: contact_in(heard.automated, field)})
    except InvalidInput:
        return False
    person.save()
    return bool(changed)


def contact_in(text: str, field: str) -> str:
    """The name, number or address that a spoken sentence holds; empty where there is none. Pure."""
    if field == "phone":
        digits = re.sub(r"[^\d+]", "", text.translate(sealing.DIGITS))
        return sealing.phone_number(digits)
    if field == "email":
        found = _MAIL.search(text)
        spelled = re.sub(r"\s*\bat\b\s*", "@", found[0], flags=re.IGNORECASE) if found else ""
        return re.sub(r"\s*\bdot\b\s*", ".", spelled, flags=re.IGNORECASE).replace(" ", "")
    if field == "full_name":
        found = _NAME.search(text)
        return (found[1] if found else text).strip(" .,।")[:200]
    return text.strip(" .,।")[:500]
