"""A clinician and a patient talk in two windows, each in their own language."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect

from tests.browser.conftest import Watch
from tests.browser.people import enter, seat
from tests.house import House

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(900)]


def say(page: Page, text: str) -> None:
    page.get_by_label("Say something").fill(text)
    page.keyboard.press("Control+Enter")


def test_two_people_understand_each_other_and_nothing_is_missed(
    page: Page, chromium: Browser, house: House, watch: Watch
) -> None:
    sockets: list[WebSocketRoute] = []

    def pass_on(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    page.route_web_socket(re.compile(r"/ws/chat-rooms/"), pass_on)
    page.goto("/interpreting/")
    enter(page, house, "doctor2")
    page.get_by_label("Name of the room").fill("Ward 3, bed 12")
    page.get_by_label("The patient speaks").select_option(label="isiZulu")
    page.get_by_label("Patient", exact=True).select_option(label="Sipho Dlamini")
    page.get_by_role("button", name="Open the room").click()
    expect(page.get_by_role("heading", name="Ward 3, bed 12")).to_be_visible()
    expect(page.locator("#connection")).to_have_text("Live")

    patient = seat(chromium, house, watch, "patient", "/interpreting/")
    patient.get_by_role("link", name="Ward 3, bed 12").click()
    expect(patient.locator("#connection")).to_have_text("Live")

    say(page, "Where does it hurt?")
    for window in (page, patient):
        expect(window.locator(".translated")).to_have_text("Kubuhlungu kuphi?")
        expect(window.locator(".by")).to_contain_text("phrasebook")

    sockets[0].close(code=1012)
    expect(page.locator("#connection")).to_have_text("Reconnecting …")
    say(patient, "Ikhanda lami libuhlungu")
    expect(page.locator("#connection")).to_have_text("Live")
    answer = page.locator(".message").nth(1)
    expect(answer.locator(".original")).to_have_text("Ikhanda lami libuhlungu")
    expect(answer.locator(".translated")).to_have_text("I have a headache")
    assert page.locator(".message").count() == 2

    say(page, "The ultrasound was unremarkable on Thursday.")
    third = patient.locator(".message").nth(2)
    expect(third.locator(".badge")).to_have_text("Not translated")
    patient.context.close()
    assert watch.complaints == []
    assert watch.foreign == []


def test_a_doubtful_translation_warns_and_a_voice_can_be_heard(page: Page, house: House) -> None:
    def doubt(route: Route) -> None:
        answer = route.fetch()
        warning = {"kind": "number", "message": "'500' is not in the translation."}
        doubted = {**answer.json(), "warnings": [warning], "back_translation": "Hello, hello"}
        route.fulfill(response=answer, json=doubted)

    page.route(re.compile(r"/api/messages/\d+/$"), doubt)
    page.goto("/interpreting/")
    enter(page, house, "doctor2")
    page.locator("#rooms a").first.click()
    expect(page.locator("#connection")).to_have_text("Live")
    before = page.locator(".message").count()
    say(page, "Hello")
    message = page.locator(".message").nth(before)
    expect(message.get_by_role("note")).to_contain_text("'500' is not in the translation.")
    expect(message.get_by_role("note")).to_contain_text("Translated back: Hello, hello")
    # the page may ask once more; the answer must not come when the window is gone
    page.unroute_all(behavior="wait")

    page.get_by_role("button", name="Record").click()
    page.get_by_role("button", name="Stop and send · 1 s").click()
    voice = page.locator(".message").nth(before + 1).get_by_label("Recording", exact=True)
    expect(voice).to_be_visible()
    heard = page.request.get(str(voice.get_attribute("src")))
    assert (heard.status, len(heard.body()) > 500) == (200, True)


def test_a_room_of_others_is_not_there(page: Page, house: House) -> None:
    page.goto("/interpreting/")
    enter(page, house, "doctor2")
    room = page.locator("#rooms a").first
    address = str(room.get_attribute("href"))
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url("/login/")
    page.goto(address)
    enter(page, house, "patient2")
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()
