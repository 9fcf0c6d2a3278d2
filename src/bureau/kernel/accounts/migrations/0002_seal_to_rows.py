"""Sealed fields become bound to their rows: each row gets a key of its own, values are sealed anew."""

import uuid

from django.db import migrations, models

import bureau.kernel.vault.fields
from bureau.kernel.vault.upgrade import bind_to_rows

SEALED = {
    "accounts_user": ["phone_number", "medical_license", "patient_id"],
    "accounts_totpdevice": ["secret"],
}


def give_keys(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table in SEALED:
            cursor.execute(f"UPDATE {table} SET seal_key = gen_random_uuid()")  # noqa: S608


def bind(apps, schema_editor):
    for table, columns in SEALED.items():
        bind_to_rows(schema_editor.connection, table, "seal_key", columns)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        *(
            migrations.AddField(
                model, "seal_key", models.UUIDField(default=uuid.uuid4, null=True, editable=False)
            )
            for model in ("user", "totpdevice")
        ),
        migrations.RunPython(give_keys, migrations.RunPython.noop),
        *(
            migrations.AlterField(
                model,
                "seal_key",
                models.UUIDField(default=uuid.uuid4, unique=True, editable=False),
            )
            for model in ("user", "totpdevice")
        ),
        *(
            migrations.AlterField(
                "user",
                name,
                bureau.kernel.vault.fields.EncryptedTextField(
                    blank=True, default="", max_length=length, row="seal_key"
                ),
            )
            for name, length in (("phone_number", 20), ("medical_license", 50), ("patient_id", 50))
        ),
        migrations.AlterField(
            "totpdevice",
            "secret",
            bureau.kernel.vault.fields.EncryptedTextField(row="seal_key"),
        ),
        migrations.RunPython(bind, migrations.RunPython.noop),
    ]
