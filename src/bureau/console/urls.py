"""Addresses of the pages for people."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import JavaScriptCatalog, set_language

from bureau.console.views import (
    account,
    front,
    grievances,
    imaging,
    insights,
    interpreting,
    knowledge,
)

app_name = "console"
urlpatterns = [
    path("", front.home, name="home"),
    path("login/", front.login, name="login"),
    path("password/", account.change_password, name="change_password"),
    path("password/forgotten/", account.forgotten, name="forgotten"),
    path("password/reset/<str:token>/", account.reset, name="reset"),
    path("invitation/<str:token>/", account.invitation, name="invitation"),
    path("email/confirm/<str:token>/", account.confirm_email, name="confirm_email"),
    # what the scripts say, in the visitor's language
    path(
        "jsi18n/",
        require_safe(JavaScriptCatalog.as_view(packages=["bureau.console"])),
        name="texts",
    ),
    # it changes nothing but how pages are written, so no page's token is asked for; back to that page
    path("language/", csrf_exempt(require_POST(set_language)), name="language"),
    path("insights/", insights.chart_jobs, name="chart_jobs"),
    path("insights/sample.xlsx", insights.sample_workbook, name="sample_workbook"),
    path("insights/<int:job_id>/", insights.chart_job, name="chart_job"),
    path("complaints/", grievances.complain, name="complain"),
    path("complaints/status/", grievances.follow, name="follow"),
    path("grievances/", grievances.tickets, name="tickets"),
    path("grievances/<str:ticket_id>/", grievances.ticket, name="ticket"),
    path("imaging/", imaging.studies, name="studies"),
    path("imaging/imports/", imaging.imports, name="imports"),
    path("interpreting/", interpreting.rooms, name="rooms"),
    path("interpreting/<int:room_id>/", interpreting.room, name="room"),
    path("knowledge/", knowledge.questions, name="questions"),
    path("knowledge/documents/", knowledge.documents, name="documents"),
]
