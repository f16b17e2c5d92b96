"""Cost by value stream and type of work, added up when a book is published; books that are there get theirs here."""

from importlib import import_module

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

import roi_project.db.fields

guard_rows = import_module("finance.migrations.0004_guard_sealed_books").guard_rows

# Accounts below 20 are cost at standard rates, those a hundred above them what actual pay adds; 6 to 9 are bench,
# idle, untagged and unallocated.
ADDED_UP = """
INSERT INTO finance_workmonth (book_id, stream_id, pooled, residual, work_type, amount, variance)
SELECT book_id, stream_id, pool_id IS NOT NULL, CASE WHEN account %% 100 BETWEEN 6 AND 9 THEN account %% 100 ELSE 0 END,
       work_type, SUM(CASE WHEN account < 100 THEN amount ELSE 0 END), SUM(CASE WHEN account < 100 THEN 0 ELSE amount END)
FROM finance_posting WHERE account %% 100 < 20 GROUP BY 1, 2, 3, 4, 5
"""


def add_up_and_guard(apps, schema_editor):
    """Sealed books too: what is added up here is what stands in them. From here on the table refuses their rows."""
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute("SET LOCAL statement_timeout = 0")  # every posting there is
        cursor.execute(ADDED_UP, [])
    guard_rows(schema_editor, "finance_workmonth")


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0007_latest_fact_without_pay"),
        ("teams", "0003_team_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pooled", models.BooleanField()),
                ("residual", models.SmallIntegerField()),
                ("work_type", models.SmallIntegerField()),
                ("amount", roi_project.db.fields.MinorField(help_text="at standard rates")),
                ("variance", roi_project.db.fields.MinorField(help_text="what actual pay adds to it")),
                (
                    "book",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="finance.book",
                    ),
                ),
                (
                    "stream",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="teams.valuestream",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("book"),
                        django.db.models.functions.comparison.Coalesce(models.F("stream"), 0),
                        models.F("pooled"),
                        models.F("residual"),
                        models.F("work_type"),
                        name="finance_workmonth_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("residual", 0),
                            models.Q(("residual__gte", 6), ("residual__lte", 9)),
                            _connector="OR",
                        ),
                        name="finance_workmonth_residual",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("work_type__gte", 0), ("work_type__lte", 6)),
                        name="finance_workmonth_work_type",
                    ),
                ],
            },
        ),
        migrations.RunPython(add_up_and_guard, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                condition=models.Q(("account", 20), ("epic__isnull", False)),
                fields=["book"],
                include=("epic", "stream", "benefit_class", "state", "amount"),
                name="finance_posting_came_of_epic",
            ),
        ),
    ]
