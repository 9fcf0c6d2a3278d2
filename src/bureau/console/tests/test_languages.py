"""Catalogues of texts: what is shipped is what was written, and fits its placeholders."""

from __future__ import annotations

import gettext
import json
import re
from pathlib import Path

import pytest
from django.test import Client

LOCALE = Path(__file__).parents[1] / "locale"
ENTRY = re.compile(r'^msgid "(.+)"\nmsgstr "(.+)"$', re.MULTILINE)
HOLES = re.compile(r"%\(\w+\)s|%s")


@pytest.mark.parametrize(
    "path", sorted(LOCALE.glob("*/LC_MESSAGES/*.po")), ids=lambda path: path.name
)
def test_a_compiled_catalogue_says_what_was_written(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    written = dict(ENTRY.findall(path.read_text(encoding="utf-8")))
    assert len(written) > 30
    for text, translated in written.items():
        assert compiled.gettext(text) == translated, f"compile {path.name} with msgfmt"
        assert HOLES.findall(text) == HOLES.findall(translated), text


@pytest.mark.django_db
def test_a_visitor_chooses_the_language_and_comes_back_to_the_page() -> None:
    visitor = Client()
    page = "http://testserver/login/?x=1"
    chosen = visitor.post("/language/", {"language": "ne"}, headers={"Referer": page})
    assert (chosen.status_code, chosen["Location"]) == (302, page)
    assert "पासवर्ड" in visitor.get("/login/").content.decode()
    assert json.dumps("सहकर्मीलाई दिनुहोस्") in visitor.get("/jsi18n/").content.decode()
    away = visitor.post("/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert away["Location"] == "/"
    assert "Password" in visitor.get("/login/").content.decode()
