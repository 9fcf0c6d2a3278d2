"""Functions that find what they name whatever the session's search path is.

`pg_restore` and `pg_upgrade` work with an empty one: the table `imaging_text`, whose generated
column is made by these functions, was lost.
"""

from django.db import migrations

from bureau.desks.imaging.sql import functions, rollups


class Migration(migrations.Migration):
    dependencies = [("imaging", "0003_quicker_filling")]

    operations = [
        migrations.RunSQL(functions.CREATE + rollups.FUNCTIONS, migrations.RunSQL.noop),
    ]
