"""Download of stored files, under `/files`."""

from __future__ import annotations

import uuid

from django.http.response import HttpResponseBase
from ninja import Router

from bureau.kernel.accounts.auth import AuthedRequest, signed_in
from bureau.kernel.files.access import file_for
from bureau.kernel.files.services import file_response

router = Router(tags=["files"], auth=signed_in)


@router.get("/{uuid:file_id}/", summary="Download a file", response={200: None})
def download(request: AuthedRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """The file as an attachment; 404 where it is absent or not yours."""
    return file_response(file_for(request.auth, file_id))
