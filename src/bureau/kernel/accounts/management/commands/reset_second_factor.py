"""Help a person who lost their authenticator and their recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureau.kernel.accounts.models import User
from bureau.kernel.accounts.services.second_factor import remove_second_factor


class Command(BaseCommand):
    help = "Remove a person's authenticator app and recovery codes, and end their sign-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no account named {options['username']}.")
        remove_second_factor(user, None)
        self.stdout.write(f"Removed the second factor of {user.username}.")
