"""An analyst signs in, uploads a workbook and watches the charts being drawn."""

from __future__ import annotations

import re
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from bureau.desks.insights.sample import write_filters
from tests.browser.conftest import Watch
from tests.browser.people import enter
from tests.house import House
from tests.waiting import eventually

ALL_CHARTS = 8
# eight charts are drawn by two processes, whose first chart also loads the libraries
JOB_PAGE = re.compile(r"/insights/\d+/$")

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(900)]


def broken_pictures(page: Page) -> int:
    """How many of the page's shown pictures did not load."""
    count: int = page.evaluate(
        "Promise.all([...document.querySelectorAll('.picture:not([hidden]) img')]"
        ".map(image => { image.loading = 'eager'; return image.decode().then(() => 0, () => 1) }))"
        ".then(failed => failed.reduce((sum, one) => sum + one, 0))"
    )
    return count


def test_the_keyboard_is_enough_to_sign_in(page: Page, house: House) -> None:
    page.goto("/insights/")
    expect(page).to_have_url("/login/?next=/insights/")
    expect(page.get_by_label("User name")).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    enter(page, house)
    expect(page).to_have_url("/insights/")


def test_a_wrong_password_is_told_in_a_sentence(page: Page) -> None:
    page.goto("/login/")
    page.get_by_label("User name").fill("analyst")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Invalid credentials")
    expect(page).to_have_url("/login/")


def test_a_second_factor_is_asked_for_after_the_password(page: Page, house: House) -> None:
    page.goto("/login/")
    enter(page, house, "doctor")
    expect(page.get_by_role("heading", name="Good to see you")).to_be_visible()
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    headers = {"X-CSRFToken": cookies["csrftoken"]}
    password = {"password": house.passwords["doctor"]}
    setup = page.request.post("/api/auth/setup-otp/", headers=headers, data=password).json()
    code = {"otp_token": pyotp.TOTP(setup["secret"]).now()}
    confirmed = page.request.post("/api/auth/confirm-otp-setup/", headers=headers, data=code)
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_label("User name")).to_be_focused()
    enter(page, house, "doctor")
    expect(page.get_by_label("Code")).to_be_focused()
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).not_to_be_empty()
    page.get_by_label("Code").fill(confirmed.json()["recovery_codes"][0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Good to see you")).to_be_visible()


def test_a_refused_file_is_told_next_to_the_form(page: Page, house: House, tmp_path: Path) -> None:
    page.goto("/insights/")
    enter(page, house, "analyst2")
    book = tmp_path / "notes.csv"
    book.write_text("a,b\n1,2\n")
    page.get_by_label("Workbook").set_input_files(book)
    page.get_by_role("button", name="Draw the charts").click()
    expect(page.locator("#job-form .notice")).to_be_visible()
    expect(page.locator("#job-form .notice")).not_to_be_empty()
    expect(page).to_have_url("/insights/")


def all_systems_work(page: Page) -> bool:
    """What the home page says; until a task of each queue was done after a start, it says so."""
    page.goto("/")
    expect(page.locator("#health-dot[data-state]")).to_be_visible()
    return "All systems work" in page.locator("#health-text").inner_text()


def test_from_a_workbook_to_charts_and_words(
    page: Page, house: House, watch: Watch, tmp_path: Path
) -> None:
    page.goto("/")
    enter(page, house)
    expect(page.get_by_role("heading", name="Good to see you, Lena")).to_be_visible()
    eventually(lambda: all_systems_work(page), pause=1)
    page.get_by_role("link", name="Insights").first.click()

    book = tmp_path / "book.xlsx"
    write_filters(str(book))
    page.get_by_label("Workbook").set_input_files(book)
    page.get_by_role("button", name="Draw the charts").click()
    expect(page).to_have_url(JOB_PAGE)

    pictures = page.locator(".picture:not([hidden]) img")
    expect(pictures).to_have_count(ALL_CHARTS)
    expect(page.locator("#status")).to_have_text("Done")
    expect(page.get_by_text("Job completed")).to_be_visible()
    assert broken_pictures(page) == 0

    card = page.locator("article").filter(has_text="Top jurisdictions")
    card.get_by_role("button", name="Describe").click()
    expect(card.locator(".description")).to_contain_text("publications")

    page.reload()
    expect(pictures).to_have_count(ALL_CHARTS)
    expect(card.locator(".description")).to_contain_text("publications")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all (ZIP)").click()
    assert download.value.suggested_filename.endswith(".zip")

    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url("/login/")
    assert watch.complaints == []
    assert watch.foreign == []


def test_the_sample_workbook_is_one_click_away(page: Page, house: House, watch: Watch) -> None:
    page.goto("/insights/")
    enter(page, house)
    page.get_by_role("button", name="Use the sample workbook").click()
    expect(page.get_by_role("button", name="Draw the charts")).to_be_focused()
    for title in page.locator("[name=chart]").all()[1:]:
        title.uncheck()
    page.get_by_role("button", name="Draw the charts").click()
    expect(page).to_have_url(JOB_PAGE)
    expect(page.locator(".picture:not([hidden]) img")).to_have_count(1)
    assert watch.complaints == []


def test_a_cancelled_job_says_so_everywhere(page: Page, house: House) -> None:
    page.goto("/insights/")
    enter(page, house)
    page.get_by_role("button", name="Use the sample workbook").click()
    expect(page.get_by_role("button", name="Draw the charts")).to_be_focused()
    page.get_by_role("button", name="Draw the charts").click()
    page.get_by_role("button", name="Cancel the job").click()
    expect(page.locator("#status")).to_have_text("Cancelled")
    expect(page.get_by_text("Job cancelled")).to_be_visible()
    expect(page.locator("article .cancel:visible")).to_have_count(0)


def test_a_lost_connection_is_taken_up_again_from_where_it_was(page: Page, house: House) -> None:
    sockets: list[WebSocketRoute] = []

    def pass_on(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    page.route_web_socket(re.compile(r"/ws/jobs/"), pass_on)
    page.goto("/insights/")
    enter(page, house)
    page.locator(".job").filter(has_text="Done").first.click()
    expect(page.get_by_text("Job completed")).to_be_visible()
    told = page.locator("#log li").count()
    sockets[0].close(code=1012)
    expect(page.locator("#connection")).to_have_text("Reconnecting …")
    expect(page.locator("#connection")).to_have_text("Live")
    assert sockets[0].url.endswith("?after=0")
    assert not sockets[1].url.endswith("?after=0")
    assert page.locator("#log li").count() == told


def test_a_job_of_another_is_not_there(page: Page, house: House) -> None:
    page.goto("/insights/")
    enter(page, house, "analyst")
    job = page.locator(".job").first.get_attribute("href")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url("/login/")
    page.goto(str(job))
    enter(page, house, "analyst2")
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()


def test_a_form_is_not_sent_before_its_script_is_there(page: Page, house: House) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/login*.js", hold)
    page.goto("/login/", wait_until="commit")
    page.get_by_label("User name").fill("analyst")
    page.get_by_label("Password").fill(house.passwords["analyst"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign in")).to_be_disabled()
    held[0].continue_()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Good to see you")).to_be_visible()
