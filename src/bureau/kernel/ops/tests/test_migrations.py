"""A migration works over the owner's connection: over the application's it would wait for itself."""

from __future__ import annotations

import re
from pathlib import Path

import bureau

MIGRATIONS = sorted(Path(bureau.__file__).parent.rglob("migrations/0*.py"))


def test_rows_are_changed_over_the_connection_of_the_migration() -> None:
    assert len(MIGRATIONS) > 10
    without = [
        path.name
        for path in MIGRATIONS
        if re.search(r"\.objects\.(?!using\(schema_editor\.connection\.alias\))", path.read_text())
    ]
    assert without == []
