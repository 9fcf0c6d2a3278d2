"""Write `schema.json`: what a database holds after all migrations (`make schema`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from bureau.kernel.ops import schema
from bureau.runtime.database import prepare_database
from bureau.runtime.testing import embedded_postgres


def main() -> None:
    """Migrate an empty database and list it."""
    with tempfile.TemporaryDirectory(prefix="bureau-schema-") as folder:
        Path(folder).chmod(0o755)
        keys = Path(folder) / "keys"
        keys.write_text("v1:" + "A" * 43 + "=\n")
        with embedded_postgres(Path(folder) / "postgres") as server:
            owner, app = prepare_database(server.superuser_dsn(), "bureau", "owner", "app")
            environment = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "bureau.settings",
                "DATABASE_URL": app,
                "DATABASE_OWNER_URL": owner,
                "REDIS_URL": "redis://localhost/0",
                "SECRET_KEY": "only-for-migrating-an-empty-database-that-is-thrown-away",
                "BUREAU_FIELD_KEYS_FILE": str(keys),
                "BUREAU_DATA": folder,
            }
            migrate = [sys.executable, "-m", "django", "migrate", "--database=owner", "-v0"]
            subprocess.run(migrate, env=environment, check=True)
            with psycopg.connect(owner) as connection:
                found = schema.schema_of(connection)
    schema.FILE.write_text(json.dumps(found, indent=0, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
