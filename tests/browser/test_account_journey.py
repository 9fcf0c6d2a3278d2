"""At the width of a phone: an invitation, a forgotten password, a temporary one."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import APIResponse, Browser, Page, expect

from tests.browser.conftest import Watch
from tests.house import House

PHONE = {"width": 360, "height": 720}
PASSWORD, ANOTHER = "a boat on a quiet river", "two boats on a quiet river"


@pytest.fixture
def phone(chromium: Browser, house: House, watch: Watch) -> Iterator[Page]:
    """A phone in which nobody is signed in."""
    context = chromium.new_context(base_url=house.base_url, locale="en-GB", viewport=PHONE)
    page = context.new_page()
    watch.follow(page)
    yield page
    context.close()
    assert watch.foreign == []


def as_admin(
    page: Page, house: House, path: str, body: dict[str, str] | None = None
) -> APIResponse:
    """A request of the administrator, from a browser of their own."""
    given = {"username": "admin", "password": house.passwords["admin"]}
    token = page.request.post("/api/auth/login/", data=given).json()["access"]
    page.context.clear_cookies()
    return page.request.post(path, data=body or {}, headers={"Authorization": f"Bearer {token}"})


# a letter that no worker has taken yet is still in its row, afterwards it is a file
WAITING = """
from bureau.kernel.notify.models import Message
for one in Message.objects.filter(state="queued"):
    print(one.recipient, one.template, one.content.replace(chr(10), " "))
"""


def letter_to(house: House, address: str, template: str) -> str:
    """The page that the letter to this address leads to, whether a worker has sent it or not."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        sent = [path.read_text() for path in (house.data / "outbox" / "email").glob("*.json")]
        waiting = house.manage("shell", "--no-imports", "-c", WAITING).splitlines()
        for letter in [*sent, *waiting]:
            if address in letter and template in letter:
                found = re.search(r"http[\w:/.-]+", letter)
                assert found is not None
                return urlsplit(found[0]).path
    raise AssertionError(f"no letter {template} came")


def fits(page: Page) -> None:
    """Nothing is wider than the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_an_invited_person_chooses_a_password_and_replaces_it_when_forgotten(
    phone: Page, house: House
) -> None:
    wish = {"username": "nomsa", "email": "nomsa@example.org", "role": "doctor"}
    assert as_admin(phone, house, "/api/users/invitations/", wish).status == 201
    phone.goto(letter_to(house, "nomsa@example.org", "account_invitation"))
    expect(phone.get_by_role("heading", name="Welcome to Bureau")).to_be_visible()
    fits(phone)
    phone.get_by_label("New password").fill("password")
    phone.get_by_role("button", name="Set the password").click()
    expect(phone.get_by_role("alert")).to_contain_text("too common")
    phone.get_by_label("New password").fill(PASSWORD)
    phone.get_by_role("button", name="Set the password").click()
    expect(phone.get_by_role("status")).to_contain_text("Your password is set")

    phone.get_by_role("link", name="To the sign-in").click()
    phone.get_by_role("link", name="Password forgotten?").click()
    fits(phone)
    phone.get_by_label("User name or e-mail address").fill("nomsa@example.org")
    phone.get_by_role("button", name="Send the link").click()
    expect(phone.get_by_role("status")).to_contain_text("a link is on its way")
    link = letter_to(house, "nomsa@example.org", "account_reset")
    phone.goto(link)
    phone.get_by_label("New password").fill(ANOTHER)
    phone.get_by_role("button", name="Set the password").click()
    expect(phone.get_by_role("status")).to_contain_text("Your password is set")
    phone.goto(link)
    phone.get_by_label("New password").fill(ANOTHER)
    phone.get_by_role("button", name="Set the password").click()
    expect(phone.get_by_role("alert")).to_contain_text("no longer good")

    phone.goto("/login/")
    fits(phone)
    sign_in(phone, "nomsa", ANOTHER)
    expect(phone.get_by_role("heading", name="Good to see you")).to_be_visible()


def test_a_temporary_password_is_replaced_before_anything_opens(phone: Page, house: House) -> None:
    wish = {
        "username": "lindiwe",
        "password": PASSWORD,
        "password_confirm": PASSWORD,
        "role": "doctor",
    }
    made = as_admin(phone, house, "/api/users/", wish).json()
    given = as_admin(phone, house, f"/api/users/{made['id']}/temporary-password/").json()
    phone.goto("/")
    sign_in(phone, "lindiwe", given["password"])
    expect(phone.get_by_role("heading", name="Change your password")).to_be_visible()
    fits(phone)
    phone.goto("/interpreting/")
    expect(phone.get_by_role("heading", name="Change your password")).to_be_visible()
    phone.get_by_label("Present password").fill(given["password"])
    phone.get_by_label("New password").fill(ANOTHER)
    phone.get_by_role("button", name="Change the password").click()
    expect(phone.get_by_role("heading", name="Good to see you")).to_be_visible()


def sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
