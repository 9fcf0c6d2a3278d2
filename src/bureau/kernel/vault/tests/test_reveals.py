from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bureau.kernel.errors import InvalidInput, NotAllowed
from bureau.kernel.events.log import read_stream
from bureau.kernel.vault.models import Reveal
from bureau.kernel.vault.services.reveals import (
    end_reveal,
    open_reveal,
    read_under_reveal,
    reveal,
)

pytestmark = pytest.mark.django_db
WHO, ME, OTHER = "complainant:CM-1", "user:5", "user:6"
REASON = "Must call her back about the site visit."


def test_an_identity_is_sealed_until_a_reason_is_given() -> None:
    with pytest.raises(NotAllowed):
        read_under_reveal(WHO, ME)
    reveal(WHO, ME, REASON)
    read_under_reveal(WHO, ME)
    read_under_reveal(WHO, ME)
    assert Reveal.objects.get().reads == 2
    for subject, actor in ((WHO, OTHER), ("complainant:CM-2", ME)):
        with pytest.raises(NotAllowed):
            read_under_reveal(subject, actor)


def test_it_is_sealed_again_when_the_time_is_over_or_the_reader_is_done() -> None:
    opened = reveal(WHO, ME, REASON, minutes=1)
    Reveal.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert open_reveal(WHO, ME) is None

    assert opened.expires_at > timezone.now()
    reveal(WHO, ME, REASON)
    assert end_reveal(WHO, ME)
    assert not end_reveal(WHO, ME)
    with pytest.raises(NotAllowed):
        read_under_reveal(WHO, ME)


@pytest.mark.parametrize(
    ("reason", "minutes", "field"),
    [
        ("", 15, "reason"),
        ("  because  ", 15, "reason"),
        (REASON, 0, "minutes"),
        (REASON, 61, "minutes"),
    ],
)
def test_no_reason_or_no_end_is_refused(reason: str, minutes: int, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        reveal(WHO, ME, reason, minutes=minutes)
    assert set(refusal.value.fields) == {field}
    assert not Reveal.objects.exists()


def test_the_auditor_reads_every_step_and_the_log_holds_no_words_of_the_reason() -> None:
    reveal(WHO, ME, REASON)
    read_under_reveal(WHO, ME)
    end_reveal(WHO, ME)
    events = read_stream("vault")
    assert [event.type for event in events] == [
        "vault.identity_revealed",
        "vault.identity_read",
        "vault.reveal_ended",
    ]
    assert {(event.subject, event.actor) for event in events} == {(WHO, ME)}
    assert all("call her" not in str(event.payload) for event in events)
    assert Reveal.objects.get().reason == REASON
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM vault_reveal")
        assert "call her" not in cursor.fetchone()[0]
