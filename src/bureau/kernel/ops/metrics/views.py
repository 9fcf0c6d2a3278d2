"""`/metrics`: for Prometheus, behind a token; without one it is not there."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from bureau.kernel.ops.metrics.collecting import text


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures of the whole house for Prometheus, with `BUREAU_METRICS_TOKEN` as bearer token."""
    token = settings.ENV.bureau_metrics_token.get_secret_value()
    if not token:
        raise Http404
    scheme, _, offered = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(offered.encode(), token.encode()):
        return HttpResponse(
            "Send BUREAU_METRICS_TOKEN as a bearer token.\n",
            status=401,
            content_type="text/plain",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return HttpResponse(text(), content_type=CONTENT_TYPE_LATEST)
