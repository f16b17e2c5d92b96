"""The job row is the queue: what was asked for, who holds it, how far it is, how it ended."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from roi_project.access.audience import Audience, Group
from roi_project.intake.kinds import all_kinds

SEES_EVERY_JOB = frozenset({Group.FINANCE, Group.ADMINISTRATOR})


class State(models.TextChoices):
    """Where a job is. Only a running job is held by anybody, under a lease."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINISHED = (State.DONE, State.FAILED, State.CANCELLED)


class Priority(models.IntegerChoices):
    """Lower goes first."""

    URGENT = 10
    NORMAL = 50
    LOW = 90


class JobQuerySet(models.QuerySet):
    def visible_to(self, audience: Audience) -> "JobQuerySet":
        """Finance and administrators see every job, others those they asked for, by session or by token.

        A job about rows of a kind that the caller may not read is not there: that it was sent tells something of it.
        """
        if not audience.within(SEES_EVERY_JOB):
            return self.filter(owner=audience.person)
        unread = [kind.name for kind in all_kinds() if not audience.within(kind.read)]
        return self.filter(Q(arguments__kind__isnull=True) | ~Q(arguments__kind__in=unread)) if unread else self

    def due(self) -> "JobQuerySet":
        """What a worker may take now by the clock of the database, the next one first."""
        return self.filter(state=State.QUEUED, due_at__lte=Now()).order_by("priority", "created_at", "id")

    def forgotten(self) -> "JobQuerySet":
        """Running by their state, but nobody has renewed the lease: the worker died, hangs or is cut off."""
        return self.filter(state=State.RUNNING, lease_until__lt=Now())


class Job(models.Model):
    """One piece of work somebody asked for. Its arguments are ids and months, never pay.

    `coalesce_key` names the work: while one job with that key waits, asking again returns it, and two jobs
    with one key never run at the same time. All lease times come from the database, never from a worker's clock.
    `started_at` is the start of the latest attempt.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict, blank=True)
    coalesce_key = models.CharField(max_length=200, blank=True, default="")
    priority = models.PositiveSmallIntegerField(default=Priority.NORMAL)
    requested_by = models.CharField(max_length=200, help_text="the actor, as in the audit trail")
    owner = models.CharField(max_length=200, help_text="the person behind the actor: the same by session or by token")

    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField()
    deadline_seconds = models.PositiveIntegerField(help_text="the longest one attempt may take")
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    progress_done = models.PositiveBigIntegerField(default=0)
    progress_total = models.PositiveBigIntegerField(default=0, help_text="0 = not known")
    progress_text = models.CharField(max_length=300, blank=True, default="")
    result = models.JSONField(null=True, blank=True)
    error_code = models.CharField(max_length=64, blank=True, default="")
    error = models.TextField(blank=True, default="", help_text="a sentence for people; never a value from the data")

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["priority", "created_at"], condition=Q(state="queued"), name="jobs_job_due"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="jobs_job_leased"),
            models.Index(fields=["-created_at", "-id"], name="jobs_job_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "failed", "cancelled"]), name="jobs_job_known_state"
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_token=None, lease_until=None)),
                name="jobs_job_leased_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
                name="jobs_job_finished_when_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["running", "done"]) | Q(attempts__gte=1, started_at__isnull=False),
                name="jobs_job_started_before_done",
            ),
            models.CheckConstraint(
                condition=(Q(state="failed") & ~Q(error=""))
                | (Q(state="done", error=""))
                | ~Q(state__in=["failed", "done"]),
                name="jobs_job_failed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(max_attempts__gte=1, deadline_seconds__gte=1, attempts__lte=F("max_attempts")),
                name="jobs_job_bounded",
            ),
            models.CheckConstraint(
                condition=Q(progress_total=0) | Q(progress_done__lte=F("progress_total")),
                name="jobs_job_progress_within_total",
            ),
            # A job that waits for another attempt may stand beside a newer request for the same work;
            # two requests that nobody has started may not.
            models.UniqueConstraint(
                fields=["coalesce_key"],
                condition=Q(state="queued", attempts=0) & ~Q(coalesce_key=""),
                name="jobs_job_one_waiting_per_key",
            ),
            models.UniqueConstraint(
                fields=["coalesce_key"],
                condition=Q(state="running") & ~Q(coalesce_key=""),
                name="jobs_job_one_running_per_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def ended(self) -> bool:
        return self.state in FINISHED


class JobLog(models.Model):
    """One line a job or its keepers left for the person who waits for it."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="log")
    at = models.DateTimeField(db_default=Now())
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
