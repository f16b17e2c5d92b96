"""A key for the numbers by which rows are addressed, drawn here once."""

import secrets

from django.db import migrations, models


def draw(apps, schema_editor):
    apps.get_model("facts", "AddressKey").objects.create(id=1, key=secrets.token_bytes(32))


class Migration(migrations.Migration):
    dependencies = [
        ("facts", "0001_touches"),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressKey",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("key", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="facts_address_key_only_one")
                ],
            },
        ),
        migrations.RunPython(draw, migrations.RunPython.noop),
    ]
