"""The admin site: for administrators, signed in with a browser; nobody else, and no password form."""

from __future__ import annotations

import pytest

from bureau.kernel.accounts.models import Attempt
from tests.access.callers import PEOPLE, Caller, Way
from tests.access.requests import Objects
from tests.access.test_matrix import call

INSIDE = "/admin/accounts/user/"
FORMS = ("/admin/login/", "/admin/password_change/", "/admin/password_change/done/")


@pytest.mark.parametrize("way", Way)
def test_the_admin_site_is_open_to_administrators_by_browser_only(
    objects: Objects, way: Way
) -> None:
    for who in Caller:
        answer = call(objects, who, way, "GET", INSIDE)
        if who is Caller.ADMIN and way is Way.BROWSER:
            assert answer.status_code == 200
        else:
            assert answer.status_code == 302
            assert "/login/" in answer["Location"]


@pytest.mark.security("guessing passwords at the forms of Django's admin site, as each caller")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_the_site_takes_a_password(objects: Objects, form: str, method: str) -> None:
    for who in Caller:
        answer = call(objects, who, Way.BROWSER, method, form)
        assert answer.status_code in {302, 403, 404}, (who, form)
        assert "password" not in answer.content.decode().lower()
        if who in PEOPLE and who is not Caller.ADMIN and form == "/admin/login/":
            assert answer.status_code == 403
    assert not Attempt.objects.exists()
