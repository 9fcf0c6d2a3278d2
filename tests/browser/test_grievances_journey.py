"""Somebody complains without an account; an officer answers; the answer is followed by receipt."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import House, Watch
from tests.browser.people import enter, seat

pytestmark = pytest.mark.timeout(300)
OFFICE = """
from bureau.desks.grievances.models import Office, OfficeArea, OfficeMember
from bureau.kernel.accounts.models import User
office, _ = Office.objects.get_or_create(code="JHAPA", defaults={"name": "Jhapa office"})
OfficeArea.objects.get_or_create(office=office, province="KO", district="JH")
OfficeMember.objects.get_or_create(office=office, user=User.objects.get(username="officer"))
"""


@pytest.fixture(scope="module")
def office(house: House) -> None:
    """An office for the place of the complaints, in which the officer sits."""
    house.manage("shell", "-c", OFFICE)


def follow(page: Page, number: str, code: str) -> None:
    page.goto(f"/complaints/status/?id={number}")
    page.get_by_label("Receipt code").fill(code)
    page.keyboard.press("Enter")


@pytest.mark.usefixtures("office")
def test_from_a_complaint_to_an_answer_that_is_disputed(
    page: Page, chromium: Browser, house: House, watch: Watch, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Photos follow.")
    page.goto("/complaints/?lang=ne")
    expect(page.get_by_role("heading", level=1)).to_have_text("गुनासो दर्ता गर्नुहोस्")
    assert page.locator("html").get_attribute("lang") == "ne"
    page.get_by_role("link", name="English").click()
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.locator("#complaint .bad")).to_have_text("Write what happened, or record it.")
    page.get_by_label("What happened?").fill("Dust from the road covers our crops.")
    page.get_by_label("Photos or documents").set_input_files(letter)
    page.get_by_label("Municipality").fill("Mechinagar")
    page.get_by_label("Telephone").fill("9841234567")
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.get_by_role("heading", name="Your complaint was received")).to_be_focused()
    number, code = (page.locator(one).inner_text() for one in ("#number", "#code"))
    page.get_by_role("link", name="Follow a complaint").last.click()
    expect(page.get_by_label("Number")).to_have_value(number)

    officer = seat(chromium, house, watch, "officer", "/grievances/")
    row = officer.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text("days left")
    row.get_by_role("link").click()
    expect(officer.locator("#description")).to_have_text("Dust from the road covers our crops.")
    expect(officer.get_by_role("link", name="letter.txt")).to_be_visible()
    officer.get_by_role("button", name="Acknowledge").click()
    expect(officer.locator("#status")).to_have_text("Under evaluation")
    officer.get_by_label("Categories").select_option("Environmental - Air Pollution")
    officer.get_by_label("Summary").fill("Dust on crops")
    officer.get_by_role("button", name="Confirm").click()
    expect(officer.locator("#classified")).to_have_text("Confirmed by an officer")
    officer.get_by_label("Note").fill("The road is watered twice a day from now on.")
    officer.get_by_role("button", name="Resolve").click()
    expect(officer.locator("#status")).to_have_text("Resolved")

    follow(page, number, code)
    expect(page.locator("#status")).to_have_text("Resolved")
    expect(page.locator("#history")).to_contain_text("watered twice a day")
    expect(page.locator("#proof")).to_contain_text("The log proves")
    page.get_by_label("Why not?").fill("It was watered once.")
    page.get_by_role("button", name="I do not agree").click()
    expect(page.locator("#status")).to_have_text("Disputed")
    officer.context.close()
    assert watch.complaints == []
    assert watch.foreign == []


@pytest.mark.usefixtures("office")
def test_what_is_sensitive_is_warned_of_and_hidden_from_who_is_not_named(
    page: Page, house: House
) -> None:
    page.goto("/complaints/")
    page.get_by_label("What happened?").fill("The foreman sexually harassed me at the site.")
    page.get_by_label("File without my name").check()
    expect(page.get_by_label("Telephone")).to_be_disabled()
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.locator("#sensitive")).to_be_visible()
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("heading", name="Your complaint was received")).to_be_visible()
    number = page.locator("#number").inner_text()

    follow(page, number, "00000-00000-00000-00000")
    expect(page.get_by_role("alert")).to_contain_text("No complaint has this number")
    page.goto(f"/grievances/{number}/")
    enter(page, house, "officer")
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()
