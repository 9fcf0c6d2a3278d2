"""Make the first superuser of an installation without asking questions."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from bureau.kernel.accounts.models import User


class Command(BaseCommand):
    help = (
        "Make a superuser from DJANGO_SUPERUSER_USERNAME, DJANGO_SUPERUSER_EMAIL and "
        "DJANGO_SUPERUSER_PASSWORD, unless an active one exists. Safe to run at every start."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(is_superuser=True, is_active=True).exists():
            self.stdout.write("A superuser exists; nothing was changed.")
            return
        # Django's command reads the three variables itself
        call_command("createsuperuser", interactive=False, stdout=self.stdout)
