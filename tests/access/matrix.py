"""The table. A route or method that is missing here fails the build, and so does a stale row.

Read a row as: these methods of this route answer each caller with these statuses, when the request
itself is in order and names an object of the analyst's. `requests.py` says how the request looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tests.access.callers import PEOPLE, Caller

Expected = Mapping[Caller, int]

# nothing presented: 403; something presented that is wrong or over: 401; a key at a person's door: 403
OUTSIDE: Expected = {
    Caller.NOBODY: 403,
    Caller.EXPIRED: 401,
    Caller.ENDED: 401,
    Caller.PENDING: 403,
    Caller.BOT: 403,
}


class Row(NamedTuple):
    """One line of the table; `methods` are separated by blanks.

    The API knows people by token and by browser alike. Pages (`is_page`) know them by browser only:
    with a token everybody is nobody there.
    """

    methods: str
    route: str
    expected: Expected
    is_page: bool = False


def public(status: int) -> Expected:
    """Everybody, whatever they present."""
    return dict.fromkeys(Caller, status)


def signed_in(status: int, **others: int) -> Expected:
    """Every person who is fully signed in; `others` names exceptions by role."""
    return {**OUTSIDE, **dict.fromkeys(PEOPLE, status), **_named(others)}


def only(*allowed: Caller, status: int) -> Expected:
    """These people; the rest are known and refused (the route as such is not theirs)."""
    return {**signed_in(403), **dict.fromkeys(allowed, status)}


def admin_only(status: int) -> Expected:
    """Administrators."""
    return only(Caller.ADMIN, status=status)


def owner(status: int, **others: int) -> Expected:
    """The object's owner and administrators; for the rest it is absent."""
    mine = {Caller.ANALYST: status, Caller.ADMIN: status}
    return {**signed_in(404), **mine, **_named(others)}


def page(methods: str, route: str, status: int = 200, *, others: int = 0) -> Row:
    """A page for people; `others` is what those get whose object it does not show.

    Whoever is not signed in is sent to the door.
    """
    outside = dict.fromkeys(Caller, 302)
    inside = dict.fromkeys(PEOPLE, others or status)
    mine = dict.fromkeys((Caller.ANALYST, Caller.ADMIN), status)
    return Row(methods, route, {**outside, **inside, **mine}, is_page=True)


def _named(statuses: Mapping[str, int]) -> Expected:
    return {Caller(name): status for name, status in statuses.items()}


HEALTH = [
    Row("GET HEAD", "/api/health/", public(200)),
    Row("GET HEAD", "/api/health/db", public(200)),
    Row("GET HEAD", "/api/health/db/", public(200)),
    Row("GET HEAD", "/api/health/redis/", public(200)),
    Row("GET HEAD", "/api/health/celery/", public(200)),
]

DOCUMENTS = [
    Row("GET HEAD", "/api/", public(200)),
    Row("GET HEAD", "/api/schema/", public(200)),
    Row("GET HEAD", "/api/docs/", public(200)),
    Row("GET HEAD", "/api/redoc/", public(200)),
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
    Row("GET", "/api/users/", admin_only(200)),
    Row("POST", "/api/users/", admin_only(201)),
    Row("GET", "/api/users/doctors/", signed_in(200)),
    Row("GET", "/api/users/patients/", only(Caller.DOCTOR, Caller.ADMIN, status=200)),
    Row("GET PUT PATCH", "/api/users/<int:user_id>/", admin_only(200)),
    Row("DELETE", "/api/users/<int:user_id>/", admin_only(204)),
    Row("POST", "/api/users/<int:user_id>/reset-otp/", admin_only(200)),
]

FILES = [
    Row("GET", "/api/files/<uuid:file_id>/", owner(200)),
]

INSIGHTS = [
    Row("GET", "/api/jobs/", signed_in(200)),
    Row("POST", "/api/jobs/", signed_in(201)),
    Row("GET", "/api/jobs/<int:job_id>/", owner(200)),
    Row("POST", "/api/jobs/<int:job_id>/cancel/", owner(200)),
    Row("GET", "/api/jobs/<int:job_id>/download-zip/", owner(200)),
    Row("GET", "/api/image-tasks/", signed_in(200)),
    Row("GET", "/api/image-tasks/<int:task_id>/", owner(200)),
    Row("POST", "/api/image-tasks/<int:task_id>/retry/", owner(200)),
    Row("POST", "/api/image-tasks/<int:task_id>/cancel/", owner(200)),
    Row("GET", "/api/description-tasks/", signed_in(200)),
    Row("GET", "/api/description-tasks/<int:task_id>/", owner(200)),
    Row("POST", "/api/ai/describe/", owner(201)),
    Row("GET", "/api/algorithms/", signed_in(200)),
    Row("POST", "/api/validate-excel/", signed_in(200)),
    Row("GET HEAD", "/media/artifacts/png/job_<int:job_id>/task_<int:task_id>.png", owner(200)),
    Row("GET HEAD", "/media/artifacts/svg/job_<int:job_id>/task_<int:task_id>.svg", owner(200)),
]

PAGES = [
    page("GET HEAD", "/"),
    # who is inside already goes on
    Row("GET HEAD", "/login/", {**public(200), **dict.fromkeys(PEOPLE, 302)}, is_page=True),
    Row("GET HEAD", "/jsi18n/", public(200)),
    page("GET HEAD", "/insights/"),
    page("GET HEAD", "/insights/sample.xlsx"),
    page("GET HEAD", "/insights/<int:job_id>/", others=404),
]

# every list of objects: route -> how many of them the owner has; nobody else but administrators
# sees any
LISTS = {
    "/api/jobs/": 1,
    "/api/image-tasks/": 2,
    "/api/description-tasks/": 1,
}

TABLE: list[Row] = [*HEALTH, *DOCUMENTS, *ACCOUNTS, *FILES, *INSIGHTS, *PAGES]

# prefix -> why its routes are not in the table
EXCLUDED = {
    "/admin/": "Django's own site: one rule for all of it, tested in test_admin_site.py.",
}

OPEN = 0
SOCKETS: dict[str, Expected] = {
    # a browser cannot see why a handshake was refused, so refusals are close codes
    "/ws/jobs/<int:id>/": {
        **dict.fromkeys((Caller.NOBODY, Caller.EXPIRED, Caller.ENDED), 4001),
        **dict.fromkeys((Caller.PENDING, Caller.BOT), 4001),
        **dict.fromkeys(PEOPLE, 4004),
        Caller.ANALYST: OPEN,
        Caller.ADMIN: OPEN,
    },
}
