"""What the pages say."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.test import Client

from bureau.console.tests.conftest import start_job
from bureau.console.views.insights import JOBS_PER_PAGE
from bureau.desks.insights import catalogue
from bureau.kernel.accounts.models import User

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


def test_pages_of_people_are_not_kept_by_caches(browser: Client) -> None:
    assert "no-store" in browser.get("/insights/")["Cache-Control"]
