"""The table. A route or method that is missing here fails the build, and so does a stale row.

Read a row as: these methods of this route answer each caller with these statuses, when the request
itself is in order and names an object that the desk's `prepare` made. Each desk brings its own
part (`desks/`), with the objects, and the bodies of requests in order.
"""

from __future__ import annotations

from tests.access.callers import PEOPLE, Caller
from tests.access.desks import (
    Desk,
    collections,
    grievances,
    helpdesk,
    imaging,
    insights,
    interpreting,
    knowledge,
    merged,
    rows_of,
)
from tests.access.rules import Expected, Row, admin_only, only, owner, page, public, signed_in

HEALTH = [
    Row("GET HEAD", "/api/health/", public(200)),
    Row("GET HEAD", "/api/health/db", public(200)),
    Row("GET HEAD", "/api/health/db/", public(200)),
    Row("GET HEAD", "/api/health/redis/", public(200)),
    Row("GET HEAD", "/api/health/disk/", public(200)),
    Row("GET HEAD", "/api/health/celery/", public(200)),
]

METRICS = [
    # it asks for BUREAU_METRICS_TOKEN, which no caller of this table has
    Row("GET HEAD", "/metrics", public(401)),
]

DOCUMENTS = [
    Row("GET HEAD", "/api/", public(200)),
    Row("GET HEAD", "/api/schema/", public(200)),
    Row("GET HEAD", "/api/docs/", public(200)),
    Row("GET HEAD", "/api/redoc/", public(200)),
]

AI = [
    Row("GET", "/api/config/ai/", signed_in(200)),
    Row("GET", "/api/config/ai/languages/", signed_in(200)),
]

ACCOUNTS = [
    Row("GET HEAD", "/api/auth/csrf/", public(200)),
    Row("POST", "/api/auth/register/", public(201)),
    Row("POST", "/api/auth/login/", public(200)),
    Row("POST", "/api/auth/token/refresh/", public(200)),
    Row("POST", "/api/auth/logout/", public(200)),
    Row("GET", "/api/auth/me/", signed_in(200)),
    Row("PUT PATCH", "/api/auth/profile/", signed_in(200)),
    Row("POST", "/api/auth/change-password/", signed_in(200)),
    Row("POST", "/api/auth/setup-otp/", signed_in(200)),
    # the code of the request is wrong: whoever may try is told so
    Row("POST", "/api/auth/confirm-otp-setup/", signed_in(400)),
    Row("POST", "/api/auth/verify-otp/", signed_in(400, pending=400)),
    Row("GET HEAD", "/api/auth/websocket-ticket/", signed_in(200)),
    # no provider is set
    Row("GET", "/api/auth/oidc/login/", public(404)),
    Row("GET", "/api/auth/oidc/callback/", public(404)),
    Row("POST", "/api/auth/password/forgotten/", public(200)),
    # the links of these requests were never sent: whoever may try is told so
    Row("POST", "/api/auth/password/reset/", public(400)),
    Row("POST", "/api/auth/invitation/accept/", public(400)),
    Row("POST", "/api/auth/email/confirm/", public(400)),
    Row("GET", "/api/auth/email/", signed_in(200)),
    Row("POST", "/api/auth/email/proof/", signed_in(200)),
    Row("GET", "/api/users/", admin_only(200)),
    Row("POST", "/api/users/", admin_only(201)),
    Row("POST", "/api/users/invitations/", admin_only(201)),
    Row("GET", "/api/users/doctors/", signed_in(200)),
    Row(
        "GET", "/api/users/patients/", only(Caller.DOCTOR, Caller.DOCTOR2, Caller.ADMIN, status=200)
    ),
    Row("GET PUT PATCH", "/api/users/<int:user_id>/", admin_only(200)),
    Row("DELETE", "/api/users/<int:user_id>/", admin_only(204)),
    Row("POST", "/api/users/<int:user_id>/reset-otp/", admin_only(200)),
    # the account has a password already
    Row("POST", "/api/users/<int:user_id>/invitation/", admin_only(409)),
    Row("POST", "/api/users/<int:user_id>/temporary-password/", admin_only(200)),
]

FILES = [
    Row("GET", "/api/files/<uuid:file_id>/", owner(200)),
]

# carriers prove themselves by a signature, and no caller of the table has one
NOTIFY = [
    Row("POST", "/api/notify/twilio/", public(403)),
    Row("GET POST", "/api/notify/meta/", public(403)),
]

BACKGROUND = [
    Row("GET", "/api/celery/status/", admin_only(200)),
    Row("GET", "/api/tasks/<int:task_id>/", owner(200)),
]

PAGES = [
    page("GET HEAD", "/"),
    # who is inside already goes on
    Row("GET HEAD", "/login/", {**public(200), **dict.fromkeys(PEOPLE, 302)}, is_page=True),
    # who chooses a password has a sign-in, perhaps not a whole one
    page("GET HEAD", "/password/"),
    Row("GET HEAD", "/password/forgotten/", public(200), is_page=True),
    Row("GET HEAD", "/password/reset/<str:token>/", public(200), is_page=True),
    Row("GET HEAD", "/invitation/<str:token>/", public(200), is_page=True),
    Row("GET HEAD", "/email/confirm/<str:token>/", public(200), is_page=True),
    Row("GET HEAD", "/jsi18n/", public(200)),
    # a cookie that only says how pages are written, and back to the page that was left
    Row("POST", "/language/", public(302)),
]

# the collections of patients' rooms come after the rooms, tickets after their cases
DESKS: tuple[Desk, ...] = (
    grievances,
    helpdesk,
    imaging,
    insights,
    interpreting,
    knowledge,
    collections,
)

# route -> how many of its objects each person sees; who is not named sees none
LISTS: dict[str, dict[Caller, int]] = merged(desk.LISTS for desk in DESKS)

KERNEL = [*HEALTH, *METRICS, *DOCUMENTS, *AI, *ACCOUNTS, *FILES, *NOTIFY, *BACKGROUND]
TABLE: list[Row] = [*KERNEL, *PAGES, *rows_of(DESKS)]

LISTED_ROUTES: dict[str, Row] = {row.route: row for row in TABLE}

# prefix -> why its routes are not in the table
EXCLUDED = {
    "/admin/": "Django's own site: one rule for all of it, tested in test_admin_site.py.",
}

SOCKETS: dict[str, Expected] = merged(desk.SOCKETS for desk in DESKS)
