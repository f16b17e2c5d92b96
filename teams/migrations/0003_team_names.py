import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


def forbid_overlap(apps, schema_editor):
    """As for the other dated facts of this floor: PostgreSQL keeps them apart, elsewhere the intake alone."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE teams_teamname ADD CONSTRAINT teams_teamname_no_overlap"
            " EXCLUDE USING gist (called WITH =, system WITH =, team_id WITH =, daterange(starts_on, ends_on) WITH &&)"
            " WHERE (superseded_at IS NULL AND NOT withdrawn) DEFERRABLE INITIALLY DEFERRED"
        )


def allow_overlap(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE teams_teamname DROP CONSTRAINT teams_teamname_no_overlap")


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0002_no_overlap"),
    ]

    operations = [
        migrations.CreateModel(
            name="TeamName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "source",
                    models.CharField(blank=True, default="", help_text="the system it came from", max_length=64),
                ),
                ("external_id", models.CharField(help_text="its name in that system", max_length=300)),
                (
                    "source_updated_at",
                    models.DateTimeField(blank=True, help_text="newer data is never replaced by older", null=True),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("recorded_by", models.CharField(editable=False, max_length=200)),
                ("superseded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("withdrawn", models.BooleanField(default=False, editable=False)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, help_text="first day not counted", null=True)),
                (
                    "system",
                    models.CharField(
                        blank=True, default="", help_text="who calls it so; empty = it is a code", max_length=64
                    ),
                ),
                ("called", models.CharField(help_text="an external id there, or an old code", max_length=300)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="names", to="teams.team"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["called"], name="teams_teamname_called")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)), fields=("key",), name="teams_teamname_one_current"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="teams_teamname_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"),
                        name="teams_teamname_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("called", ""), _negated=True), name="teams_teamname_is_called_something"
                    ),
                ],
            },
        ),
        migrations.RunPython(forbid_overlap, allow_overlap),
    ]
