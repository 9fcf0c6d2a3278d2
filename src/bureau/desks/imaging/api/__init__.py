"""The API of the desk at `/api/v1/`: an object of its own, because its refusals look different.

Every refusal is `{"detail": sentence}`: 400 `Invalid parameter: …`, 401 `Not authenticated`, 404
`Resource not found` or the contract's own sentence, 500 `Internal server error`.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from bureau.desks.imaging.api.accounts import router as accounts_router
from bureau.desks.imaging.api.analysis import router as analysis_router
from bureau.desks.imaging.api.audit import router as audit_router
from bureau.desks.imaging.api.imports import router as imports_router
from bureau.desks.imaging.api.reports import router as reports_router
from bureau.desks.imaging.api.studies import router as studies_router
from bureau.desks.imaging.api.system import CONTRACT_VERSION
from bureau.desks.imaging.api.system import router as system_router
from bureau.kernel.errors import BureauError, InvalidInput, NotFound, NotSignedIn
from bureau.kernel.ops.docs import viewer
from bureau.kernel.ops.openapi import BureauAPI
from bureau.kernel.ops.serving import answer_failures, endpoints

TITLE = "医疗影像管理系统 API"

api = BureauAPI(
    title=TITLE,
    version=CONTRACT_VERSION,
    description="Imaging studies: search, export, imports, reports and analyses.",
    namespace="imaging",
)
api.add_router("", system_router)
api.add_router("/auth", accounts_router)
api.add_router("/studies", studies_router)
api.add_router("/import", imports_router)
api.add_router("/reports", reports_router)
api.add_router("/analysis", analysis_router)
api.add_router("/audit", audit_router)


def dress(error: BureauError) -> JsonResponse:
    """A failure as this contract writes it."""
    status = 401 if isinstance(error, NotSignedIn) else error.status
    body = {"detail": _sentence(error)} if error.body is None else error.body
    return JsonResponse(
        body, status=status, headers=error.headers, json_dumps_params={"ensure_ascii": False}
    )


def _sentence(error: BureauError) -> str:
    if error.status == 500:
        return "Internal server error"
    if isinstance(error, NotSignedIn):
        return "Not authenticated"
    if isinstance(error, NotFound) and error.message == NotFound.default_message:
        return "Resource not found"
    if isinstance(error, InvalidInput) and error.fields:
        name, texts = next(iter(error.fields.items()))
        return f"Invalid parameter: {name}: {' '.join(map(str, texts))}"
    return str(error.message)


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document of the imaging API."""
    return JsonResponse(api.get_openapi_schema())


docs = viewer("ops/swagger.html", api, "imaging:schema")

answer_failures(api, dress)
urls = endpoints(
    api, dress, [path("docs", docs, name="docs"), path("openapi.json", schema, name="schema")]
)
