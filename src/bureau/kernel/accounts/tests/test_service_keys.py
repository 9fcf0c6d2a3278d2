from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import RequestFactory

from bureau.kernel.accounts.audit import AccountEvent
from bureau.kernel.accounts.auth import service_or_signed_in
from bureau.kernel.accounts.models import ServiceKey, User
from bureau.kernel.accounts.services.keys import issue_service_key, revoke_service_key
from bureau.kernel.accounts.tests.cast import ME, nobody, sign_in
from bureau.kernel.errors import BadCredentials, Conflict, NotAllowed, NotFound, NotSignedIn

pytestmark = pytest.mark.django_db
door = service_or_signed_in("grievances")


def present(**headers: str) -> User | ServiceKey:
    request = RequestFactory().post("/", **headers)  # type: ignore[arg-type]
    request.session = nobody().client.session
    return door(request)


def test_a_key_opens_its_desk_in_either_header() -> None:
    key = issue_service_key("bot", "grievances")
    for headers in (
        {"HTTP_X_API_KEY": key},
        {"HTTP_AUTHORIZATION": f"Api-Key {key}"},
    ):
        found = present(**headers)
        assert isinstance(found, ServiceKey)
        assert found.name == "bot"


def test_people_pass_the_same_door(patient: User) -> None:
    caller = sign_in("patient")
    assert present(HTTP_AUTHORIZATION=f"Bearer {caller.access}") == patient
    with pytest.raises(NotSignedIn):
        present()


def test_another_desks_key_an_unknown_and_a_revoked_one_are_refused() -> None:
    other = issue_service_key("importer", "imaging")
    with pytest.raises(NotAllowed):
        present(HTTP_X_API_KEY=other)
    with pytest.raises(BadCredentials):
        present(HTTP_X_API_KEY="bsk_nonsense")
    key = issue_service_key("bot", "grievances")
    present(HTTP_X_API_KEY=key)
    revoke_service_key("bot")
    with pytest.raises(BadCredentials):
        present(HTTP_X_API_KEY=key)


def test_a_key_opens_no_route_for_people(patient: User) -> None:
    key = issue_service_key("bot", "grievances")
    for headers in ({"HTTP_X_API_KEY": key}, {"HTTP_AUTHORIZATION": f"Api-Key {key}"}):
        refused = nobody().get(ME, **headers)
        assert refused.status_code == 403
        assert refused.json()["code"] == "PERMISSION_DENIED"


def test_the_key_itself_is_not_stored() -> None:
    key = issue_service_key("bot", "grievances")
    stored = ServiceKey.objects.values_list("name", "digest", "desk").get()
    assert all(key not in value for value in stored)


def test_a_name_in_force_is_not_given_twice_and_a_revoked_one_may_be(
    heard: list[AccountEvent],
) -> None:
    first = issue_service_key("bot", "grievances")
    with pytest.raises(Conflict, match="Revoke it first"):
        issue_service_key("bot", "grievances")
    revoke_service_key("bot")
    assert issue_service_key("bot", "grievances") != first
    with pytest.raises(NotFound):
        revoke_service_key("another")
    assert [event.type for event in heard] == [
        "account.service_key_issued",
        "account.service_key_revoked",
        "account.service_key_issued",
    ]


def test_the_commands_make_and_withdraw_keys() -> None:
    out = StringIO()
    call_command("create_service_key", "bot", "grievances", stdout=out)
    key = out.getvalue().strip()
    assert isinstance(present(HTTP_X_API_KEY=key), ServiceKey)
    with pytest.raises(CommandError, match="in force"):
        call_command("create_service_key", "bot", "grievances")
    call_command("revoke_service_key", "bot", stdout=out)
    with pytest.raises(BadCredentials):
        present(HTTP_X_API_KEY=key)
    with pytest.raises(CommandError, match="No service key"):
        call_command("revoke_service_key", "bot")
