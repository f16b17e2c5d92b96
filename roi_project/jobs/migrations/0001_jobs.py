import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=100)),
                ("arguments", models.JSONField(blank=True, default=dict)),
                ("coalesce_key", models.CharField(blank=True, default="", max_length=200)),
                ("priority", models.PositiveSmallIntegerField(default=50)),
                ("requested_by", models.CharField(help_text="the actor, as in the audit trail", max_length=200)),
                (
                    "owner",
                    models.CharField(
                        help_text="the person behind the actor: the same by session or by token", max_length=200
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="queued",
                        max_length=9,
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("due_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("max_attempts", models.PositiveSmallIntegerField()),
                ("deadline_seconds", models.PositiveIntegerField(help_text="the longest one attempt may take")),
                ("lease_token", models.UUIDField(blank=True, editable=False, null=True)),
                ("lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("progress_done", models.PositiveBigIntegerField(default=0)),
                ("progress_total", models.PositiveBigIntegerField(default=0, help_text="0 = not known")),
                ("progress_text", models.CharField(blank=True, default="", max_length=300)),
                ("result", models.JSONField(blank=True, null=True)),
                ("error_code", models.CharField(blank=True, default="", max_length=64)),
                (
                    "error",
                    models.TextField(
                        blank=True, default="", help_text="a sentence for people; never a value from the data"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "queued")), fields=["priority", "created_at"], name="jobs_job_due"
                    ),
                    models.Index(
                        condition=models.Q(("state", "running")), fields=["lease_until"], name="jobs_job_leased"
                    ),
                    models.Index(fields=["-created_at", "-id"], name="jobs_job_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "failed", "cancelled"])),
                        name="jobs_job_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("lease_token__isnull", False), ("lease_until__isnull", False), ("state", "running")
                            ),
                            models.Q(
                                models.Q(("state", "running"), _negated=True),
                                ("lease_token", None),
                                ("lease_until", None),
                            ),
                            _connector="OR",
                        ),
                        name="jobs_job_leased_while_running",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at", None), ("state__in", ["queued", "running"])),
                            models.Q(("finished_at__isnull", False), ("state__in", ["done", "failed", "cancelled"])),
                            _connector="OR",
                        ),
                        name="jobs_job_finished_when_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["running", "done"]), _negated=True),
                            models.Q(("attempts__gte", 1), ("started_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="jobs_job_started_before_done",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "failed"), models.Q(("error", ""), _negated=True)),
                            models.Q(("error", ""), ("state", "done")),
                            models.Q(("state__in", ["failed", "done"]), _negated=True),
                            _connector="OR",
                        ),
                        name="jobs_job_failed_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("attempts__lte", models.F("max_attempts")),
                            ("deadline_seconds__gte", 1),
                            ("max_attempts__gte", 1),
                        ),
                        name="jobs_job_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("progress_total", 0), ("progress_done__lte", models.F("progress_total")), _connector="OR"
                        ),
                        name="jobs_job_progress_within_total",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("attempts", 0), ("state", "queued"), models.Q(("coalesce_key", ""), _negated=True)
                        ),
                        fields=("coalesce_key",),
                        name="jobs_job_one_waiting_per_key",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running"), models.Q(("coalesce_key", ""), _negated=True)),
                        fields=("coalesce_key",),
                        name="jobs_job_one_running_per_key",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JobLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("text", models.CharField(max_length=500)),
                (
                    "job",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="log", to="jobs.job"),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
    ]
