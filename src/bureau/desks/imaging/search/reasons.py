"""Why a study was found: which of its columns hold the term, or resemble it."""

from __future__ import annotations

from typing import Any

from bureau.desks.imaging.columns import IDENTIFIERS, SEARCHED, SEARCHED_TOO
from bureau.desks.imaging.search.folding import fold, fold_case
from bureau.desks.imaging.search.matching import Hits

Reason = dict[str, str]


def reasons(row: dict[str, Any], hits: Hits, *, everywhere: bool) -> list[Reason]:
    """`{"field", "how"}` for each column that made the study a hit.

    `how` is contains (but for case and width), spelled (the same in another spelling: accents,
    apostrophes, traditional or simplified characters), or resembles.
    """
    columns = (*SEARCHED, *((*SEARCHED_TOO, *IDENTIFIERS) if everywhere else ()))
    alike = {match.field: set(match.resembling) for match in hits.fields}
    found = []
    for name in columns:
        text = row[name] or ""
        if hits.number in fold_case(text):
            found.append({"field": name, "how": "contains"})
        elif name not in IDENTIFIERS and hits.folded in fold(text):
            found.append({"field": name, "how": "spelled"})
        elif text in alike.get(name, ()):
            found.append({"field": name, "how": "resembles"})
    return found
