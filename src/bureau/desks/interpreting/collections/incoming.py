"""Reading `add_document/`, which comes as JSON, as a form, or as a form with a file."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from pydantic import ValidationError

from bureau.desks.interpreting.collections.schemas import DocumentFields
from bureau.kernel.accounts.auth import AuthedRequest
from bureau.kernel.errors import InvalidInput
from bureau.kernel.ops.failures import sentences
from bureau.kernel.ops.parsing import json_of

NEEDED = "Name and content (or a PDF file) are required"
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def parse_document(
    request: AuthedRequest,
) -> tuple[DocumentFields, UploadedFile[Any] | None]:
    """The fields and the file.

    Raises:
        InvalidInput: neither a text with a name nor a file; a value of a wrong type.
    """
    upload = request.FILES.get("file")
    try:
        fields = DocumentFields.model_validate(_given(request))
    except ValidationError as problem:
        found = [{**one, "loc": ("form", *one["loc"])} for one in problem.errors()]
        raise InvalidInput(fields=sentences(found)) from None
    if upload is not None:
        fields.name = fields.name or PurePath(upload.name or "Document").stem[:191]
    elif not fields.name or not fields.content.strip():
        raise InvalidInput(NEEDED, body={"error": NEEDED})
    return fields, upload


def _given(request: AuthedRequest) -> Any:
    if request.content_type not in FORMS:
        return _json(request.body)
    given: dict[str, Any] = request.POST.dict()
    if given.get("metadata"):
        given["metadata"] = _json(str(given["metadata"]).encode())
    else:
        given.pop("metadata", None)
    return given


def _json(text: bytes) -> Any:
    try:
        return json_of(text)
    except (ValueError, RecursionError):
        raise InvalidInput("The body, or its metadata, is not JSON.") from None
