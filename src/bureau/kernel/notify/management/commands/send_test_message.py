"""Send a test message, to see whether a channel works."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureau.kernel.errors import BureauError
from bureau.kernel.notify.models import Channel
from bureau.kernel.notify.services import send


class Command(BaseCommand):
    """It goes the way of all messages: row, task, worker, carrier."""

    help = "Queue a test message by email, sms or whatsapp and print its id."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("channel", choices=Channel.values)
        parser.add_argument("recipient", help="An e-mail address or phone number.")
        parser.add_argument("--language", default="en", help="en or ne.")

    def handle(self, *args: Any, **options: Any) -> None:
        site = settings.ENV.notify_public_url or "Bureau"
        try:
            message = send(
                options["channel"],
                options["recipient"],
                "test_message",
                options["language"],
                {"site": site},
            )
        except BureauError as refusal:
            raise CommandError(f"{refusal.message} {refusal.fields or ''}".strip()) from None
        self.stdout.write(f"{message.pk}: {message.state} {message.error_code}".strip())
