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
from bureau.kernel.events.epochs import continue_log
from bureau.kernel.events.protection import close_log
from bureau.kernel.ops.demo import seed_demo
from bureau.kernel.ops.schema import differences, expected_schema, schema_of
from bureau.runtime.datadir import DataDirectory
from bureau.runtime.environment import Address

OWNER = "owner"
# any number will do, as long as nothing else takes it
_LOCK = 20_260_001
MOST_NAMED = 20


class Command(BaseCommand):
    """Idempotent; of several at once (replicas that start together) one works, the others wait."""

    help = "Migrate the database with the owner's role, check it, and seed with --demo."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --demo."""
        parser.add_argument("--demo", action="store_true", help="Add demonstration data once.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps; each failure is one sentence."""
        try:
            applied, later = self._migrate()
            if not later:
                self._compare()
            self.check(tags=[Tags.database], databases=["default"])
            # a server that starts from an older release's data finds by the words of this one
            call_command("rebuild_search", verbosity=0)
            done = f"The database is up to date ({applied} migrations applied)."
            if later:
                done += f" It is of a later release ({later}), so its schema was not compared."
            if options["demo"]:
                done += f" {self._seed()}"
        except OperationalError as failure:
            reason = str(failure).strip().splitlines()[0]
            raise CommandError(f"The database cannot be used: {reason}") from None
        except BureauError as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(done)

    def _migrate(self) -> tuple[int, str]:
        """How many migrations were applied, and the name of one that only a later release knows."""
        connection = connections[OWNER]
        with connection.cursor() as cursor:
            # held by the session; migrations run in transactions of their own
            cursor.execute("select pg_advisory_lock(%s)", [_LOCK])
        try:
            # migrations may write events, and the database may have come from another server
            self._continue_log(connection)
            executor = MigrationExecutor(connection)
            waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
            if waiting:
                call_command("migrate", database=OWNER, interactive=False, verbosity=0)
                with connection.cursor() as cursor:
                    # the server would get to new and rebuilt tables a minute later
                    cursor.execute("ANALYZE")
            close_log(connection)
            known = executor.loader.disk_migrations
            later = [name for name in executor.loader.applied_migrations if name not in known]
            return waiting, ".".join(max(later)) if later else ""
        finally:
            connection.close()

    def _continue_log(self, connection: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select to_regprocedure('events_continue()') is not null")
            (known,) = cursor.fetchone()
        if known and continue_log(OWNER):
            self.stdout.write("This is another server than before: the log of events goes on here.")

    def _compare(self) -> None:
        """Refuse a database that lacks something, which a broken restore leaves behind.

        Raises:
            CommandError: it names what is missing or other than this release makes it.
        """
        found = differences(schema_of(connections[OWNER]), expected_schema())
        connections[OWNER].close()
        if found:
            more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
            raise CommandError(
                f"The database is not what the migrations make: {', '.join(found[:MOST_NAMED])}"
                f"{more}. Restore it from a backup into an empty database."
            )

    def _seed(self) -> str:
        address = Address(settings.ENV.bureau_host, settings.ENV.bureau_port)
        return seed_demo(DataDirectory(settings.DATA_DIR).demo, address.url)
