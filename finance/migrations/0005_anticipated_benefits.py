"""What epics were meant to bring: a table of facts beside the books."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import roi_project.db.fields


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0004_guard_sealed_books"),
        ("outcomes", "0002_no_overlap"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnticipatedBenefit",
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
                ("amount_minor", roi_project.db.fields.MinorField(help_text="a month")),
                ("currency", models.CharField(help_text="ISO 4217", max_length=3)),
                (
                    "benefit_class",
                    models.CharField(
                        choices=[
                            ("hard_cash", "Hard Cash"),
                            ("cost_avoidance", "Cost Avoidance"),
                            ("capacity_freed", "Capacity Freed"),
                            ("expected_loss", "Expected Loss"),
                        ],
                        max_length=14,
                    ),
                ),
                ("first_month", roi_project.db.fields.MonthField()),
                ("last_month", roi_project.db.fields.MonthField(blank=True, help_text="counted too", null=True)),
                (
                    "epic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="outcomes.epic"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("key",),
                        name="finance_anticipatedbenefit_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="finance_anticipatedbenefit_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gte", 0)), name="finance_anticipatedbenefit_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("benefit_class__in", ["hard_cash", "cost_avoidance", "capacity_freed", "expected_loss"])
                        ),
                        name="finance_anticipatedbenefit_benefit_class",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_month__day", 1),
                            models.Q(("last_month", None), ("last_month__day", 1), _connector="OR"),
                        ),
                        name="finance_anticipatedbenefit_first_of_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_month", None), ("last_month__gte", models.F("first_month")), _connector="OR"
                        ),
                        name="finance_anticipatedbenefit_months_in_order",
                    ),
                ],
            },
        ),
    ]
