"""SECURITY.md and the tables behind it say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from docs.licences_table import UNKNOWN, rows

from bureau.environment import Environment
from docs import generate

ROOT = Path(generate.HERE).parent
SECURITY = (ROOT / "SECURITY.md").read_text("utf-8")
FORBIDDEN = re.compile(r"AGPL|Affero|NonCommercial|Non-Commercial|-NC-|(?<!L)GPL", re.IGNORECASE)


def kept(way: str) -> dict[str, set[str]]:
    place = ("sealed", "digest", "plain").index(way) + 1
    return {
        row[0].strip("`"): set(row[place].split(", "))
        for row in generate.stored_rows()
        if row[place]
    }


def named_in(section: str) -> set[tuple[str, str]]:
    """The `table.field` names of a section of SECURITY.md."""
    text = SECURITY.partition(f"## {section}\n")[2].partition("\n## ")[0]
    assert text, section
    return {(one[1], one[2]) for one in re.finditer(r"`([a-z_]+)\.([a-z_]+)`", text)}


@pytest.mark.parametrize("way", ["sealed", "plain"])
def test_what_security_calls_sealed_or_plain_is_so_in_the_models(way: str) -> None:
    named = named_in({"sealed": "What is encrypted", "plain": "What is not encrypted"}[way])
    assert named
    fields = {(table, name) for table, names in kept(way).items() for name in names}
    assert named - fields == set()


def test_every_table_with_a_sealed_field_is_named_as_encrypted() -> None:
    named = {table for table, _ in named_in("What is encrypted")}
    assert kept("sealed").keys() - named == set()


def test_commands_and_settings_that_security_names_exist() -> None:
    named = set(re.findall(r"`bureau manage (\w+)", SECURITY))
    assert {"rotate_keys", "export_person", "erase_person", "verify_events"} <= named
    assert named - set(get_commands()) == set()
    names = set(re.findall(r"`([A-Z][A-Z_]{4,})(?:=[^`]*)?`", SECURITY))
    assert {one.lower() for one in names} - set(Environment.model_fields) == set()


def test_passwords_are_hashed_as_security_says() -> None:
    from bureau import settings as module

    assert "Argon2" in module.PASSWORD_HASHERS[0]
    assert "Argon2" in SECURITY
    assert settings.PASSWORD_HASHERS


def test_security_denies_nothing_that_is_there() -> None:
    for claim in ("No rotation", "No export", "No erasure", "every route but sign-in"):
        assert claim not in SECURITY


def test_no_package_of_the_base_install_is_under_a_licence_that_forbids_use() -> None:
    licences = rows()
    assert len(licences) > 50
    assert [one for one in licences if one[2] == UNKNOWN or FORBIDDEN.search(one[2])] == []
