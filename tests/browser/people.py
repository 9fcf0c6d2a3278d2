"""What people do on every page."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.browser.conftest import Watch
from tests.house import House
from tests.waiting import PATIENCE


def enter(page: Page, house: House, name: str = "analyst") -> None:
    """Sign in on the page one is sent to, with the keyboard alone."""
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(house.passwords[name])
    page.keyboard.press("Enter")


def seat(chromium: Browser, house: House, watch: Watch, name: str, address: str) -> Page:
    """A window of their own in which somebody is signed in and looks at an address."""
    context = chromium.new_context(base_url=house.base_url, locale="en-GB")
    context.set_default_timeout(1000 * PATIENCE)
    page = context.new_page()
    watch.follow(page)
    page.goto(address)
    enter(page, house, name)
    return page
