"""The data access objects, called as the original's documents show."""

from __future__ import annotations

from pathlib import Path

import pytest

from bureau.desks.grievances.managers import (
    db_manager,
    file_manager,
    get_connection,
    grievance_manager,
)
from bureau.desks.grievances.models import Complainant, Grievance
from bureau.kernel.errors import NotFound

pytestmark = pytest.mark.django_db
JOHN = {
    "complainant_full_name": "John Doe",
    "complainant_phone": "+9771234567890",
    "complainant_email": "john@example.com",
    "complainant_municipality": "Kathmandu",
}


def complaint(person: str) -> dict[str, object]:
    return {
        "grievance_id": "GRV001",
        "complainant_id": person,
        "grievance_description": "Water supply issue...",
        "grievance_summary": "Water shortage in ward 5",
        "grievance_categories": ["Environmental", "Water Supply"],
        "classification_status": "pending",
    }


def test_a_complainant_is_sealed_and_found_in_any_spelling() -> None:
    person = db_manager.create_complainant(JOHN)
    assert db_manager.get_complainant_by_id(person)["complainant_full_name"] == "John Doe"  # type: ignore[index]
    for spelling in ("+9771234567890", "+977 123-456-7890", "९७७१२३४५६७८९०"):
        found = db_manager.get_complainant_by_phone(spelling)
        assert [one["complainant_id"] for one in found] == [person], spelling
    changed = db_manager.update_complainant(person, {"complainant_email": "new@example.com"})
    assert changed == ["complainant_email"]
    assert Complainant.objects.get().email == "new@example.com"
    assert db_manager.get_complainant_by_id("CM-NOBODY") is None
    with pytest.raises(NotFound):
        db_manager.update_complainant("CM-NOBODY", {})


def test_a_grievance_is_made_found_moved_and_searched() -> None:
    person = db_manager.create_complainant(JOHN)
    assert grievance_manager.create_grievance(complaint(person)) == "GRV001"
    found = grievance_manager.get_grievance_by_id("grv001")
    assert found is not None
    assert found["grievance_summary"] == "Water shortage in ward 5"
    assert found["municipality"] == "Kathmandu"
    moved = grievance_manager.update_grievance_status("GRV001", "under_evaluation")
    assert moved["status"] == "UNDER_EVALUATION"
    assert len(grievance_manager.get_grievances_by_complainant(person)) == 1
    assert len(grievance_manager.get_grievance_by_complainant_phone("9771234567890")) == 1
    search = grievance_manager.search_grievances
    assert search(status="pending", municipality="Kathmandu", date_from="2025-01-01") == []
    assert len(search(status="under_evaluation", municipality="kathmandu")) == 1
    assert grievance_manager.is_valid_grievance_id("GR-20241201-KO-JH-ABC1-A")
    assert grievance_manager.get_grievance_status("GRV001")["status_name_en"] == "Under evaluation"


def test_a_text_that_looks_like_json_stays_a_text() -> None:
    grievance_manager.create_grievance({**complaint(""), "grievance_description": "123"})
    assert Grievance.objects.get().description == "123"


def test_files_are_kept_listed_and_removed(tmp_path: Path) -> None:
    grievance_manager.create_grievance(complaint(""))
    path = tmp_path / "letter.txt"
    path.write_text("Dear office")
    kept = file_manager.save_file({"grievance_id": "GRV001", "file_path": str(path)})
    assert [one["file_name"] for one in file_manager.get_files_by_grievance("GRV001")] == [
        "letter.txt"
    ]
    assert file_manager.get_file_by_id(kept) is not None
    assert file_manager.delete_file(kept) is True
    assert file_manager.delete_file(kept) is False


def test_a_connection_comes_from_the_pool_and_runs_sql() -> None:
    grievance_manager.create_grievance(complaint(""))
    with get_connection() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM grievances_grievance")
        assert cursor.fetchone() == (1,)
