"""Blind indexes: finding a sealed value by equality without storing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import models
from django.db.models.lookups import Lookup
from django.db.models.signals import pre_save

from bureau.kernel.vault.keyring import ring
from bureau.kernel.vault.normal import NORMALISERS

if TYPE_CHECKING:
    _BinaryField = models.BinaryField[bytes | str | None, bytes | None]
else:
    _BinaryField = models.BinaryField

_LOOKUPS = frozenset({"exact", "in", "isnull"})


class BlindIndexField(_BinaryField):
    """A keyed digest (HMAC-SHA256, 32 bytes) of another field's normalised value.

    Filled by itself when the object is saved. Look up with the plain value in any spelling:
    `Person.objects.filter(phone_index="९८४१-२३४५६७")`. Each column has a key of its own, so two columns
    never share a digest; who has the database and not the keys learns only which rows are equal.

    Args:
        source: name of the field it indexes.
        normaliser: one of `normal.NORMALISERS`: phone, email, name or text.
    """

    def __init__(self, *args: Any, source: str = "", normaliser: str = "text", **kwargs: Any):
        self.source, self.normaliser = source, normaliser
        kwargs.setdefault("db_index", True)
        kwargs.update(null=True, blank=True, editable=False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.update(source=self.source, normaliser=self.normaliser)
        return name, path, args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, *args: Any) -> None:
        super().contribute_to_class(cls, name, *args)
        pre_save.connect(self._refuse_half_a_save, sender=cls, weak=False)

    def digest(self, plain: str | None) -> bytes | None:
        """What is stored for this plain value; None for nothing. For COPY and raw SQL."""
        normal = self._normalise(plain) if plain else ""
        return ring().digest(normal, self._purpose) if normal else None

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        found = self.digest(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, found)
        return found

    def get_prep_value(self, value: Any) -> Any:
        # a person's spelling is text; what is stored, and what `digest` returns, is bytes
        if isinstance(value, str):
            # nothing is stored as empty bytes: blank finds nobody instead of everybody
            return self.digest(value) or b""
        return super().get_prep_value(value)

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        if lookup_name not in _LOOKUPS:
            raise FieldError(f"{self.name} finds equal values only ({lookup_name}).")
        return super().get_lookup(lookup_name)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """vault.E003: the indexed field or the normaliser does not exist."""
        problems = super().check(**kwargs)
        try:
            self.model._meta.get_field(self.source)
            NORMALISERS[self.normaliser]
        except (FieldDoesNotExist, KeyError) as missing:
            problems.append(Error(f"There is no {missing}.", obj=self, id="vault.E003"))
        return problems

    @property
    def _normalise(self) -> Callable[[str], str]:
        return NORMALISERS[self.normaliser]

    @property
    def _purpose(self) -> str:
        return f"index.{self.model._meta.db_table}.{self.column}"

    def _refuse_half_a_save(self, update_fields: frozenset[str] | None = None, **_: Any) -> None:
        """An index that is left behind by `save(update_fields=…)` would find the old value."""
        if update_fields and self.source in update_fields and self.name not in update_fields:
            raise FieldError(f"update_fields names {self.source} and must name {self.name} too.")
