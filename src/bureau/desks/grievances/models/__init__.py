"""The tables of the desk: offices, complainants, cases, files, and what proves who somebody is."""

from bureau.desks.grievances.models.cases import (
    Change,
    ChangeType,
    ClassificationStatus,
    Correction,
    Grievance,
    RelayedStatus,
    Translation,
)
from bureau.desks.grievances.models.files import (
    Attachment,
    FileState,
    FileType,
    Recording,
    Transcription,
)
from bureau.desks.grievances.models.offices import Category, Office, OfficeArea, OfficeMember
from bureau.desks.grievances.models.people import PERSONAL, Complainant
from bureau.desks.grievances.models.proofs import Guess, OneTimeCode, Receipt

__all__ = [
    "PERSONAL",
    "Attachment",
    "Category",
    "Change",
    "ChangeType",
    "ClassificationStatus",
    "Complainant",
    "Correction",
    "FileState",
    "FileType",
    "Grievance",
    "Guess",
    "Office",
    "OfficeArea",
    "OfficeMember",
    "OneTimeCode",
    "Receipt",
    "Recording",
    "RelayedStatus",
    "Transcription",
    "Translation",
]
