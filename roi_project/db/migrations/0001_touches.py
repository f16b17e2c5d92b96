import django.db.models.functions.datetime
from django.db import migrations, models

import roi_project.db.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Frozen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", roi_project.db.fields.MonthField(unique=True)),
            ],
            options={
                "verbose_name_plural": "frozen months",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="facts_frozen_first_of_month")
                ],
            },
        ),
        migrations.CreateModel(
            name="Touch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=64)),
                ("first_month", roi_project.db.fields.MonthField()),
                (
                    "end_month",
                    roi_project.db.fields.MonthField(
                        help_text="first month not touched; empty = every later month too", null=True
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["first_month", "end_month"], name="facts_touch_months")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_month__day", 1),
                            models.Q(("end_month", None), ("end_month__day", 1), _connector="OR"),
                        ),
                        name="facts_touch_first_of_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_month", None), ("end_month__gt", models.F("first_month")), _connector="OR"
                        ),
                        name="facts_touch_ends_after_start",
                    ),
                ],
            },
        ),
    ]
