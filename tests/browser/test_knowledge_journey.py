"""Somebody uploads a manual, asks about it, and reads the very words the answer rests on."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.browser.conftest import Watch
from tests.browser.people import enter
from tests.house import House

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(900)]
# the first document also loads the embedder
PAGES = [
    "The pump moves water from the well to the tank. Check the seals before every start.",
    "The motor must not become hotter than 85 °C. Above this temperature the pump stops by itself.",
    "Lubricate the bearing every 500 hours with lithium grease.",
]


def manual(path: Path) -> Path:
    """A manual of three pages."""
    book = BytesIO()
    canvas = Canvas(book, pagesize=A4)
    for text in PAGES:
        for line, sentence in enumerate(text.split(". ")):
            canvas.drawString(72, 760 - 20 * line, sentence.rstrip(".") + ".")
        canvas.showPage()
    canvas.save()
    path.write_bytes(book.getvalue())
    return path


def test_an_answer_leads_to_the_page_it_rests_on(
    page: Page, house: House, watch: Watch, tmp_path: Path
) -> None:
    page.goto("/knowledge/documents/")
    enter(page, house, "patient2")
    page.get_by_label("PDF, Word").set_input_files(manual(tmp_path / "pump.pdf"))
    page.get_by_label("Title").fill("Pump manual")
    page.get_by_role("button", name="Upload").click()
    document = page.locator("#documents li").filter(has_text="Pump manual")
    expect(document.locator(".badge")).to_have_text("Ready")
    expect(document.locator(".about")).to_contain_text("3 pages")

    page.get_by_role("link", name="Questions").click()
    expect(page.get_by_text("None yet.")).to_be_visible()
    page.get_by_label("Ask about the documents").fill("How hot may the motor become?")
    page.keyboard.press("Control+Enter")
    answer = page.locator(".message[data-role=assistant]")
    cited = answer.locator(".citations li").filter(has_text="Pump manual, page 2").first
    expect(cited).to_be_visible()
    expect(answer.locator(".said")).to_contain_text("85 °C")
    expect(page.locator("#conversations button")).to_have_text(["How hot may the motor become?"])

    cited.get_by_role("button").click()
    passage = page.get_by_role("dialog")
    expect(passage.get_by_role("heading")).to_have_text("Pump manual, page 2")
    expect(passage.locator("#page-text")).to_contain_text("the pump stops by itself")
    expect(passage.locator("mark")).to_contain_text("85 °C")
    page.keyboard.press("Escape")

    page.reload()
    expect(answer.locator(".said")).to_contain_text("85 °C")
    answer.get_by_role("button", name="Helpful", exact=True).click()
    expect(answer.get_by_role("status")).to_have_text("Thank you.")
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Delete this conversation").click()
    expect(page.get_by_text("None yet.")).to_be_visible()
    assert watch.complaints == []
    assert watch.foreign == []


def test_a_document_that_cannot_be_read_says_why(page: Page, house: House, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\n" + b"this is no document " * 50)
    page.goto("/knowledge/documents/")
    enter(page, house, "patient2")
    page.get_by_label("PDF, Word").set_input_files(broken)
    page.get_by_role("button", name="Upload").click()
    document = page.locator("#documents li").filter(has_text="broken")
    expect(document.locator(".badge")).to_have_text("Failed")
    expect(document.locator(".notice")).not_to_be_empty()
    page.once("dialog", lambda asked: asked.accept())
    document.get_by_role("button", name="Remove").click()
    expect(document).to_have_count(0)
