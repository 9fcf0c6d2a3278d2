"""Accounts on the admin site: to look at. Changes go through the verbs, which end sign-ins and
leave a trace; secrets and digests are not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.views.decorators.http import require_POST

from bureau.kernel.accounts.models import LoginSession, ServiceKey, User
from bureau.kernel.accounts.services.sign_in import sign_out
from bureau.kernel.accounts.sessions import browser_session

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Model]
else:
    _ModelAdmin = admin.ModelAdmin


def may_look(request: HttpRequest) -> bool:
    """Administrators of the house, as everywhere else; Django's `is_staff` opens nothing."""
    user = request.user
    return isinstance(user, User) and user.is_active and user.is_admin


def to_the_door(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """In place of the site's own form, which would check passwords without counting failures.

    Whoever is not signed in is sent to the house's page; whoever is and may not look is refused.
    """
    if may_look(request):
        return redirect("admin:index")
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or resolve_url("admin:index"))


def no_form_here(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """In place of the site's password forms: passwords change by the house's own verb only."""
    return redirect(settings.PASSWORD_CHANGE_URL)


@require_POST
def leave(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """End the whole sign-in as the house's own route does; the site would only forget the cookie."""
    sign_out(request, browser_session(request))
    return redirect("admin:login")


# as Django advises for a site with a sign-in of its own
admin.site.has_permission = may_look  # type: ignore[method-assign]
admin.site.login = to_the_door  # type: ignore[method-assign]
admin.site.logout = leave  # type: ignore[method-assign,assignment]
admin.site.password_change = no_form_here  # type: ignore[method-assign,assignment]
admin.site.password_change_done = no_form_here  # type: ignore[method-assign,assignment]


class ReadOnlyAdmin(_ModelAdmin):
    """Nothing can be added, changed or removed here; administrators look, whatever Django's own
    permissions say."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_look(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_look(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Who has an account."""

    list_display = ("username", "role", "department", "is_active", "date_joined")
    list_filter = ("role", "is_active")
    search_fields = ("username",)
    fields = (
        "username",
        "first_name",
        "last_name",
        "email",
        "role",
        "department",
        "preferred_language",
        "is_active",
        "is_staff",
        "is_superuser",
        "date_joined",
        "last_login",
    )


@admin.register(LoginSession)
class LoginSessionAdmin(ReadOnlyAdmin):
    """Who is signed in, since when, and why sign-ins ended."""

    list_display = ("user", "created_at", "second_factor_done", "revoked_at", "revoked_because")
    fields = (
        "user",
        "created_at",
        "refreshed_at",
        "second_factor_done",
        "revoked_at",
        "revoked_because",
    )
    list_select_related = ("user",)


@admin.register(ServiceKey)
class ServiceKeyAdmin(ReadOnlyAdmin):
    """Which machines may call which desk."""

    list_display = ("name", "desk", "created_at", "revoked_at")
    fields = ("name", "desk", "created_at", "revoked_at")
