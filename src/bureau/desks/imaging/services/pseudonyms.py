"""Records without the people: the same person has the same sign, and no sign leads back.

Signs are keyed digests: without the house's key nobody can try names or numbers until one fits.
"""

from __future__ import annotations

from typing import Any

from bureau.desks.imaging.columns import EXPORT_COLUMNS, IDENTIFIERS
from bureau.kernel.vault.keyring import digest

_SIGNED = {*IDENTIFIERS, "patient_name", "certified_physician"}
_LENGTH = 16


class Pseudonyms:
    """Turns rows in the order of `EXPORT_COLUMNS`; knows the signs it has given."""

    def __init__(self) -> None:
        self._signs: dict[tuple[str, str], str] = {}

    def of_row(self, row: list[Any]) -> list[Any]:
        """Numbers and names become signs, a birth date its year; a name in a description goes."""
        values = dict(zip(EXPORT_COLUMNS, row, strict=True))
        for own in (values["patient_name"], values["certified_physician"]):
            if own and values["exam_description"]:
                values["exam_description"] = values["exam_description"].replace(own, "***")
        values["patient_birth_date"] = (values["patient_birth_date"] or "")[:4] or None
        # two people may share a name; a record number is one person's
        values["patient_name"] = values["medical_record_no"] or values["patient_name"]
        for name in _SIGNED:
            if values[name] is not None:
                values[name] = self._sign(name, values[name])
        return list(values.values())

    def _sign(self, name: str, text: str) -> str:
        known = self._signs.get((name, text))
        if known is None:
            known = digest(text, f"imaging.pseudonym.{name}")[:_LENGTH]
            self._signs[name, text] = known
        return known
