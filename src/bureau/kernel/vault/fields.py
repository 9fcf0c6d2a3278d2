"""Model fields whose values the database never sees in the clear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup

from bureau.kernel.vault.keyring import ring

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class EncryptedTextField(_TextField):
    """Text that is sealed with the key ring on its way to the database and opened on its way back.

    Blank stays blank and null stays null; `max_length` counts characters of the plain text and is
    checked by validation. The stored text is bound to its table and column, so a value copied into
    another column does not open. It cannot be searched: every lookup but `isnull` is refused,
    because equal texts are stored differently each time.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        prepared = super().get_db_prep_save(value, connection)
        if isinstance(prepared, str) and prepared:
            return ring().seal(prepared, self._context)
        return prepared

    def from_db_value(
        self, value: str | None, expression: object, connection: BaseDatabaseWrapper
    ) -> str | None:
        """Django's hook for a value read from the database."""
        return ring().open(value, self._context) if value else value

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and cannot be searched ({lookup_name}).")
        return super().get_lookup(lookup_name)

    @property
    def _context(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"
