import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import roi_project.db.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("outcomes", "0001_facts"),
        ("teams", "0001_teams"),
    ]

    operations = [
        migrations.CreateModel(
            name="BenefitReview",
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
                ("benefit_key", models.UUIDField(blank=True, null=True)),
                ("valuation_key", models.UUIDField(blank=True, null=True)),
                ("month", roi_project.db.fields.MonthField()),
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
                ("amount_minor", roi_project.db.fields.MinorField()),
                ("currency", models.CharField(help_text="ISO 4217", max_length=3)),
                (
                    "decision",
                    models.CharField(choices=[("validated", "Validated"), ("rejected", "Rejected")], max_length=9),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("author", models.CharField(max_length=200)),
                ("reviewer", models.CharField(max_length=200)),
                ("relaxed", models.BooleanField(default=False)),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("key",),
                        name="finance_benefitreview_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="finance_benefitreview_source_id",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("benefit_key",),
                        name="finance_benefitreview_one_a_benefit",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("valuation_key", "month"),
                        name="finance_benefitreview_one_a_valuation_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("benefit_key__isnull", False), ("valuation_key", None)),
                            models.Q(("benefit_key", None), ("valuation_key__isnull", False)),
                            _connector="OR",
                        ),
                        name="finance_benefitreview_one_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="finance_benefitreview_first_of_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("benefit_class__in", ["hard_cash", "cost_avoidance", "capacity_freed", "expected_loss"])
                        ),
                        name="finance_benefitreview_benefit_class",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ["validated", "rejected"])),
                        name="finance_benefitreview_decision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("author", models.F("reviewer")), _negated=True),
                            ("relaxed", True),
                            _connector="OR",
                        ),
                        name="finance_benefitreview_four_eyes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CostCategory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=100, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("source", models.CharField(blank=True, default="", max_length=64)),
                ("external_id", models.CharField(blank=True, default="", max_length=300)),
                ("source_updated_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "ordering": ["code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("source", "external_id"),
                        name="finance_costcategory_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="finance_costcategory_has_code"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExchangeRate",
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
                ("currency", models.CharField(help_text="ISO 4217", max_length=3)),
                ("month", roi_project.db.fields.MonthField()),
                ("rate", roi_project.db.fields.ScaledDecimalField(places=10)),
                ("rate_type", models.CharField(choices=[("average", "Average")], default="average", max_length=7)),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("key",),
                        name="finance_exchangerate_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="finance_exchangerate_source_id",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("currency", "month", "rate_type"),
                        name="finance_exchangerate_one_a_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="finance_exchangerate_first_of_month"
                    ),
                    models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="finance_exchangerate_above_zero"),
                    models.CheckConstraint(
                        condition=models.Q(("rate_type__in", ["average"])), name="finance_exchangerate_rate_type"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pool",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=100, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("source", models.CharField(blank=True, default="", max_length=64)),
                ("external_id", models.CharField(blank=True, default="", max_length=300)),
                ("source_updated_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.team",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DriverRow",
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
                (
                    "target_kind",
                    models.CharField(choices=[("team", "Team"), ("pool", "Pool"), ("sink", "Sink")], max_length=4),
                ),
                (
                    "sink",
                    models.CharField(
                        blank=True,
                        choices=[("idle", "Idle"), ("untagged", "Untagged"), ("unallocated", "Unallocated")],
                        default="",
                        max_length=11,
                    ),
                ),
                ("month", roi_project.db.fields.MonthField()),
                ("quantity", roi_project.db.fields.ScaledDecimalField(places=6)),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.team",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="driver_rows", to="finance.pool"
                    ),
                ),
                (
                    "to_pool",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="finance.pool",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CostEntry",
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
                ("incurred_on", models.DateField()),
                ("amount_minor", roi_project.db.fields.MinorField(help_text="below zero for a credit")),
                ("amount_fraction", models.BigIntegerField(default=0)),
                ("currency", models.CharField(help_text="ISO 4217", max_length=3)),
                ("service_from", models.DateField(blank=True, null=True)),
                ("service_until", models.DateField(blank=True, help_text="first day not counted", null=True)),
                ("gl_account", models.CharField(blank=True, default="", max_length=60)),
                ("cost_centre", models.CharField(blank=True, default="", max_length=60)),
                ("vendor", models.CharField(blank=True, default="", max_length=200)),
                ("document_number", models.CharField(blank=True, default="", max_length=100)),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="costs", to="finance.costcategory"
                    ),
                ),
                (
                    "stream",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.valuestream",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.team",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="costs",
                        to="finance.pool",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AllocationShare",
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
                    "target_kind",
                    models.CharField(choices=[("team", "Team"), ("pool", "Pool"), ("sink", "Sink")], max_length=4),
                ),
                (
                    "sink",
                    models.CharField(
                        blank=True,
                        choices=[("idle", "Idle"), ("untagged", "Untagged"), ("unallocated", "Unallocated")],
                        default="",
                        max_length=11,
                    ),
                ),
                ("share", roi_project.db.fields.ShareField(help_text="0.25 = a quarter", places=6)),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.team",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="finance.pool"
                    ),
                ),
                (
                    "to_pool",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="finance.pool",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AllocationRule",
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
                    "driver",
                    models.CharField(
                        choices=[
                            ("usage", "Usage"),
                            ("fixed", "Fixed"),
                            ("fte", "Fte"),
                            ("headcount", "Headcount"),
                            ("direct_cost", "Direct Cost"),
                            ("even", "Even"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "fallback",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("usage", "Usage"),
                            ("fixed", "Fixed"),
                            ("fte", "Fte"),
                            ("headcount", "Headcount"),
                            ("direct_cost", "Direct Cost"),
                            ("even", "Even"),
                        ],
                        default="",
                        max_length=11,
                    ),
                ),
                ("capacity", roi_project.db.fields.ScaledDecimalField(blank=True, null=True, places=6)),
                ("idle_mode", models.CharField(choices=[("separate", "Separate")], default="separate", max_length=8)),
                (
                    "pool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rules", to="finance.pool"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RateCard",
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
                    "unit",
                    models.CharField(choices=[("hour", "Hour"), ("month", "Month"), ("year", "Year")], max_length=5),
                ),
                ("amount_minor", roi_project.db.fields.MinorField()),
                ("currency", models.CharField(help_text="ISO 4217", max_length=3)),
                ("level", models.CharField(blank=True, default="", max_length=50)),
                ("country", models.CharField(blank=True, default="", help_text="ISO 3166", max_length=2)),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="teams.rolefamily"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Valuation",
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
                ("volume", roi_project.db.fields.ScaledDecimalField(blank=True, null=True, places=6)),
                ("unit_value_minor", roi_project.db.fields.MinorField()),
                ("currency", models.CharField(help_text="ISO 4217", max_length=3)),
                ("margin", roi_project.db.fields.ShareField(help_text="0.35 = 35 % remain", places=6)),
                (
                    "benefit_class",
                    models.CharField(
                        choices=[
                            ("hard_cash", "Hard Cash"),
                            ("cost_avoidance", "Cost Avoidance"),
                            ("capacity_freed", "Capacity Freed"),
                            ("expected_loss", "Expected Loss"),
                        ],
                        default="hard_cash",
                        max_length=14,
                    ),
                ),
                (
                    "outcome",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="outcomes.outcome"
                    ),
                ),
                (
                    "volume_metric",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outcomes.metric",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="BenefitEntry",
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
                ("month", roi_project.db.fields.MonthField()),
                ("amount_minor", roi_project.db.fields.MinorField()),
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
                (
                    "external_share",
                    roi_project.db.fields.ShareField(
                        blank=True, help_text="what others brought about; 0 = nothing", null=True, places=6
                    ),
                ),
                (
                    "evidence",
                    models.CharField(blank=True, default="", help_text="where it can be seen", max_length=1000),
                ),
                ("note", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "epic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outcomes.epic",
                    ),
                ),
                (
                    "outcome",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outcomes.outcome",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=["month"],
                        name="finance_benefitentry_month",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("key",),
                        name="finance_benefitentry_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="finance_benefitentry_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="finance_benefitentry_first_of_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("benefit_class__in", ["hard_cash", "cost_avoidance", "capacity_freed", "expected_loss"])
                        ),
                        name="finance_benefitentry_benefit_class",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("external_share", None),
                            models.Q(("external_share__gte", 0), ("external_share__lte", 1)),
                            _connector="OR",
                        ),
                        name="finance_benefitentry_external_share",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContractorLine",
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
                ("supplier", models.CharField(max_length=200)),
                ("month", roi_project.db.fields.MonthField()),
                ("hours", roi_project.db.fields.ScaledDecimalField(places=4)),
                ("overtime_hours", roi_project.db.fields.ScaledDecimalField(default=0, places=4)),
                ("overtime_multiplier", roi_project.db.fields.ScaledDecimalField(default=1, places=4)),
                ("rate_minor", roi_project.db.fields.MinorField()),
                ("currency", models.CharField(help_text="ISO 4217", max_length=3)),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="teams.rolefamily"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="teams.team"),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("key",),
                        name="finance_contractorline_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="finance_contractorline_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="finance_contractorline_first_of_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours__gte", 0), ("overtime_hours__gte", 0), ("rate_minor__gte", 0)),
                        name="finance_contractorline_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("overtime_multiplier__gte", 1)),
                        name="finance_contractorline_overtime_costs_no_less",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonRate",
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
                    "unit",
                    models.CharField(choices=[("hour", "Hour"), ("month", "Month"), ("year", "Year")], max_length=5),
                ),
                ("amount_minor", roi_project.db.fields.MinorField()),
                ("currency", models.CharField(help_text="ISO 4217", max_length=3)),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="teams.person"),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("key",),
                        name="finance_personrate_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="finance_personrate_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"),
                        name="finance_personrate_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit__in", ["hour", "month", "year"])), name="finance_personrate_unit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gte", 0)), name="finance_personrate_not_negative"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="pool",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("source", "external_id"),
                name="finance_pool_source_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="pool",
            constraint=models.CheckConstraint(
                condition=models.Q(("code", ""), _negated=True), name="finance_pool_has_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="pool",
            constraint=models.UniqueConstraint(fields=("team",), name="finance_pool_one_a_team"),
        ),
        migrations.AddIndex(
            model_name="driverrow",
            index=models.Index(
                condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                fields=["month", "pool"],
                name="finance_driverrow_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="driverrow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None)), fields=("key",), name="finance_driverrow_one_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="driverrow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                fields=("source", "external_id"),
                name="finance_driverrow_source_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="driverrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sink", ""), ("target_kind", "team"), ("team__isnull", False), ("to_pool", None)),
                    models.Q(("sink", ""), ("target_kind", "pool"), ("team", None), ("to_pool__isnull", False)),
                    models.Q(
                        ("sink__in", ["idle", "untagged", "unallocated"]),
                        ("target_kind", "sink"),
                        ("team", None),
                        ("to_pool", None),
                    ),
                    _connector="OR",
                ),
                name="finance_driverrow_one_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="driverrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="finance_driverrow_first_of_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="driverrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 0)), name="finance_driverrow_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="costentry",
            index=models.Index(
                condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                fields=["incurred_on"],
                name="finance_costentry_incurred",
            ),
        ),
        migrations.AddIndex(
            model_name="costentry",
            index=models.Index(
                condition=models.Q(("service_until__isnull", False), ("superseded_at", None), ("withdrawn", False)),
                fields=["service_until"],
                name="finance_costentry_service",
            ),
        ),
        migrations.AddConstraint(
            model_name="costentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None)), fields=("key",), name="finance_costentry_one_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="costentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                fields=("source", "external_id"),
                name="finance_costentry_source_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="costentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("pool", None), ("stream", None), ("team__isnull", False)),
                    models.Q(("pool", None), ("stream__isnull", False), ("team", None)),
                    models.Q(("pool__isnull", False), ("stream", None), ("team", None)),
                    _connector="OR",
                ),
                name="finance_costentry_one_bearer",
            ),
        ),
        migrations.AddConstraint(
            model_name="costentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("service_from", None), ("service_until", None)),
                    models.Q(
                        ("service_from__isnull", False),
                        ("service_until__gt", models.F("service_from")),
                        ("service_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="finance_costentry_service_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="costentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fraction__gte", 0), ("amount_fraction__lt", 1000000000000)),
                name="finance_costentry_fraction",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationshare",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None)), fields=("key",), name="finance_allocationshare_one_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationshare",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                fields=("source", "external_id"),
                name="finance_allocationshare_source_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationshare",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"),
                name="finance_allocationshare_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationshare",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sink", ""), ("target_kind", "team"), ("team__isnull", False), ("to_pool", None)),
                    models.Q(("sink", ""), ("target_kind", "pool"), ("team", None), ("to_pool__isnull", False)),
                    models.Q(
                        ("sink__in", ["idle", "untagged", "unallocated"]),
                        ("target_kind", "sink"),
                        ("team", None),
                        ("to_pool", None),
                    ),
                    _connector="OR",
                ),
                name="finance_allocationshare_one_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationshare",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__gt", 0), ("share__lte", 1)), name="finance_allocationshare_share_within_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationrule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None)), fields=("key",), name="finance_allocationrule_one_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationrule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                fields=("source", "external_id"),
                name="finance_allocationrule_source_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"),
                name="finance_allocationrule_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("driver__in", ["usage", "fixed", "fte", "headcount", "direct_cost", "even"])),
                name="finance_allocationrule_driver",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("fallback__in", ["", "usage", "fixed", "fte", "headcount", "direct_cost", "even"])),
                name="finance_allocationrule_fallback",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity", None), ("capacity__gt", 0), _connector="OR"),
                name="finance_allocationrule_capacity_above_zero",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("idle_mode__in", ["separate"])), name="finance_allocationrule_idle_mode"
            ),
        ),
        migrations.AddConstraint(
            model_name="ratecard",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None)), fields=("key",), name="finance_ratecard_one_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="ratecard",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                fields=("source", "external_id"),
                name="finance_ratecard_source_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="ratecard",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"),
                name="finance_ratecard_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="ratecard",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit__in", ["hour", "month", "year"])), name="finance_ratecard_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="ratecard",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gte", 0)), name="finance_ratecard_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="ratecard",
            constraint=models.CheckConstraint(
                condition=models.Q(("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"),
                name="finance_ratecard_country_is_iso",
            ),
        ),
        migrations.AddConstraint(
            model_name="valuation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None)), fields=("key",), name="finance_valuation_one_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="valuation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                fields=("source", "external_id"),
                name="finance_valuation_source_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="valuation",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"),
                name="finance_valuation_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="valuation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("volume__isnull", False), ("volume_metric", None)),
                    models.Q(("volume", None), ("volume_metric__isnull", False)),
                    _connector="OR",
                ),
                name="finance_valuation_one_volume",
            ),
        ),
        migrations.AddConstraint(
            model_name="valuation",
            constraint=models.CheckConstraint(
                condition=models.Q(("volume", None), ("volume__gte", 0), _connector="OR"),
                name="finance_valuation_volume",
            ),
        ),
        migrations.AddConstraint(
            model_name="valuation",
            constraint=models.CheckConstraint(
                condition=models.Q(("margin__gt", 0), ("margin__lte", 1)), name="finance_valuation_margin"
            ),
        ),
        migrations.AddConstraint(
            model_name="valuation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("benefit_class__in", ["hard_cash", "cost_avoidance", "capacity_freed", "expected_loss"])
                ),
                name="finance_valuation_benefit_class",
            ),
        ),
    ]
