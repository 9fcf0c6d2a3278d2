"""How right the machine has been so far, by officers' decisions."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from bureau.desks.grievances.models import Correction


def accuracy_by_category() -> dict[str, Any]:
    """`{"n", "accuracy", "categories": [{"category", "n", "right", "accuracy"}]}`.

    Categories are those that officers decided on; `accuracy` is None where there is no decision.
    """
    rows = (
        Correction.objects.values("decided")
        .annotate(n=Count("id"), right=Count("id", filter=Q(was_right=True)))
        .order_by("decided")
    )
    by_category = [
        {
            "category": row["decided"],
            "n": row["n"],
            "right": row["right"],
            "accuracy": row["right"] / row["n"],
        }
        for row in rows
    ]
    n = sum(row["n"] for row in rows)
    right = sum(row["right"] for row in rows)
    return {"n": n, "accuracy": right / n if n else None, "categories": by_category}
