from __future__ import annotations

import pytest

from bureau.kernel.accounts.demo import seed_cast
from bureau.kernel.accounts.models import User
from bureau.kernel.accounts.services.keys import find_service_key
from bureau.kernel.accounts.tests.cast import ME, add_person, sign_in
from bureau.kernel.errors import Conflict

pytestmark = pytest.mark.django_db


def test_everybody_of_the_cast_can_sign_in_and_the_bot_has_its_key() -> None:
    seeded = seed_cast("http://localhost:8000")
    assert seeded is not None
    assert seeded["base_url"] == "http://localhost:8000"
    assert set(seeded["users"]) == {
        *("admin", "auditor", "doctor", "doctor2", "patient", "patient2"),
        *("officer", "officer2", "analyst", "analyst2"),
    }
    for username, entry in seeded["users"].items():
        seen = sign_in(username, entry["password"]).get(ME).json()
        assert seen["role"] == entry["role"] == username.rstrip("2")
        assert seen["first_name"]
    key = find_service_key(seeded["api_keys"]["bot"])
    assert key is not None
    assert key.desk == "grievances"


def test_the_second_officer_sits_in_another_office() -> None:
    seed_cast("")
    first, second = User.objects.filter(role="officer").order_by("username")
    assert second.department == "Office B"
    assert first.department != second.department


def test_seeding_again_changes_nothing() -> None:
    assert seed_cast("") is not None
    before = list(User.objects.order_by("id").values_list("username", "password"))
    assert seed_cast("") is None
    assert list(User.objects.order_by("id").values_list("username", "password")) == before


def test_somebody_elses_account_is_not_taken_over() -> None:
    add_person("officer")
    with pytest.raises(Conflict, match="officer"):
        seed_cast("")
    assert User.objects.count() == 1
