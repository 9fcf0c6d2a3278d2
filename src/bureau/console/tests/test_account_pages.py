"""Pages about passwords and addresses, which open before a whole sign-in."""

from __future__ import annotations

import pytest
from django.test import Client

from bureau.console.tests.conftest import signed_in
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.services.people import set_temporary_password
from bureau.kernel.accounts.tests.cast import add_person

FORMS = {
    "/password/forgotten/": "/api/auth/password/forgotten/",
    "/password/reset/abc_-1/": "/api/auth/password/reset/",
    "/invitation/abc_-1/": "/api/auth/invitation/accept/",
    "/email/confirm/abc_-1/": "/api/auth/email/confirm/",
}


@pytest.mark.parametrize("address", FORMS)
def test_a_form_names_its_route_and_carries_the_links_token(db: None, address: str) -> None:
    answer = Client().get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'data-route="{FORMS[address]}"' in page
    assert ('name="token" value="abc_-1"' in page) == ("abc_-1" in address)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_the_sign_in_page_leads_to_the_forgotten_password(db: None) -> None:
    assert 'href="/password/forgotten/"' in Client().get("/login/").content.decode()


def test_opening_the_page_of_a_link_spends_nothing_and_tells_nothing(db: None) -> None:
    first, second = (Client().get("/email/confirm/abc/").content.decode() for _ in range(2))
    assert "Confirm that this e-mail address is yours" in first
    assert len(first) == len(second)


def test_a_temporary_password_leads_to_the_page_that_replaces_it(analyst: User) -> None:
    boss = add_person("boss", Role.ADMIN)
    browser = Client()
    password = set_temporary_password(boss, analyst)
    body = {"username": "lena", "password": password}
    browser.post("/api/auth/login/", body, content_type="application/json")
    assert browser.get("/")["Location"] == "/login/?next=/"
    assert browser.get("/login/?next=/")["Location"] == "/password/"
    page = browser.get("/password/")
    assert "temporary one" in page.content.decode()
    change = {"old_password": password, "new_password": "another horse battery staple"}
    done = browser.post("/api/auth/change-password/", change, content_type="application/json")
    assert done.status_code == 200
    assert browser.get("/").status_code == 200


def test_the_password_page_is_for_who_is_signed_in(analyst: User) -> None:
    assert Client().get("/password/")["Location"] == "/login/"
    assert signed_in("lena").get("/password/").status_code == 200
    assert signed_in("lena").get("/admin/password_change/").status_code in {302, 404}
