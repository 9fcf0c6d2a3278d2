from __future__ import annotations

import json
from pathlib import Path

import pytest

from bureau.kernel.accounts.models import User
from bureau.kernel.ops import demo

URL = "http://127.0.0.1:8000"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_seeders(monkeypatch: pytest.MonkeyPatch) -> None:
    """No desk's seeders in these tests, and none of these in others."""
    monkeypatch.setattr(demo, "_seeders", {})


def test_a_desks_seeder_finds_the_cast_and_its_facts_are_in_the_file(tmp_path: Path) -> None:
    def seed_charts() -> dict[str, object]:
        return {"owner": User.objects.get(username="analyst").username, "job": 7}

    demo.register_seeder("charts", seed_charts)
    demo.seed_demo(tmp_path / "demo.json", URL)
    facts = json.loads((tmp_path / "demo.json").read_text())
    assert facts["charts"] == {"owner": "analyst", "job": 7}


def test_a_seeder_runs_once(tmp_path: Path) -> None:
    runs: list[str] = []

    def seed_charts() -> dict[str, object]:
        runs.append("run")
        return {}

    demo.register_seeder("charts", seed_charts)
    for _ in range(3):
        demo.seed_demo(tmp_path / "demo.json", URL)
    assert runs == ["run"]


@pytest.mark.django_db(transaction=True)
def test_a_seeder_that_fails_leaves_nobody_behind(tmp_path: Path) -> None:
    def fail() -> dict[str, object]:
        raise RuntimeError("no sample")

    demo.register_seeder("charts", fail)
    with pytest.raises(RuntimeError):
        demo.seed_demo(tmp_path / "demo.json", URL)
    assert not User.objects.exists()
    assert not (tmp_path / "demo.json").exists()


def test_two_seeders_of_one_name_are_a_mistake() -> None:
    demo.register_seeder("charts", dict)
    with pytest.raises(ValueError, match="charts"):
        demo.register_seeder("charts", dict)
