from __future__ import annotations

import pytest
from django.db import connection

from bureau.kernel.accounts.audit import AccountEvent, on_account_event, record
from bureau.kernel.accounts.models import User
from bureau.kernel.accounts.services.people import create_user
from bureau.kernel.accounts.tests.cast import PASSWORD


@pytest.mark.django_db(transaction=True)
def test_a_deed_whose_event_cannot_be_written_is_undone() -> None:
    inside: list[bool] = []

    def refuse(event: AccountEvent) -> None:
        inside.append(connection.in_atomic_block)
        raise RuntimeError(event.type)

    stop = on_account_event(refuse)
    try:
        with pytest.raises(RuntimeError, match=r"account\.registered"):
            create_user(None, {"username": "newcomer"}, PASSWORD, PASSWORD)
    finally:
        stop()
    assert inside == [True]
    assert not User.objects.exists()
    create_user(None, {"username": "newcomer"}, PASSWORD, PASSWORD)


def test_an_event_type_that_is_not_listed_is_refused() -> None:
    with pytest.raises(KeyError):
        record("account.invented", None, None)
