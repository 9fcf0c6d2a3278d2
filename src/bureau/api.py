"""The API under `/api/`: its routers, and how it dresses failures.

Every refusal is `{"detail", "code"}`, with `"errors": {field: [sentences]}` for input and a
`"trace_id"` for failures of our own; an error that brings the exact body of a wire contract is
answered with that body. A traceback goes to the log and never to the caller.
"""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse

from bureau.desks.insights.api import router as insights_router
from bureau.desks.interpreting.api import router as interpreting_router
from bureau.desks.interpreting.collections.api import router as collections_router
from bureau.desks.knowledge.api import router as knowledge_router
from bureau.kernel.accounts.api import auth_router, users_router
from bureau.kernel.ai.api import router as ai_router
from bureau.kernel.errors import BureauError
from bureau.kernel.files.api import router as files_router
from bureau.kernel.notify.api import router as notify_router
from bureau.kernel.ops.api import router as health_router
from bureau.kernel.ops.background_api import router as background_router
from bureau.kernel.ops.docs import document_urls
from bureau.kernel.ops.health import VERSION
from bureau.kernel.ops.openapi import BureauAPI
from bureau.kernel.ops.queries import refuse_unknown_queries
from bureau.kernel.ops.serving import answer_failures, endpoints
from bureau.kernel.trace import current_trace_id

api = BureauAPI(
    title="Bureau",
    version=VERSION,
    description="One back office: accounts, files, interpreting, documents, patent charts and the health of it all.",
    namespace="api",
)
api.add_router("/health", health_router)
api.add_router("/auth", auth_router)
api.add_router("/users", users_router)
api.add_router("/files", files_router)
api.add_router("/notify", notify_router)
api.add_router("", background_router)
api.add_router("", ai_router)
api.add_router("", insights_router)
api.add_router("", knowledge_router)
api.add_router("", interpreting_router)
api.add_router("", collections_router)


def dress(error: BureauError) -> JsonResponse:
    """A failure as this API answers it."""
    body: dict[str, Any] = {"detail": str(error.message), "code": error.code}
    if error.fields:
        body["errors"] = error.fields
    if error.status >= 500:
        body["trace_id"] = current_trace_id()
    return JsonResponse(
        body if error.body is None else error.body, status=error.status, headers=error.headers
    )


answer_failures(api, dress)
refuse_unknown_queries(api)
urls = endpoints(api, dress, document_urls(api))
