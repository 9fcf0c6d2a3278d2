"""A look at an upload before it becomes a job; nothing is stored."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile

from bureau.desks.insights import catalogue, files
from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.ingestion.sandboxed import inspect_upload
from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.kinds import kind_of
from bureau.kernel.files.services import check_upload


def validate_upload(upload: UploadedFile[Any], encoding: str = "") -> dict[str, Any]:
    """Whether any chart can be drawn from a file, and what was found in it.

    Raises:
        TooLarge: the file is over the limit.
    """
    file = cast(BinaryIO, upload.file)
    wanted = {spec.key: spec.facet for spec in catalogue.specs()}
    try:
        check_upload(kind_of(files.SOURCE), file, upload.size or 0)
        report = inspect_upload(file, wanted, encoding)
    except (InvalidInput, ValidationProblem) as problem:
        return {"is_valid": False, "message": problem.message, "details": {}}
    details = {**report.details, "drawable": report.drawable, "problems": report.problems}
    details["warnings"] = list(report.warnings)
    return {"is_valid": report.is_valid, "message": report.message, "details": details}
