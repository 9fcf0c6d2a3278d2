"""Columns of a kind that Django does not have."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models


class NaiveDateTimeField(models.DateTimeField):  # type: ignore[type-arg]  # Django's is generic in stubs only
    """The local time of the site as its systems write it: `timestamp without time zone`.

    Records of imaging systems name no zone and the wire contract forbids one, so none is invented.
    """

    def db_type(self, connection: Any) -> str:
        return "timestamp"

    def to_python(self, value: Any) -> Any:
        return datetime.fromisoformat(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        """The value for the driver.

        Raises:
            ValueError: the time has a zone; which local time is meant must be decided before.
        """
        naive = self.to_python(value)
        if naive is not None and getattr(naive, "tzinfo", None) is not None:
            raise ValueError("A naive local time is expected.")
        return naive

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if prepared else self.get_prep_value(value)
