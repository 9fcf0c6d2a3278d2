from __future__ import annotations

import pytest
from django.test import Client

from bureau.desks.insights.access import JOB_KIND
from bureau.desks.insights.models import ChartJob, SourceType
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.tests.cast import PASSWORD, add_person
from bureau.kernel.jobs.services import create_job


@pytest.fixture
def analyst(db: None) -> User:
    return add_person("lena", Role.ANALYST, first_name="Lena", department="Research")


@pytest.fixture
def browser(analyst: User) -> Client:
    """The analyst's browser, signed in."""
    return signed_in("lena")


def signed_in(username: str) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    body = {"username": username, "password": PASSWORD}
    answer = client.post("/api/auth/login/", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return client


def start_job(owner: User) -> ChartJob:
    """A chart job that nobody works on yet."""
    return ChartJob.objects.create(
        job=create_job(owner, JOB_KIND), source_type=SourceType.ESPACENET
    )
