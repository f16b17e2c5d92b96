"""Who looks after findings: a small table beside those of the books."""

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0005_anticipated_benefits"),
        ("teams", "0002_no_overlap"),
    ]

    operations = [
        migrations.CreateModel(
            name="FindingFollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("card_rests_on_few", "card_rests_on_few"),
                            ("closed_cycle_without_outlet", "closed_cycle_without_outlet"),
                            ("driver_stale", "driver_stale"),
                            ("effort_carried", "effort_carried"),
                            ("fx_rate_carried", "fx_rate_carried"),
                            ("fx_rate_carried_of_pay", "fx_rate_carried_of_pay"),
                            ("missing_fx_rate", "missing_fx_rate"),
                            ("missing_fx_rate_of_pay", "missing_fx_rate_of_pay"),
                            ("missing_rate", "missing_rate"),
                            ("over_allocated", "over_allocated"),
                            ("pool_without_rule", "pool_without_rule"),
                        ],
                        max_length=40,
                    ),
                ),
                ("owner", models.CharField(blank=True, default="", help_text="who looks after it", max_length=200)),
                (
                    "due_on",
                    models.DateField(blank=True, help_text="the last day on which it is not overdue", null=True),
                ),
                (
                    "accepted_until",
                    models.DateField(blank=True, help_text="the first day on which it counts again", null=True),
                ),
                ("reason", models.CharField(blank=True, default="", help_text="why it is accepted", max_length=500)),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("updated_by", models.CharField(editable=False, max_length=200)),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.person",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="finance.pool",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.rolefamily",
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
            ],
            options={
                "ordering": ["code", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("code"),
                        django.db.models.functions.comparison.Coalesce("team", 0),
                        django.db.models.functions.comparison.Coalesce("pool", 0),
                        django.db.models.functions.comparison.Coalesce("person", 0),
                        django.db.models.functions.comparison.Coalesce("role", 0),
                        name="finance_findingfollowup_one_subject",
                        violation_error_message="Somebody looks after this finding already: change what is there.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "code__in",
                                [
                                    "card_rests_on_few",
                                    "closed_cycle_without_outlet",
                                    "driver_stale",
                                    "effort_carried",
                                    "fx_rate_carried",
                                    "fx_rate_carried_of_pay",
                                    "missing_fx_rate",
                                    "missing_fx_rate_of_pay",
                                    "missing_rate",
                                    "over_allocated",
                                    "pool_without_rule",
                                ],
                            )
                        ),
                        name="finance_findingfollowup_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_until", None), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="finance_findingfollowup_accepted_with_reason",
                        violation_error_message="Say why it is accepted.",
                    ),
                ],
            },
        ),
    ]
