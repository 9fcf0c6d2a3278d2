"""`request.user` of pages: from the sign-in's row, not from Django's session alone."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from bureau.kernel.accounts.auth import page_user
from bureau.kernel.accounts.models import User


class SignedInMiddleware(AuthenticationMiddleware):
    """Takes the place of Django's own, so that pages (the admin site too) obey the same rules as
    routes: an ended sign-in, or one without its second factor, is nobody."""

    def process_request(self, request: HttpRequest) -> None:
        def visitor() -> User | AnonymousUser:
            return page_user(request) or AnonymousUser()

        async def avisitor() -> User | AnonymousUser:
            return await sync_to_async(visitor)()

        request.user = SimpleLazyObject(visitor)  # type: ignore[assignment]  # as Django does
        request.auser = avisitor
