"""`prepare`: bring the database to this release, check the installation, seed the demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from bureau.kernel.errors import BureauError
from bureau.kernel.ops.demo import seed_demo
from bureau.runtime.datadir import DataDirectory
from bureau.runtime.environment import Address

OWNER = "owner"
# any number will do, as long as nothing else takes it
_LOCK = 20_260_001


class Command(BaseCommand):
    """Idempotent; of several at once (replicas that start together) one works, the others wait."""

    help = "Migrate the database with the owner's role, check it, and seed with --demo."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --demo."""
        parser.add_argument("--demo", action="store_true", help="Add demonstration data once.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps; each failure is one sentence."""
        try:
            applied = self._migrate()
            self.check(tags=[Tags.database], databases=["default"])
            # a server that starts from an older release's data finds by the words of this one
            call_command("rebuild_search", verbosity=0)
            done = f"The database is up to date ({applied} migrations applied)."
            if options["demo"]:
                done += f" {self._seed()}"
        except OperationalError as failure:
            reason = str(failure).strip().splitlines()[0]
            raise CommandError(f"The database cannot be used: {reason}") from None
        except BureauError as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(done)

    def _migrate(self) -> int:
        connection = connections[OWNER]
        with connection.cursor() as cursor:
            # held by the session; migrations run in transactions of their own
            cursor.execute("select pg_advisory_lock(%s)", [_LOCK])
        try:
            executor = MigrationExecutor(connection)
            waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
            if waiting:
                call_command("migrate", database=OWNER, interactive=False, verbosity=0)
            return waiting
        finally:
            connection.close()

    def _seed(self) -> str:
        address = Address(settings.ENV.bureau_host, settings.ENV.bureau_port)
        return seed_demo(DataDirectory(settings.DATA_DIR).demo, address.url)
