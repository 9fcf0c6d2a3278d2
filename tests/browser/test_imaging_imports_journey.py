"""An administrator looks at a file, says what a column means, imports it, reads the report, undoes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bureau.desks.imaging.tests import sources
from tests.browser.conftest import Watch
from tests.browser.people import enter
from tests.house import House

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(900)]
HEADERS = {"Number": "exam_id"} | {
    name: name
    for name in (
        "patient_name",
        "exam_status",
        "exam_source",
        "exam_item",
        "equipment_type",
        "order_datetime",
    )
}


def records(path: Path) -> Path:
    """Two good rows and a bad one, under a header that nobody knows."""
    rows = [sources.row(number) for number in (90_000_001, 90_000_002)]
    rows.append(sources.row(90_000_003, order_datetime="soon"))
    path.write_bytes(sources.csv_bytes(sources.tabular(rows, HEADERS)))
    return path


def test_a_file_is_looked_at_imported_and_taken_back(
    page: Page, house: House, watch: Watch, tmp_path: Path
) -> None:
    page.goto("/imaging/imports/")
    enter(page, house, "admin")
    file = page.get_by_label("Excel (.xlsx) or CSV")
    file.set_input_files(
        {"name": "photo.png", "mimeType": "text/csv", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(64)}
    )
    page.get_by_role("button", name="Look at the file").click()
    expect(page.locator("#upload .notice")).to_be_visible()

    file.set_input_files(records(tmp_path / "morning.csv"))
    page.get_by_role("button", name="Look at the file").click()
    expect(page.locator("#upload .notice")).to_contain_text("Examination number")
    page.get_by_label("Number", exact=True).select_option("exam_id")
    page.get_by_role("button", name="Import", exact=True).click()

    line = page.locator("#imports li").filter(has_text="morning.csv")
    expect(line.locator(".badge")).to_have_text("Done")
    expect(line.locator(".outcome")).to_contain_text("3 rows read: 2 inserted")
    line.get_by_text("1 refused row").click()
    expect(line.locator(".refused li")).to_contain_text("Invalid datetime format: soon")

    page.once("dialog", lambda dialog: dialog.accept())
    line.get_by_role("button", name="Undo").click()
    expect(line.locator(".badge")).to_have_text("Undone")
    page.reload()
    expect(line.locator(".badge")).to_have_text("Undone")
    refusal = "the server responded with a status of 4"
    assert [text for text in watch.complaints if refusal not in text] == []
    assert watch.foreign == []
