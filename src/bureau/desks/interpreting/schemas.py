"""Shapes of the desk's requests and answers, with the contract's names."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from bureau.desks.interpreting.languages import find_language
from bureau.desks.interpreting.models import AssistanceType, RoomType, Side


def _known_language(value: str) -> str:
    if find_language(value) is None:
        raise ValueError(f"'{value[:50]}' is not a language known here; see GET /api/languages/.")
    return value


LanguageCode = Annotated[str, StringConstraints(max_length=50), AfterValidator(_known_language)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
RowId = Annotated[int, Field(ge=1, le=2**63 - 1)]


class RoomIn(Schema):
    """A room as its maker describes it. `participants` are ids of patients and doctors."""

    name: Name
    room_type: RoomType = RoomType.PATIENT_DOCTOR
    patient_language: LanguageCode = "en"
    doctor_language: LanguageCode = "en"
    patient_name: Annotated[str, StringConstraints(max_length=200)] = ""
    rag_collection: RowId | None = None
    is_active: bool = True
    participants: list[RowId] | None = Field(None, max_length=50)


class RoomPatchIn(Schema):
    """Fields of a room to change; those that are left out stay."""

    model_config = ConfigDict(extra="ignore")

    name: Name = ""
    room_type: RoomType = RoomType.PATIENT_DOCTOR
    patient_language: LanguageCode = "en"
    doctor_language: LanguageCode = "en"
    patient_name: Annotated[str, StringConstraints(max_length=200)] = ""
    rag_collection: RowId | None = None
    is_active: bool = True
    participants: list[RowId] | None = Field(None, max_length=50)


class SeatOut(Schema):
    """Somebody who sits in a room."""

    id: int
    username: str
    name: str
    side: Side


class LastMessageOut(Schema):
    """The newest message, shortened."""

    text: str
    sender: str
    created_at: datetime


class RoomFields(Schema):
    """What the two shapes of a room have in common."""

    id: int
    name: str
    room_type: str
    patient_language: str
    doctor_language: str
    patient_name: str
    rag_collection: int | None
    rag_collection_name: str | None
    is_active: bool
    created_at: datetime
    updated_at: datetime
    message_count: int
    participants: list[SeatOut]


class RoomRowOut(RoomFields):
    """A room in a list. Patient context and linked bases are null for patients."""

    has_rag: bool
    patient_context: list[dict[str, Any]] | None
    linked_knowledge_bases: list[dict[str, Any]] | None
    last_message: LastMessageOut | None


class MessageOut(Schema):
    """A message. Texts in brackets say what is still to come, or why nothing will."""

    id: int
    room: int
    sender_type: str
    sender: int | None
    state: str
    original_text: str
    original_language: str
    translated_text: str
    translated_language: str
    has_image: bool
    image_url: str | None
    image_description: str
    has_audio: bool
    audio_url: str | None
    audio_duration: float | None
    audio_transcription: str
    tts_audio_url: str | None
    tts_native: bool | None
    tts_note: str
    translated_by: str
    warnings: list[dict[str, Any]]
    back_translation: str
    glossary_terms: list[dict[str, Any]]
    suggestions: list[dict[str, Any]]
    transcript_segments: list[dict[str, Any]]
    context_sources: list[dict[str, Any]]
    unchecked: list[dict[str, Any]]
    created_at: datetime


class RoomOut(RoomFields):
    """A room with everything said in it, oldest first; `cursor` is where its socket may go on."""

    cursor: int
    messages: list[MessageOut]


class PageFields(Schema):
    """A page of a list: 100 objects, and the addresses of its neighbours."""

    count: int
    next: str | None
    previous: str | None


class RoomPage(PageFields):
    """A page of rooms."""

    results: list[RoomRowOut]


class MessagePage(PageFields):
    """A page of messages."""

    results: list[MessageOut]


class MessageSlice(Schema):
    """Messages beside a cursor, oldest first.

    `older` is the `before` that gives the slice before this one, null at the beginning; `newer`
    is the `after` that gives what comes later.
    """

    results: list[MessageOut]
    older: int | None
    newer: int | None


class MessageFilters(Schema):
    """Which messages, and how they are paged.

    Without `before`, `after` and `newest` the list is paged by `page`, oldest first.
    """

    room_id: RowId | None = None
    before: RowId | None = None
    after: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    newest: bool = False
    limit: int = Field(50, ge=1, le=100)


class MessageIn(Schema):
    """A message to send: text, a recording (base64), or both.

    `sender_type` must be the side on which the sender sits. A form may bring the recording as the
    file `audio` instead.
    """

    sender_type: str = Field(examples=["patient", "doctor"])
    text: str = ""
    audio: str = ""
    image: str = ""


class LanguageOut(Schema):
    """A language and what this installation can do with it."""

    code: str
    iso3: str
    name: str


class TermIn(Schema):
    """A term of the glossary. Without `translation` it is kept as it is; without
    `target_language` in every language."""

    source_language: LanguageCode
    target_language: LanguageCode | None = None
    term: Name
    translation: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class TermOut(Schema):
    """A term, in force from version `since` until before version `until`."""

    id: int
    source_language: str
    target_language: str
    term: str
    translation: str
    since: int
    until: int | None


class GlossaryOut(Schema):
    """The glossary at one version."""

    version: int
    terms: list[TermOut]


class PhraseIn(Schema):
    """A sentence and its translation, for everybody in the house; nothing about a patient."""

    source_language: LanguageCode
    target_language: LanguageCode
    source_text: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    target_text: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    # what was sent here by older clients: one person's word makes no review
    reviewed: bool = False


class PhraseOut(PhraseIn):
    """A phrase of the house, who added it, and who else reviewed it (empty: nobody yet)."""

    id: int
    created_by: str
    reviewed_by: str


class PhraseFilters(Schema):
    """Which phrases are looked for."""

    source: LanguageCode
    target: LanguageCode
    q: Annotated[str, StringConstraints(max_length=500)] = ""


class OfferOut(Schema):
    """A phrase with its translation; `score` says how similar it is to what was asked, 0 to 100."""

    source: str
    target: str
    score: int
    reviewed: bool
    # the house's own phrase; who added and who reviewed it is told to doctors and administrators
    id: int | None
    created_by: str
    reviewed_by: str


class OffersOut(Schema):
    """Phrases to choose from, the most similar first."""

    results: list[OfferOut]


class ContextIn(Schema):
    """What is known about a room's patient. `collection_id` links a free collection first."""

    collection_id: RowId | None = None
    patient_name: Annotated[str, StringConstraints(max_length=200)] = ""
    cultural_background: Annotated[str, StringConstraints(max_length=20_000)] = ""
    medical_history: Annotated[str, StringConstraints(max_length=20_000)] = ""
    language_notes: Annotated[str, StringConstraints(max_length=20_000)] = ""


class ContextAddedOut(Schema):
    """The stored profile; its parts can be found once the task is done."""

    status: str
    message: str
    document_id: int
    parts_count: int
    task_id: int | None


class HelpFilters(Schema):
    """Which help, and whether to wait for it."""

    type: AssistanceType = AssistanceType.GENERAL
    is_async: bool = Field(False, alias="async")


class HelpOut(Schema):
    """Help for the clinician, or where it stands: success, processing, no_collection or error."""

    model_config = ConfigDict(extra="allow")

    status: str
    message: str | None = None
    assistance: str | None = None
    sources: list[dict[str, Any]] | None = None
    written_by: str | None = None
    task_id: int | None = None
    suggestions: list[Any] | None = None
