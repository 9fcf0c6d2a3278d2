"""Model fields whose values the database never sees in the clear.

A sealed value is bound to its table, its column and its row, so that one moved anywhere else does
not open. The row is named by a key that exists before the row does (a UUID or another key made by
us), because inserts, `bulk_create` and COPY seal before the database could hand out a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup
from django.db.models.query_utils import DeferredAttribute

from bureau.kernel.vault.keyring import open_sealed, ring

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class Sealed:
    """A value as it is stored. `values()` and `values_list()` return it: open it with its row."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return "<Sealed>"


class _OpenedOnRead(DeferredAttribute):
    """Opens a stored value when the attribute is first asked for: then the row is known."""

    field: EncryptedTextField

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed) and instance is not None:
            value = self.field.open(value, self.field.row_of(instance))
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        # with a setter Python asks __get__ even when the instance has a value of this name
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(_TextField):
    """Text that is sealed with the key ring on its way to the database and opened when read.

    Blank stays blank and null stays null; `max_length` counts characters of the plain text and is
    checked by validation. It cannot be searched: every lookup but `isnull` is refused, because equal
    texts are stored differently each time (see `BlindIndexField`). `QuerySet.update` and
    `bulk_update` are refused too: they do not know the row; save the objects.

    Args:
        row: name of the field that identifies the row and is set before it is stored; the primary
            key unless told otherwise. It must never change.
    """

    descriptor_class = _OpenedOnRead

    def __init__(self, *args: Any, row: str = "pk", **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        if self.row != "pk":
            kwargs["row"] = self.row
        return name, path, args, kwargs

    def seal(self, plain: str, row: object) -> str:
        """The text to store for this value in the row of this key, for COPY and raw SQL."""
        return ring().seal(plain, self._context(row)) if plain else plain

    def open(self, stored: Sealed | str, row: object) -> str:
        """The plain text of a stored value.

        Raises:
            SealedValueUnreadable: altered, moved from another place, or its key is gone.
        """
        text = stored.text if isinstance(stored, Sealed) else stored
        return open_sealed(text, self._context(row)) if text else text

    def row_of(self, instance: models.Model) -> object:
        """What identifies the row of this object."""
        key = getattr(instance, self.row)
        if key is None:
            raise FieldError(f"{self.name} cannot be sealed: {self.row} is not set yet.")
        return key

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        if value is None or value == "":
            return value
        if not isinstance(value, str):
            raise FieldError(f"{self.name} is encrypted and takes text only.")
        return Sealed(self.seal(value, self.row_of(model_instance)))

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if isinstance(value, Sealed):
            return value.text
        if value is None or value == "":
            return value
        raise FieldError(f"{self.name} is bound to its row: save the object instead of updating.")

    def from_db_value(
        self, value: str | None, expression: object, connection: BaseDatabaseWrapper
    ) -> Sealed | str | None:
        """Django's hook for a value read from the database."""
        return Sealed(value) if value else value

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and cannot be searched ({lookup_name}).")
        return super().get_lookup(lookup_name)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return [*super().check(**kwargs), *self._check_row()]

    def row_field(self) -> models.Field[Any, Any]:
        """The field that identifies the row.

        Raises:
            FieldDoesNotExist: there is none of that name.
        """
        meta = self.model._meta
        found = meta.pk if self.row == "pk" else meta.get_field(self.row)
        if not isinstance(found, models.Field):
            raise FieldDoesNotExist(f"{self.model.__name__} has no column {self.row}.")
        return found

    def _check_row(self) -> list[CheckMessage]:
        """vault.E002: a key that the database hands out is not known when a value is sealed."""
        try:
            made_by_database = isinstance(self.row_field(), models.AutoField)
        except FieldDoesNotExist:
            made_by_database = True
        if not made_by_database:
            return []
        hint = "Give the model a UUIDField(default=uuid4, unique=True) and name it with row=."
        message = f"{self.row} does not identify the row before it is stored."
        return [Error(message, hint=hint, obj=self, id="vault.E002")]

    def _context(self, row: object) -> str:
        return f"{self.model._meta.db_table}.{self.column}#{row}"
