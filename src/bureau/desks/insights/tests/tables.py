"""Small datasets, and the day on which all charts of the tests are made."""

from __future__ import annotations

from datetime import date

from bureau.desks.insights.datasets import Dataset

TODAY = date(2026, 5, 1)


def table(facet: str, *rows: tuple[str | int, int]) -> Dataset:
    """A dataset of a few rows."""
    return Dataset(facet, rows)
