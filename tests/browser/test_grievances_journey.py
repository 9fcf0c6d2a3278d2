"""Somebody complains without an account; an officer answers; the answer is followed by receipt."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Watch
from tests.browser.people import enter, seat
from tests.house import House

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(900)]
OFFICE = """
from bureau.desks.grievances.models import Office, OfficeArea, OfficeMember
from bureau.kernel.accounts.models import User
officer = User.objects.get(username="officer")
office, _ = Office.objects.get_or_create(code="ILAM", defaults={"name": "Ilam office"})
OfficeArea.objects.get_or_create(office=office, province="KO", district="IL")
for one in (officer, User.objects.get(username="officer2")):
    OfficeMember.objects.get_or_create(office=office, user=one)
"""


@pytest.fixture(scope="module")
def office(house: House) -> None:
    """An office for the place of the complaints, in which the officer sits."""
    house.manage("shell", "-c", OFFICE)


def choose_ilam(page: Page) -> None:
    page.get_by_label("Province").select_option(label="Koshi")
    page.get_by_label("District").select_option(label="Ilam")
    expect(page.locator("#municipalities option")).not_to_have_count(0)


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
    page.wait_for_load_state()
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.locator("#complaint .bad")).to_have_text("Write what happened, or record it.")
    page.get_by_label("What happened?").fill("Dust from the road covers our crops.")
    page.get_by_label("Photos or documents").set_input_files(letter)
    choose_ilam(page)
    page.get_by_label("Municipality").fill("Deumai")
    page.get_by_label("Telephone").fill("9841234567")
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.get_by_role("heading", name="Your complaint was received")).to_be_focused()
    number, code = (page.locator(one).inner_text() for one in ("#number", "#code"))
    page.get_by_role("link", name="Follow a complaint").last.click()
    expect(page.get_by_label("Number")).to_have_value(number)

    officer = seat(chromium, house, watch, "officer", "/grievances/")
    row = officer.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text("Respond by")
    row.get_by_role("link").click()
    expect(officer.locator("#description")).to_have_text("Dust from the road covers our crops.")
    expect(officer.get_by_role("link", name="letter.txt")).to_be_visible()
    officer.get_by_role("button", name="Acknowledge").click()
    expect(officer.locator("#state")).to_have_text("In progress")
    officer.get_by_label("Categories").select_option("Environmental - Air Pollution")
    officer.get_by_label("Summary").fill("Dust on crops")
    officer.get_by_role("button", name="Confirm").click()
    expect(officer.locator("#classified")).to_have_text("Confirmed by an officer")
    officer.get_by_label("Why you need it").fill("The visit has to be agreed with her.")
    officer.get_by_role("button", name="Open the identity").click()
    expect(officer.locator("#identity")).to_contain_text("+9779841234567")
    officer.get_by_label("Answer (the complainant reads it)").fill(
        "The road is watered twice a day from now on."
    )
    officer.get_by_label("Note (for the offices").fill("Agreed with the contractor by telephone.")
    officer.get_by_label("Outcome").select_option("ACCEPTED_OTHER")
    officer.get_by_role("button", name="Resolve").click()
    expect(officer.locator("#state")).to_have_text("Resolved")
    expect(officer.locator("#thread")).to_contain_text("watered twice a day")
    expect(officer.locator("#thread")).to_contain_text("by telephone")
    expect(officer.locator("#deliveries")).to_contain_text("Answer")

    follow(page, number, code)
    expect(page.locator("#status")).to_have_text("Resolved")
    expect(page.locator("#history")).to_contain_text("Under evaluation")
    expect(page.locator("#proof")).to_contain_text("The log proves")
    expect(page.locator("#history")).to_contain_text("watered twice a day from now on")
    expect(page.locator("#history")).not_to_contain_text("by telephone")
    page.get_by_label("Write to the office").fill("Which day do you begin?")
    page.get_by_role("button", name="Send the message").click()
    expect(page.locator("#history")).to_contain_text("Which day do you begin?")
    # the officer's page was not loaded anew
    expect(officer.locator("#thread")).to_contain_text("Which day do you begin?")
    page.get_by_label("Why not?").fill("It was watered once.")
    page.get_by_role("button", name="I do not agree").click()
    expect(page.locator("#status")).to_have_text("Disputed")
    expect(officer.locator("#thread")).to_contain_text("It was watered once.")
    officer.context.close()
    assert watch.complaints == []
    assert watch.foreign == []


@pytest.mark.usefixtures("office")
def test_an_officer_sees_what_may_be_the_same_and_gives_a_ticket_to_a_colleague(
    chromium: Browser, house: House, watch: Watch
) -> None:
    first, second = (file_at_home(house, days) for days in ("two days", "three days"))
    officer = seat(chromium, house, watch, "officer", f"/grievances/?case={second}")
    officer.get_by_role("row").filter(has_text=second).get_by_role("link").click()
    alike = officer.locator("#duplicates")
    expect(alike.get_by_role("link", name=first)).to_be_visible()
    colleagues = officer.get_by_label("Colleague")
    chosen = colleagues.locator("option").nth(1).inner_text()
    colleagues.select_option(index=1)
    officer.get_by_role("button", name="Give to a colleague").click()
    expect(officer.locator("#facts")).to_contain_text(chosen)
    officer.get_by_role("button", name="नेपाली").click()
    expect(officer.get_by_role("button", name="सहकर्मीलाई दिनुहोस्")).to_be_visible()
    expect(officer.get_by_role("heading", name="उही हुन सक्ने")).to_be_visible()
    assert officer.locator("html").get_attribute("lang") == "ne"
    officer.get_by_role("button", name="English").click()
    expect(officer.get_by_role("button", name="Give to a colleague")).to_be_visible()
    alike.get_by_role("link", name=first).click()
    expect(officer.get_by_role("row").filter(has_text=first)).to_be_visible()
    officer.context.close()
    assert watch.complaints == []


def file_at_home(house: House, days: str) -> str:
    """File a complaint about a tap from the officer's district; its number."""
    form = {
        "grievance_description": f"The tap at the school has been dry for {days} since the digging.",
        "district": "IL",
        "language_code": "en",
    }
    answer = httpx.post(f"{house.base_url}/submit-grievance", json=form, timeout=60)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["grievance_id"])


@pytest.mark.usefixtures("office")
def test_what_is_sensitive_is_warned_of_and_hidden_from_who_is_not_named(
    page: Page, house: House
) -> None:
    page.goto("/complaints/")
    page.get_by_label("What happened?").fill("The foreman sexually harassed me at the site.")
    choose_ilam(page)
    page.get_by_label("File without my name").check()
    expect(page.get_by_label("Telephone")).to_be_disabled()
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.locator("#sensitive")).to_be_visible()
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("heading", name="Your complaint was received")).to_be_visible()
    number = page.locator("#number").inner_text()

    follow(page, number, "00000-00000-00000-00000")
    expect(page.get_by_role("alert")).to_contain_text("No complaint has this number")
    page.goto(f"/grievances/?case={number}&track=sensitive")
    enter(page, house, "officer")
    expect(page.get_by_text("No ticket matches.")).to_be_visible()
