import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import roi_project.db.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("teams", "0001_teams"),
    ]

    operations = [
        migrations.CreateModel(
            name="Epic",
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
                    "work_type",
                    models.CharField(
                        choices=[
                            ("feature", "Feature"),
                            ("debt", "Debt"),
                            ("defect", "Defect"),
                            ("risk", "Risk"),
                            ("experiment", "Experiment"),
                            ("run", "Run"),
                        ],
                        max_length=10,
                    ),
                ),
                ("started_on", models.DateField(blank=True, null=True)),
                ("released_on", models.DateField(blank=True, null=True)),
                (
                    "stopped_on",
                    models.DateField(blank=True, help_text="given up, or nobody works on it any more", null=True),
                ),
            ],
            options={
                "ordering": ["code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("source", "external_id"),
                        name="outcomes_epic_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="outcomes_epic_has_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("work_type__in", ["feature", "debt", "defect", "risk", "experiment", "run"])
                        ),
                        name="outcomes_epic_work_type",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("started_on", None),
                            ("released_on", None),
                            ("released_on__gte", models.F("started_on")),
                            _connector="OR",
                        ),
                        name="outcomes_epic_released_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("started_on", None),
                            ("stopped_on", None),
                            ("stopped_on__gte", models.F("started_on")),
                            _connector="OR",
                        ),
                        name="outcomes_epic_stopped_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Metric",
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
                ("unit", models.CharField(help_text="percent, minutes, orders", max_length=40)),
                (
                    "aggregate",
                    models.CharField(choices=[("sum", "Sum"), ("mean", "Mean"), ("last", "Last")], max_length=4),
                ),
                ("higher_is_better", models.BooleanField(default=True)),
                (
                    "level",
                    models.CharField(
                        choices=[("activity", "Activity"), ("output", "Output"), ("outcome", "Outcome")],
                        default="outcome",
                        max_length=8,
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("source", "external_id"),
                        name="outcomes_metric_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="outcomes_metric_has_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("aggregate__in", ["sum", "mean", "last"])), name="outcomes_metric_aggregate"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["activity", "output", "outcome"])),
                        name="outcomes_metric_level",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outcome",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("experience", "Experience"),
                            ("revenue", "Revenue"),
                            ("cost", "Cost"),
                            ("time_to_value", "Time To Value"),
                            ("retention", "Retention"),
                            ("failure_demand", "Failure Demand"),
                        ],
                        max_length=14,
                    ),
                ),
                ("baseline", roi_project.db.fields.ScaledDecimalField(places=6)),
                ("target", roi_project.db.fields.ScaledDecimalField(places=6)),
                ("due_on", models.DateField()),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("window_months", models.PositiveSmallIntegerField(default=36)),
                (
                    "attribution_model",
                    models.CharField(
                        choices=[("fixed", "Fixed"), ("effort", "Effort"), ("equal", "Equal")],
                        default="effort",
                        max_length=6,
                    ),
                ),
                (
                    "external_share",
                    roi_project.db.fields.ShareField(
                        blank=True, help_text="what others brought about; 0 = nothing", null=True, places=6
                    ),
                ),
                (
                    "epic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="outcomes.epic"
                    ),
                ),
                (
                    "metric",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="outcomes.metric"
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Attribution",
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
                ("share", roi_project.db.fields.ShareField(help_text="0.25 = a quarter", places=6)),
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
                    "epic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attributions",
                        to="outcomes.epic",
                    ),
                ),
                (
                    "outcome",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attributions", to="outcomes.outcome"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Effort",
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
                (
                    "work_type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("feature", "Feature"),
                            ("debt", "Debt"),
                            ("defect", "Defect"),
                            ("risk", "Risk"),
                            ("experiment", "Experiment"),
                            ("run", "Run"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "share",
                    roi_project.db.fields.ShareField(
                        blank=True, help_text="0.25 = a quarter of the team's month", null=True, places=6
                    ),
                ),
                ("item_days", roi_project.db.fields.ScaledDecimalField(blank=True, null=True, places=6)),
                (
                    "team",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="teams.team"),
                ),
                (
                    "epic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="efforts",
                        to="outcomes.epic",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=["month", "team"],
                        name="outcomes_effort_month",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)), fields=("key",), name="outcomes_effort_one_current"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="outcomes_effort_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="outcomes_effort_first_of_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("epic__isnull", False), ("work_type", "")),
                            models.Q(
                                ("epic", None),
                                ("work_type__in", ["feature", "debt", "defect", "risk", "experiment", "run"]),
                            ),
                            _connector="OR",
                        ),
                        name="outcomes_effort_epic_or_work_type",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("item_days", None), ("share__isnull", False)),
                            models.Q(("item_days__isnull", False), ("share", None)),
                            _connector="OR",
                        ),
                        name="outcomes_effort_share_or_item_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("share", None), models.Q(("share__gt", 0), ("share__lte", 1)), _connector="OR"
                        ),
                        name="outcomes_effort_share_within_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("item_days", None), ("item_days__gte", 0), _connector="OR"),
                        name="outcomes_effort_item_days_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EpicStreamShare",
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
                ("share", roi_project.db.fields.ShareField(help_text="0.25 = a quarter", places=6)),
                (
                    "epic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stream_shares", to="outcomes.epic"
                    ),
                ),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="teams.valuestream"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("key",),
                        name="outcomes_epicstreamshare_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="outcomes_epicstreamshare_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"),
                        name="outcomes_epicstreamshare_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("share__gt", 0), ("share__lte", 1)),
                        name="outcomes_epicstreamshare_share_within_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EpicTeam",
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
                    "epic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="team_links", to="outcomes.epic"
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
                        name="outcomes_epicteam_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="outcomes_epicteam_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"),
                        name="outcomes_epicteam_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MetricMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", roi_project.db.fields.MonthField()),
                ("count", models.PositiveIntegerField()),
                ("total", roi_project.db.fields.ScaledDecimalField(help_text="sum of the values", places=6)),
                ("last_on", models.DateField(null=True)),
                (
                    "last_value",
                    roi_project.db.fields.ScaledDecimalField(
                        help_text="of the newest of that day", null=True, places=6
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "metric",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="months", to="outcomes.metric"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("metric", "month"), name="outcomes_metricmonth_once"),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="outcomes_metricmonth_first_of_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("count", 0), ("last_on", None), ("last_value", None), ("total", 0)),
                            models.Q(("count__gt", 0), ("last_on__isnull", False), ("last_value__isnull", False)),
                            _connector="OR",
                        ),
                        name="outcomes_metricmonth_last_when_any",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Observation",
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
                ("observed_on", models.DateField()),
                ("value", roi_project.db.fields.ScaledDecimalField(places=6)),
                (
                    "metric",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="observations", to="outcomes.metric"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=["metric", "observed_on"],
                        name="outcomes_observation_current",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("key",),
                        name="outcomes_observation_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="outcomes_observation_source_id",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("source", "external_id"),
                name="outcomes_outcome_source_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("code", ""), _negated=True), name="outcomes_outcome_has_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["experience", "revenue", "cost", "time_to_value", "retention", "failure_demand"])
                ),
                name="outcomes_outcome_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("attribution_model__in", ["fixed", "effort", "equal"])),
                name="outcomes_outcome_attribution_model",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("window_months__gte", 1), ("window_months__lte", 240)),
                name="outcomes_outcome_window",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("external_share", None),
                    models.Q(("external_share__gte", 0), ("external_share__lte", 1)),
                    _connector="OR",
                ),
                name="outcomes_outcome_external_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="attribution",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None)), fields=("key",), name="outcomes_attribution_one_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="attribution",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                fields=("source", "external_id"),
                name="outcomes_attribution_source_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="attribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("epic__isnull", False), ("team__isnull", False), ("stream__isnull", False), _connector="OR"
                ),
                name="outcomes_attribution_to_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="attribution",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__gt", 0), ("share__lte", 1)), name="outcomes_attribution_share_within_one"
            ),
        ),
    ]
