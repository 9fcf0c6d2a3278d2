"""Who gets in, and where everybody else is sent."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from bureau.console.permissions import local_address
from bureau.console.tests.conftest import signed_in, start_job
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.tests.cast import PASSWORD, add_person, give_second_factor

PAGES = ["/", "/insights/", "/insights/sample.xlsx", "/insights/1/"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_nobody_is_sent_to_sign_in_and_back(client: Client, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={address}")


@pytest.mark.django_db
def test_a_sign_in_without_its_second_factor_opens_no_page() -> None:
    give_second_factor(add_person("lena", Role.ANALYST))
    client = Client()
    body = {"username": "lena", "password": PASSWORD}
    answer = client.post("/api/auth/login/", body, content_type="application/json")
    assert answer.json()["requires_otp_verify"] is True
    assert client.get("/")["Location"] == "/login/?next=/"
    assert client.get("/login/").status_code == 200


@pytest.mark.django_db
def test_staff_who_must_set_up_a_second_factor_are_told_so(
    settings: Settings, analyst: User
) -> None:
    settings.ENV = settings.ENV.model_copy(update={"bureau_mfa": "staff"})
    client = signed_in("lena")
    assert client.get("/")["Location"] == "/login/?next=/"
    assert "your role needs a second factor" in client.get("/login/").content.decode()


def test_a_job_of_another_looks_like_one_that_is_absent(browser: Client, analyst: User) -> None:
    other = start_job(add_person("kofi", Role.ANALYST))
    foreign = browser.get(f"/insights/{other.pk}/")
    absent = browser.get("/insights/999999/")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert page_text(foreign) == page_text(absent)
    assert browser.get(f"/insights/{start_job(analyst).pk}/").status_code == 200


def page_text(answer: object) -> str:
    """A page without its CSRF token, which differs every time."""
    return str(answer.content.decode().partition("csrfmiddlewaretoken")[0])  # type: ignore[attr-defined]


def test_the_list_shows_my_jobs_only(browser: Client, analyst: User) -> None:
    mine, other = start_job(analyst), start_job(add_person("kofi", Role.ANALYST))
    page = browser.get("/insights/").content.decode()
    assert f'href="/insights/{mine.pk}/"' in page
    assert f'href="/insights/{other.pk}/"' not in page


def test_an_administrator_sees_every_job(analyst: User) -> None:
    job = start_job(analyst)
    add_person("amara", Role.ADMIN)
    assert signed_in("amara").get(f"/insights/{job.pk}/").status_code == 200


def test_who_is_inside_is_not_asked_again(browser: Client) -> None:
    answer = browser.get("/login/?next=/insights/")
    assert (answer.status_code, answer["Location"]) == (302, "/insights/")


def test_pages_take_only_safe_methods(browser: Client) -> None:
    for address in ["/login/", "/jsi18n/", *PAGES]:
        answer = browser.post(address)
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD"), address


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        None,
    ],
)
def test_signing_in_leads_nowhere_else(wanted: str | None) -> None:
    assert local_address(wanted, "/") == "/"
    assert local_address("/insights/?page=2", "/") == "/insights/?page=2"
