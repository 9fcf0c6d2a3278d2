"""What the helpdesk accepts as JSON."""

from __future__ import annotations

from datetime import date

from ninja import Schema
from pydantic import Field

from bureau.desks.grievances.helpdesk.services.actions import Action


class ActionIn(Schema):
    """An action on a ticket; `version` refuses a decision about a state that is over.

    `note` is for the offices, `reply` for the complainant.
    """

    action: Action
    note: str = Field("", max_length=5_000)
    reply: str | None = Field(None, max_length=5_000)
    category: str = Field("", max_length=40)
    assignee: int | None = Field(None, ge=1, le=2_000_000_000)
    hearing_on: date | None = None
    office: str = Field("", max_length=40)
    version: int | None = Field(None, ge=0, le=2_000_000_000)


class RevealIn(Schema):
    """Why an identity has to be opened, and for how many minutes."""

    reason: str = Field("", max_length=2_000)
    minutes: int = 15


class HolidayIn(Schema):
    """What a holiday is called."""

    name: str = Field("", max_length=100)


class RuleIn(Schema):
    """A step of a workflow."""

    name: str = Field(min_length=1, max_length=100)
    name_ne: str = Field("", max_length=100)
    response_hours: int = Field(ge=1, le=1_000)
    resolution_days: int = Field(ge=1, le=365)
    office: str = Field("", max_length=40)
