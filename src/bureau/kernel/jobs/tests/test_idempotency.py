"""Promise R6, at the service: one key makes one job."""

from __future__ import annotations

import pytest
from django.db import transaction

from bureau.kernel.accounts.models import User
from bureau.kernel.errors import Conflict
from bureau.kernel.jobs import services
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.tests.handlers import SCRIPTED
from bureau.kernel.jobs.tests.test_threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

PRINT = services.fingerprint_of({"pages": 3})


@pytest.fixture
def owner() -> User:
    return User.objects.create(username="owner")


def ask(owner: User, key: str | None, fingerprint: str = PRINT, kind: str = "test") -> int:
    """What a route does: look, create, and look again when the race was lost."""
    found = services.existing_job(owner, kind, key, fingerprint)
    if found:
        return found.pk
    try:
        with transaction.atomic():
            job = services.create_job(owner, kind, key=key, fingerprint=fingerprint)
            services.enqueue(job, SCRIPTED)
            return job.pk
    except services.KeyTaken:
        winner = services.existing_job(owner, kind, key, fingerprint)
        assert winner
        return winner.pk


def test_thirty_requests_at_once_with_one_key_make_one_job(owner: User, hints: list[int]) -> None:
    answers = at_once([lambda: ask(owner, "k1")] * 30)
    assert len(set(answers)) == 1
    assert (Job.objects.count(), Task.objects.count()) == (1, 1)
    assert hints == [Task.objects.get().pk]


@pytest.mark.usefixtures("hints")
def test_a_key_used_for_another_request_is_a_conflict(owner: User) -> None:
    ask(owner, "k1")
    with pytest.raises(Conflict, match="already used for a different request"):
        ask(owner, "k1", services.fingerprint_of({"pages": 4}))


@pytest.mark.usefixtures("hints")
def test_a_key_belongs_to_one_person_and_one_kind_of_job(owner: User) -> None:
    other = User.objects.create(username="other")
    made = {ask(owner, "k1"), ask(other, "k1"), ask(owner, "k1", kind="test.other")}
    assert len(made) == 3


@pytest.mark.usefixtures("hints")
@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_each_request_makes_a_job(owner: User, key: str | None) -> None:
    assert ask(owner, key) != ask(owner, key)


def test_the_order_of_fields_does_not_change_a_fingerprint() -> None:
    assert services.fingerprint_of({"a": 1, "b": "ü"}) == services.fingerprint_of(
        {"b": "ü", "a": 1}
    )
    assert services.fingerprint_of({"a": 1}) != services.fingerprint_of({"a": "1"})


def test_a_key_of_a_job_that_rolled_back_is_free(owner: User, hints: list[int]) -> None:
    with transaction.atomic():
        ask(owner, "k1")
        transaction.set_rollback(True)
    assert hints == []
    assert ask(owner, "k1") == Job.objects.get().pk
