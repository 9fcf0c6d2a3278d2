"""The admin site: for whoever Django calls staff, signed in with a browser; nobody else."""

from __future__ import annotations

import pytest
from django.db import transaction

from bureau.kernel.accounts.models import User
from tests.access.callers import Caller, Way
from tests.access.requests import Objects
from tests.access.test_matrix import call

INSIDE = "/admin/accounts/user/"


@pytest.mark.parametrize("way", Way)
def test_the_admin_site_is_closed_to_people_of_every_role(objects: Objects, way: Way) -> None:
    for who in Caller:
        answer = call(objects, who, way, "GET", INSIDE)
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


def test_a_superuser_gets_in_by_browser_and_not_by_token(objects: Objects) -> None:
    admin = User.objects.filter(pk=objects.cast.users[Caller.ADMIN].pk)
    with transaction.atomic():
        admin.update(is_staff=True, is_superuser=True)
        assert call(objects, Caller.ADMIN, Way.BROWSER, "GET", INSIDE).status_code == 200
        assert call(objects, Caller.ADMIN, Way.TOKEN, "GET", INSIDE).status_code == 302
        transaction.set_rollback(True)
