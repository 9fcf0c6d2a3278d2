"""Why a study was found: which of its columns hold the term, or resemble it."""

from __future__ import annotations

from typing import Any

from bureau.desks.imaging.columns import IDENTIFIERS, SEARCHED, SEARCHED_TOO
from bureau.desks.imaging.search.folding import fold
from bureau.desks.imaging.search.matching import Hits

Reason = dict[str, str]


def reasons(row: dict[str, Any], hits: Hits, *, everywhere: bool) -> list[Reason]:
    """`{"field", "how"}` for each column that made the study a hit; `how` is contains or resembles."""
    columns = (*SEARCHED, *((*SEARCHED_TOO, *IDENTIFIERS) if everywhere else ()))
    alike = {match.field: set(match.resembling) for match in hits.fields}
    found = []
    for name in columns:
        text = row[name] or ""
        if hits.folded in fold(text):
            found.append({"field": name, "how": "contains"})
        elif text in alike.get(name, ()):
            found.append({"field": name, "how": "resembles"})
    return found
