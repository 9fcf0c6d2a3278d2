"""`consume_events`: the same as `run_event_consumer`, under its later name."""

from __future__ import annotations

from bureau.kernel.events.management.commands.run_event_consumer import Command as Consumer


class Command(Consumer):
    help = "The same as run_event_consumer."
