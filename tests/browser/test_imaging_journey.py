"""A radiologist finds a study among some hundreds, with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.people import enter
from tests.house import House

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(900)]
STUDIES = 600
LOAD = f"""
from bureau.desks.imaging.columns import DATETIMES, SOURCE_COLUMNS
from bureau.desks.imaging.models import Study
from bureau.desks.imaging.sample import studies
rows = [dict(zip(SOURCE_COLUMNS, row, strict=True)) for row in studies({STUDIES})]
Study.objects.bulk_create(
    [Study(**{{name: value or None for name, value in row.items()}}) for row in rows],
    ignore_conflicts=True,
)
print("studies:", Study.objects.count())
"""


@pytest.fixture(scope="module")
def everything(house: House) -> str:
    """How the page counts all studies of the running installation, to which some hundreds come."""
    count = int(house.manage("shell", "-c", LOAD).rpartition("studies:")[2])
    return f"{count:,} studies"


def test_a_study_is_found_and_read_without_a_mouse(
    page: Page, house: House, watch: Watch, everything: str
) -> None:
    page.goto("/")
    enter(page, house, "doctor2")
    page.get_by_role("link", name="Imaging").first.click()
    expect(page.locator("#total")).to_have_text(everything)
    expect(page.get_by_label("Name, description or item")).to_be_focused()

    page.keyboard.type("CHEST")
    expect(page.locator("#total")).not_to_have_text(everything)
    rows = page.locator("#rows tr")
    assert all("chest" in text.lower() for text in rows.all_inner_texts())
    page.keyboard.press("ArrowDown")
    expect(rows.first).to_be_focused()
    first = rows.first.get_attribute("data-id")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#page-number")).to_contain_text("Page 2 of")
    expect(rows.first).to_be_focused()
    assert rows.first.get_attribute("data-id") != first
    page.keyboard.press("ArrowDown")
    chosen = str(rows.nth(1).get_attribute("data-id"))
    page.keyboard.press("Enter")
    detail = page.get_by_role("dialog")
    expect(detail.get_by_role("heading")).to_have_text(f"Study {chosen}")
    expect(detail).to_contain_text("Machine")
    page.keyboard.press("Escape")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Name, description or item")).to_be_focused()

    page.reload()
    expect(page.locator("#page-number")).to_contain_text("Page 2 of")
    expect(rows.nth(1)).to_have_attribute("data-id", chosen)
    assert watch.complaints == []
    assert watch.foreign == []


def test_facets_narrow_and_what_is_shown_can_be_exported(
    page: Page, house: House, everything: str
) -> None:
    page.goto("/imaging/")
    enter(page, house, "doctor2")
    page.locator("[data-facet=equipment_type] summary").click()
    box = page.locator("[data-facet=equipment_type] li").filter(has_text="MR")
    count = int(box.locator(".muted").inner_text().replace(",", ""))
    box.get_by_role("checkbox").check()
    expect(page.locator("#total")).to_have_text(f"{count:,} studies")
    assert re.search(r"[?&]equipment_type=MR", page.url)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == count + 1
    page.get_by_role("button", name="Clear all filters").click()
    expect(page.locator("#total")).to_have_text(everything)


def test_the_newest_question_is_answered_and_bad_ones_are_told(
    page: Page, house: House, everything: str
) -> None:
    def hold(route: Route) -> None:
        """Leave the question without an answer."""

    page.route(re.compile(r"search\?q=che&"), hold)
    page.goto("/imaging/")
    enter(page, house, "doctor2")
    expect(page.locator("#total")).to_have_text(everything)
    with page.expect_request(re.compile(r"search\?q=che&")) as asked:
        page.keyboard.type("che")
    page.keyboard.type("st")
    expect(page.locator("#rows tr").first).to_contain_text("Chest")
    assert asked.value.failure == "net::ERR_ABORTED"

    page.keyboard.type(" of nobody")
    expect(page.get_by_text("No study matches.")).to_be_visible()
    page.get_by_text("Dates and ages").click()
    page.get_by_label("Age from").fill("50")
    page.get_by_label("Age to").fill("20")
    expect(page.get_by_role("alert")).to_contain_text("patient_age_max")
    page.get_by_label("Age to").fill("60")
    expect(page.locator("#problem")).to_be_hidden()


def test_who_may_not_read_studies_sees_neither_card_nor_page(page: Page, house: House) -> None:
    page.goto("/")
    enter(page, house, "patient")
    expect(page.get_by_role("link", name="Interpreting").first).to_be_visible()
    expect(page.get_by_role("link", name="Imaging")).to_have_count(0)
    page.goto("/imaging/")
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()
