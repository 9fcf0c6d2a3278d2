"""Loading offices and categories, nightly cleaning, the demonstration."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from bureau.desks.grievances import demo
from bureau.desks.grievances.classification import catalogue
from bureau.desks.grievances.intake.retention import clean_up
from bureau.desks.grievances.models import (
    Category,
    Complainant,
    Grievance,
    Office,
    OfficeArea,
    OfficeMember,
)
from bureau.desks.grievances.tests.conftest import Visitor, account
from bureau.kernel.accounts.models import Role, User
from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.models import StoredFile

pytestmark = pytest.mark.django_db


def changed_copy(tmp_path: Path, name: str, line: int, column: str, value: str) -> Path:
    with (catalogue.DATA / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[line][column] = value
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("high_priority", "के कुराले सडक खतरनाक छ?", "true or false is expected"),
        ("description", "नेपाली", "are the columns shifted"),
        ("description_ne", "English", "are the columns shifted"),
        ("short_description", "", "a text of 1 to"),
        ("generic_grievance_name", "Employment", "there twice"),
    ],
)
def test_a_file_of_categories_is_checked_in_full(
    tmp_path: Path, column: str, value: str, problem: str
) -> None:
    path = changed_copy(tmp_path, "categories.csv", 0, column, value)
    with pytest.raises(InvalidInput, match=problem):
        catalogue.read_kinds(path)
    with pytest.raises(CommandError):
        call_command("seed_grievances", categories=path)
    assert not Category.objects.exists()


def test_offices_and_seats_are_loaded_together_or_not_at_all(tmp_path: Path) -> None:
    account("sita", Role.OFFICER)
    out = StringIO()
    call_command("seed_grievances", seat=["sita=JH-PIU:sensitive"], stdout=out)
    assert out.getvalue() == "24 categories, 3 offices, 1 seats.\n"
    assert OfficeMember.objects.get().handles_sensitive
    # again, with a change: nothing is doubled
    call_command("seed_grievances", stdout=StringIO())
    assert (Office.objects.count(), OfficeArea.objects.count()) == (3, 3)
    broken = changed_copy(tmp_path, "offices.csv", 1, "ward", "many")
    with pytest.raises(CommandError, match="Line 3"):
        call_command("seed_grievances", offices=broken)
    assert OfficeArea.objects.count() == 3


def test_other_categories_take_the_place_of_the_shipped_ones(tmp_path: Path) -> None:
    path = changed_copy(tmp_path, "categories.csv", 0, "generic_grievance_name", "Ferries")
    call_command("seed_grievances", categories=path, stdout=StringIO())
    keys = [kind.key for kind in catalogue.kinds()]
    assert keys[0] == "Economic, Social - Ferries"
    assert catalogue.kind_named("economic, social - ferries") is not None


def test_drafts_that_were_never_filed_go_after_their_time(nobody: Visitor, filed: Any) -> None:
    draft = nobody.post("/generate-ids").json()
    mine = nobody.with_token(draft["token"])
    letter = SimpleUploadedFile("a.txt", b"Dear office")
    mine.post("/upload", grievance_id=draft["grievance_id"], file=letter)
    assert clean_up()["drafts"] == 0
    Grievance.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert clean_up()["drafts"] == 1
    assert [one.grievance_id for one in Grievance.objects.all()] == [filed["grievance_id"]]
    assert Complainant.objects.count() == 1
    assert not StoredFile.objects.filter(kind="grievances.file").exists()
    call_command("clean_up_grievances", stdout=StringIO())


def test_the_demonstration_has_cases_that_its_officers_see(nobody: Visitor) -> None:
    for name in ("officer", "officer2"):
        account(name, Role.OFFICER)
    facts = demo.seed()
    assert facts["cases"][0]["grievance_id"] == "GRV001"
    opened = nobody.post("/receipt", facts["cases"][0])
    assert opened.status_code == 200
    offices = Grievance.objects.order_by("id").values_list("office__code", flat=True)
    assert list(offices) == ["JH-PIU", "JH-MEC", "MO-PIU"]
    assert User.objects.get(username="officer").grievance_offices.count() == 2
