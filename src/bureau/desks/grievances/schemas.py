"""What the routes accept as JSON. Answers are shaped by `shapes.py` in the contract's own forms."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field


class IdsIn(Schema):
    """Names for a new complaint."""

    province: str = Field("", max_length=100)
    district: str = Field("", max_length=100)
    language_code: str = Field("ne", max_length=10)
    source: str = Field("", max_length=12)
    flask_session_id: str = Field("", max_length=100)


class TaskStatusIn(Schema):
    """What a worker elsewhere reports about its task."""

    task_id: str = Field("", max_length=100)
    grievance_id: str = Field("", max_length=60)
    flask_session_id: str = Field("", max_length=100)
    task_name: str = Field("", max_length=100)
    status: str = Field(min_length=1, max_length=40)
    result: Any = None
    data: Any = None


class StatusIn(Schema):
    """A new status. `created_by` is accepted and not believed: who it was is known."""

    status_code: str = Field("", max_length=40)
    notes: str = Field("", max_length=5_000)
    created_by: str = Field("", max_length=100)
    version: int | None = Field(None, ge=0, le=2_000_000_000)


class MessageIn(Schema):
    """What a complainant writes to the office."""

    text: str = Field(max_length=5_000)


class SatisfactionIn(Schema):
    """That the answer is good, with a word about it or without."""

    text: str = Field("", max_length=5_000)


class ReviewIn(Schema):
    """What the person filing makes of the summary and the categories."""

    model_config = ConfigDict(extra="ignore")

    grievance_summary: str | None = Field(None, max_length=5_000)
    grievance_categories: list[str] | None = Field(None, max_length=10)
    grievance_description: str | None = Field(None, max_length=20_000)
    grievance_classification_status: str | None = Field(None, max_length=64)
    grievance_sensitive_issue: bool | None = None


class ClassificationIn(Schema):
    """An officer's word on the machine's suggestion."""

    grievance_classification_status: str = Field("officer_confirmed", max_length=64)
    grievance_summary: str | None = Field(None, max_length=5_000)
    grievance_categories: list[str] | None = Field(None, max_length=10)


class ComplainantIn(Schema):
    """What becomes known about a complainant."""

    complainant_full_name: str | None = Field(None, max_length=200)
    complainant_phone: str | None = Field(None, max_length=40)
    complainant_email: str | None = Field(None, max_length=254)
    complainant_address: str | None = Field(None, max_length=500)
    complainant_province: str | None = Field(None, max_length=100)
    complainant_district: str | None = Field(None, max_length=100)
    complainant_municipality: str | None = Field(None, max_length=100)
    complainant_ward: int | None = Field(None, ge=1, le=99)
    complainant_village: str | None = Field(None, max_length=100)


class ReceiptIn(Schema):
    """The number of a case and the code of its receipt."""

    grievance_id: str = Field(max_length=60)
    receipt: str = Field(max_length=60)


class CodeRequestIn(Schema):
    """Where a one-time code goes: to a draft's own phone or mail box, or to one that is named."""

    grievance_id: str = Field("", max_length=60)
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=254)
    language_code: str = Field("ne", max_length=10)


class CodeIn(Schema):
    """A one-time code, with what it was asked for by."""

    grievance_id: str = Field("", max_length=60)
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=254)
    code: str = Field(min_length=1, max_length=20)


class FindPersonIn(Schema):
    """Whose cases an officer looks for, by one of three, and why."""

    reason: str = Field(max_length=2_000)
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=254)
    name: str = Field("", max_length=200)

    def address(self) -> dict[str, str]:
        """What was given: kind -> text."""
        given = {"phone": self.phone, "email": self.email, "name": self.name}
        return {kind: text.strip() for kind, text in given.items() if text.strip()}


class SensitiveIn(Schema):
    """A text to look through before it is filed."""

    text: str = Field(max_length=20_000)


class RoomIn(Schema):
    """The case whose events a socket wants to hear."""

    grievance_id: str = Field(max_length=60)
