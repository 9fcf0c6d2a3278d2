"""What the pages say."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.test import Client

from bureau.console.complaint_words import WORDS
from bureau.console.tests.conftest import signed_in, start_job
from bureau.console.views.insights import JOBS_PER_PAGE
from bureau.desks.insights import catalogue
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.accounts.tests.cast import add_person

INLINE = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)(?![^>]*application/json)")


def test_home_greets_by_name_and_leads_to_the_desk_and_the_api(browser: Client) -> None:
    page = browser.get("/").content.decode()
    for part in ("Lena", "Research", 'href="/insights/"', 'href="/api/docs/"'):
        assert part in page
    assert "/admin/" not in page


def test_every_chart_of_the_catalogue_can_be_chosen(browser: Client) -> None:
    page = browser.get("/insights/").content.decode()
    for key in catalogue.available():
        assert f'name="chart" value="{key}"' in page
    assert 'data-count-of="top_patent_countries" name="top_n"' in page
    assert "No jobs yet." in page


def test_a_long_list_comes_in_pages(browser: Client, analyst: User) -> None:
    jobs = [start_job(analyst) for _ in range(JOBS_PER_PAGE + 1)]
    first, second = (browser.get(f"/insights/?page={page}").content.decode() for page in (1, 2))
    assert "Page 1 of 2" in first
    assert f"/insights/{jobs[-1].pk}/" in first
    assert f"/insights/{jobs[0].pk}/" not in first
    assert f"/insights/{jobs[0].pk}/" in second


def test_the_sample_is_a_workbook_the_browser_saves(browser: Client) -> None:
    answer = browser.get("/insights/sample.xlsx")
    assert 'attachment; filename="sample-filters.xlsx"' in answer["Content-Disposition"]
    assert BytesIO(answer.getvalue()).read(2) == b"PK"


@pytest.mark.parametrize("address", ["/", "/insights/", "/insights/{id}/", "/nothing/"])
def test_pages_keep_to_the_strict_policy(browser: Client, analyst: User, address: str) -> None:
    answer = browser.get(address.format(id=start_job(analyst).pk))
    page = answer.content.decode()
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert not INLINE.search(page)
    assert "//" not in re.sub(r"<!--.*?-->", "", page, flags=re.S).replace("://", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/complaints/",
        "/complaints/?lang=ne",
        "/complaints/status/",
        "/grievances/",
        "/imaging/",
        "/interpreting/",
        "/knowledge/",
        "/knowledge/documents/",
    ],
)
def test_every_desk_keeps_to_the_strict_policy(address: str) -> None:
    add_person("amara", Role.ADMIN)
    answer = signed_in("amara").get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not INLINE.search(page)
    assert "no-store" in answer["Cache-Control"]
    assert "style-src" not in answer["Content-Security-Policy"].replace("style-src 'self'", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "keys"),
    [
        (Role.PATIENT, ["insights", "knowledge", "interpreting"]),
        (Role.DOCTOR, ["insights", "knowledge", "imaging", "interpreting"]),
        (Role.OFFICER, ["insights", "knowledge", "grievances"]),
        (Role.ADMIN, ["insights", "knowledge", "imaging", "interpreting", "grievances"]),
    ],
)
def test_everybody_is_shown_the_desks_of_their_role(role: Role, keys: list[str]) -> None:
    add_person("amara", role)
    page = signed_in("amara").get("/").content.decode()
    assert re.findall(r'class="card desk" href="/(\w+)/"', page) == keys


def test_the_public_form_says_the_same_in_both_languages() -> None:
    assert WORDS["en"].keys() == WORDS["ne"].keys()
    assert all(re.search("[\u0900-\u097f]", text) for text in WORDS["ne"].values())


@pytest.mark.django_db
def test_the_public_form_is_in_the_language_one_chooses(client: Client) -> None:
    for language, words in WORDS.items():
        page = client.get(f"/complaints/?lang={language}").content.decode()
        assert f'<html lang="{language}">' in page
        assert words["what"] in page
    assert '<html lang="en">' in client.get("/complaints/?lang=xx").content.decode()


def test_pages_of_people_are_not_kept_by_caches(browser: Client) -> None:
    assert "no-store" in browser.get("/insights/")["Cache-Control"]


def test_home_says_what_waits_at_each_desk(browser: Client, analyst: User) -> None:
    empty = browser.get("/").content.decode()
    assert "0 jobs" in empty and "0 documents" in empty
    start_job(analyst)
    assert "1 job · 1 running" in browser.get("/").content.decode()


@pytest.mark.django_db
def test_home_counts_only_what_the_visitor_may_see() -> None:
    add_person("office", Role.OFFICER)
    page = signed_in("office").get("/").content.decode()
    assert "0 tickets" in page
    assert "studies" not in page
