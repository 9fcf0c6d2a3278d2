"""Forms of complaints: multipart with recordings and photos, or JSON without."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from bureau.kernel.errors import InvalidInput
from bureau.kernel.ops.parsing import json_of

UNREADABLE = "The body cannot be read: send valid JSON in UTF-8, or a form."
MAX_FIELD = 25_000
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
# names of file parts that speak no field of the form
_PLAIN_FILES = frozenset({"file", "files", "files[]"})


@dataclass(slots=True)
class Form:
    """What came in.

    Attributes:
        values: fields by their names on the wire.
        uploads: files in their order.
        field_names: position of a file -> the field that it speaks.
    """

    values: dict[str, Any] = field(default_factory=dict)
    uploads: list[UploadedFile[Any]] = field(default_factory=list)
    field_names: dict[int, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field as text; empty when it is missing."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """A field that is yes or no."""
        return self.text(name).strip().casefold() in {"1", "true", "yes", "on"}


def read_form(request: HttpRequest) -> Form:
    """Read a request's fields and files.

    Raises:
        InvalidInput: it is neither a form nor a JSON object of plain values, or holds what cannot
            be stored.
    """
    if request.content_type not in _FORMS:
        return Form(values=_json_fields(request.body))
    form = Form(values=_checked({name: request.POST[name] for name in request.POST}))
    for name, files in request.FILES.lists():
        for upload in files:
            if name not in _PLAIN_FILES:
                form.field_names[len(form.uploads)] = name[:60]
            form.uploads.append(upload)
    return form


def _json_fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json_of(body or b"{}")
    except (ValueError, RecursionError):
        raise InvalidInput(UNREADABLE) from None
    if not isinstance(fields, dict):
        raise InvalidInput(UNREADABLE)
    return _checked(fields)


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    for name, value in fields.items():
        if isinstance(value, (dict, list)):
            raise InvalidInput(fields={name[:60]: ["A plain value is expected."]})
        if isinstance(value, str) and (len(value) > MAX_FIELD or not _storable(value)):
            raise InvalidInput(fields={name[:60]: ["Too long, or text that cannot be stored."]})
    return fields


def _storable(text: str) -> bool:
    return not any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in text)
