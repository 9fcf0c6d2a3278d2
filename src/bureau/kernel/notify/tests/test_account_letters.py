"""Letters about accounts go out as messages."""

from __future__ import annotations

import pytest
from django.test import Client

from bureau.kernel.accounts.models import User
from bureau.kernel.accounts.tests.cast import add_person
from bureau.kernel.notify.models import Message

pytestmark = pytest.mark.django_db


def forget(identifier: str) -> None:
    Client().post(
        "/api/auth/password/forgotten/", {"identifier": identifier}, content_type="application/json"
    )


def test_a_letter_is_a_sensitive_message_in_the_persons_language() -> None:
    add_person("patient", preferred_language="ne")
    forget("patient@EXAMPLE.org")
    message = Message.objects.get()
    assert (message.template, message.language, message.sensitive) == ("account_reset", "ne", True)
    assert "/password/reset/" in message.content
    assert "patient" in message.content


@pytest.mark.security("having letters sent for accounts that do not exist or proved no address")
def test_nothing_goes_out_for_an_account_that_is_not_reachable() -> None:
    add_person("unproved", email_proved_at=None)
    for identifier in ("unproved", "stranger", "stranger@example.org"):
        forget(identifier)
    assert not Message.objects.exists()
    assert User.objects.count() == 1
