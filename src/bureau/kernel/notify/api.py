"""Where carriers report what became of messages, under `/notify`."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from bureau.kernel.errors import NotAllowed
from bureau.kernel.list_parameters import text_parameters
from bureau.kernel.notify import reports
from bureau.kernel.notify.services import note_delivery

router = Router(tags=["notify"])


@router.post("/twilio/", summary="Delivery report of Twilio", response={204: None})
def twilio(request: HttpRequest) -> HttpResponse:
    """Note what became of a message; refused unless Twilio signed it."""
    env = settings.ENV
    form = {name: str(request.POST[name]) for name in request.POST}
    # the address that Twilio was told, not what a proxy made of it
    url = f"{env.notify_public_url.rstrip('/')}{request.path}"
    signature = request.headers.get("X-Twilio-Signature", "")
    if not reports.is_from_twilio(env.twilio_auth_token.get_secret_value(), url, form, signature):
        raise NotAllowed("The signature is not Twilio's.")
    if report := reports.from_twilio(form):
        note_delivery("twilio", report.provider_id, delivered=report.delivered, code=report.code)
    return HttpResponse(status=204)


@router.post("/meta/", summary="Delivery reports of Meta", response={204: None})
def meta(request: HttpRequest) -> HttpResponse:
    """Note what became of messages; refused unless Meta signed it."""
    secret = settings.ENV.meta_app_secret.get_secret_value()
    signature = request.headers.get("X-Hub-Signature-256", "")
    if not reports.is_from_meta(secret, request.body, signature):
        raise NotAllowed("The signature is not Meta's.")
    for report in reports.from_meta(request.body):
        note_delivery("meta", report.provider_id, delivered=report.delivered, code=report.code)
    return HttpResponse(status=204)


@router.get(
    "/meta/",
    summary="Meta checks the address of its reports",
    response={200: None},
    openapi_extra={
        "parameters": text_parameters(
            {
                "hub.verify_token": "The token of META_VERIFY_TOKEN.",
                "hub.challenge": "A text that is repeated.",
            }
        )
    },
)
def confirm_meta(request: HttpRequest) -> HttpResponse:
    """Repeat Meta's challenge if it knows the token of the settings."""
    token = settings.ENV.meta_verify_token.get_secret_value()
    given = request.GET.get("hub.verify_token", "")
    if not token or not hmac.compare_digest(token.encode(), given.encode("utf-8", "replace")):
        raise NotAllowed("The token is not the one of the settings.")
    return HttpResponse(request.GET.get("hub.challenge", "")[:200], content_type="text/plain")
