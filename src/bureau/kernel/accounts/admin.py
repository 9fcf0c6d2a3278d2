"""Accounts on the admin site: to look at. Changes go through the verbs, which end sign-ins and
leave a trace; secrets and digests are not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.db.models import Model
from django.http import HttpRequest

from bureau.kernel.accounts.models import LoginSession, ServiceKey, User

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Model]
else:
    _ModelAdmin = admin.ModelAdmin

# The site's own form would check passwords without counting failures. Whoever is not signed in goes
# to the house's page instead.
admin.site.login = login_required(admin.site.login)  # type: ignore[method-assign]  # as Django advises


class ReadOnlyAdmin(_ModelAdmin):
    """Nothing can be added, changed or removed here."""

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
