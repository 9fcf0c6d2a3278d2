"""Chart files at the addresses that clients know, behind the desk's door."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from bureau.desks.insights.access import image_task_for
from bureau.kernel.accounts.auth import signed_in
from bureau.kernel.errors import BureauError, NotFound
from bureau.kernel.files.models import StoredFile
from bureau.kernel.files.services import file_response


@require_safe
def artifact(
    request: HttpRequest, job_id: int, task_id: int, image_format: str
) -> HttpResponseBase:
    """A chart's PNG or SVG file, for whoever may see the chart."""
    try:
        return file_response(_stored(request, job_id, task_id, image_format))
    except BureauError as error:
        body = {"detail": error.message, "code": error.code}
        return JsonResponse(body, status=error.status, headers=error.headers)


def _stored(request: HttpRequest, job_id: int, task_id: int, image_format: str) -> StoredFile:
    image = image_task_for(signed_in(request), task_id)
    stored: StoredFile | None = getattr(image, image_format)
    if stored is None or image.chart_job_id != job_id:
        raise NotFound
    return stored
