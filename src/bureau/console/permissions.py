"""What all pages for signed-in people share: who looks, and how a closed door looks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bureau.console.desks import may_use
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import NotFound

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
# a view before it has a door
Seen = Callable[Concatenate[HttpRequest, User, P], HttpResponseBase]


def signed_in_page(view: Seen[P]) -> Page[P]:
    """A page that only a signed-in person sees; the view gets the person as second argument.

    Nobody is sent to sign in. What an access door calls absent is a 404 page.
    """

    @require_safe
    @never_cache
    @login_required
    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, cast(User, request.user), *args, **kwargs)
        except NotFound as absent:
            raise Http404(absent.message) from None

    return cast("Page[P]", page)


def desk_page(key: str) -> Callable[[Seen[P]], Page[P]]:
    """A page of one desk: as `signed_in_page`, and absent for those who may not sit there."""

    def decorate(view: Seen[P]) -> Page[P]:
        @wraps(view)
        def guarded(
            request: HttpRequest, person: User, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not may_use(person, key):
                raise NotFound
            return view(request, person, *args, **kwargs)

        return signed_in_page(cast("Seen[P]", guarded))

    return decorate


def local_address(wanted: str | None, otherwise: str) -> str:
    """`wanted` if it is a path on this host, so that nobody is led elsewhere after signing in."""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if wanted and safe and wanted.startswith("/") else otherwise
