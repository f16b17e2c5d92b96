"""A key for the numbers by which rows are addressed, drawn when this has run (see apps.py)."""

from django.db import migrations, models


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
    ]
