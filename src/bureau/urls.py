"""Every address of the house: pages, the API and its documents, sockets."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views import defaults

from bureau.api import dress
from bureau.api import urls as house_api
from bureau.desks.imaging.api import dress as imaging_dress
from bureau.desks.interpreting import urls as interpreting
from bureau.desks.knowledge import urls as knowledge
from bureau.kernel.errors import BureauError, InvalidInput, NotAllowed, NotFound
from bureau.kernel.events.consumers import EventStream
from bureau.kernel.ops.failures import Crash
from bureau.kernel.ops.metrics.views import metrics
from bureau.numbered_chats import numbered_chat

API = "/api/"
IMAGING = "/api/v1/"


class JobEvents(EventStream):
    """The events of one job and its tasks, from a cursor on."""

    kind = "job"


class GrievanceEvents(EventStream):
    """That something happened to a case, for its officers; what it was is read by the API."""

    kind = "grievance"


urlpatterns = [
    path("api/v1/", include("bureau.desks.imaging.urls")),
    path("api/", house_api),
    path("metrics", metrics),
    path("admin/", admin.site.urls),
    path("", include("bureau.desks.insights.urls")),
    path("", include("bureau.desks.grievances.urls")),
    path("", include("bureau.console.urls")),
]

websocket_urlpatterns = [
    path("ws/jobs/<int:id>/", JobEvents.as_asgi()),
    path("ws/grievances/<int:id>/", GrievanceEvents.as_asgi()),
    *interpreting.websocket_urlpatterns,
    # before the chats about documents, whose names may be numbers
    path("ws/chat/<int:id>/", numbered_chat),
    *knowledge.websocket_urlpatterns,
]


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that no view saw, such as one for a foreign host name."""
    return _api_error(request, InvalidInput()) or defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page that the visitor may not open."""
    return _api_error(request, NotAllowed()) or defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that names nothing."""
    return _api_error(request, NotFound()) or defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """A crash outside the API's own handlers; Django has logged it."""
    return _api_error(request, Crash()) or defaults.server_error(request)


def _api_error(request: HttpRequest, error: BureauError) -> HttpResponse | None:
    if request.path.startswith(IMAGING):
        return imaging_dress(error)
    return dress(error) if request.path.startswith(API) else None


handler400: Any = bad_request
handler403: Any = permission_denied
handler404: Any = page_not_found
handler500: Any = server_error
