"""The routes of the desk at the root, and how failures are dressed there.

Every refusal is `{"status": "error", "error": {"code", "message"}}`, with `fields` for input; an
error that brings the exact body of the contract is answered with that body.
"""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse

from bureau.desks.grievances.api import cases, files, filing, officers, proofs, status
from bureau.desks.grievances.helpdesk import api as helpdesk
from bureau.kernel.errors import BureauError
from bureau.kernel.ops.health import VERSION
from bureau.kernel.ops.openapi import BureauAPI
from bureau.kernel.ops.queries import refuse_unknown_queries
from bureau.kernel.ops.serving import answer_failures, endpoints
from bureau.kernel.trace import current_trace_id

api = BureauAPI(
    title="Bureau grievances",
    version=VERSION,
    description="Complaints: filing, following and answering them.",
    namespace="grievances",
)
for part in (status, filing, files, cases, proofs, officers, helpdesk):
    api.add_router("", part.router)


def dress(error: BureauError) -> JsonResponse:
    """A failure as these routes answer it."""
    told: dict[str, Any] = {"code": error.code, "message": str(error.message)}
    if error.fields:
        told["fields"] = error.fields
    if error.status >= 500:
        told["trace_id"] = current_trace_id()
    body = {"status": "error", "error": told} if error.body is None else error.body
    return JsonResponse(body, status=error.status, headers=error.headers)


answer_failures(api, dress)
refuse_unknown_queries(api)
_patterns, _app_name, _namespace = endpoints(api, dress)
# the root page is the console's, not an index of this API
urls = ([one for one in _patterns if str(one.pattern)], _app_name, _namespace)
