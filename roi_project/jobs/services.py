"""Acts on job rows: ask, cancel, retry, claim, give back, sweep. None of them rings the bell: doors do."""

import logging
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Least, Now

from roi_project.access.audience import Audience, Group
from roi_project.audit import services as audit
from roi_project.jobs.lease import Lease, released
from roi_project.jobs.models import Job, JobLog, Priority, State
from roi_project.jobs.registry import kinds
from roi_project.kernel.errors import Conflict, Forbidden, NotFound

log = logging.getLogger(__name__)

CLAIM_TRIES = 5
KEEPS_JOBS = frozenset({Group.FINANCE, Group.ADMINISTRATOR})


@transaction.atomic
def request(
    audience: Audience,
    kind: str,
    arguments: dict[str, Any],
    *,
    coalesce_key: str = "",
    priority: int = Priority.NORMAL,
    due_at: datetime | None = None,
    join_running: bool = False,
) -> Job:
    """Ask for a piece of work, or join the request for the same work that already waits.

    `coalesce_key` names the work. A joined job is locked until the caller's transaction ends, so no worker starts
    it before it can see what the caller wrote. A running job may have read older input, so it is joined
    only with `join_running`. Joining makes a job due as early and as urgent as the keenest of its callers.
    It stays visible to the one who asked first, and to those who see every job.
    Make it the last act of a transaction: others who ask for the same work wait for its end.
    """
    declared = kinds()[kind]
    wanted = Job(
        kind=kind,
        arguments=arguments,
        coalesce_key=coalesce_key,
        priority=priority,
        requested_by=audience.actor,
        owner=audience.person,
        max_attempts=declared.max_attempts,
        deadline_seconds=declared.deadline_seconds,
    )
    if due_at is not None:
        wanted.due_at = due_at
    while True:
        joined = coalesce_key and _join(wanted, due_at=due_at, join_running=join_running)
        if joined:
            return joined
        # ON CONFLICT DO NOTHING: of several who ask at once, one row wins and the others join it.
        Job.objects.bulk_create([wanted], ignore_conflicts=bool(coalesce_key))
        created = Job.objects.filter(pk=wanted.pk).first()
        if created:
            return created


def _join(wanted: Job, *, due_at: datetime | None, join_running: bool) -> Job | None:
    same_work = Job.objects.filter(coalesce_key=wanted.coalesce_key)
    waiting = same_work.filter(state=State.QUEUED).order_by("attempts", "created_at").first()
    if waiting:
        earliest = Least(F("due_at"), Now() if due_at is None else Value(due_at))
        still_waits = Job.objects.filter(pk=waiting.pk, state=State.QUEUED)
        if still_waits.update(due_at=earliest, priority=Least(F("priority"), wanted.priority)):
            waiting.refresh_from_db()
            return waiting
    return same_work.filter(state=State.RUNNING).first() if join_running else None


@transaction.atomic
def cancel(audience: Audience, job_id: uuid.UUID) -> Job:
    """Take a job back. A worker that is at it finds its lease gone and writes nothing more."""
    job = _kept(audience, job_id)
    if job.ended:
        raise Conflict(f"The job is {job.state} already.", slug="job-ended")
    Job.objects.filter(pk=job.pk).update(**released(State.CANCELLED), finished_at=Now())
    _kept_by(audience, job, State.CANCELLED, f"Cancelled by {audience.actor}.")
    return job


@transaction.atomic
def retry(audience: Audience, job_id: uuid.UUID) -> Job:
    """Queue a failed job again, with all its attempts."""
    job = _kept(audience, job_id)
    if job.state != State.FAILED:
        raise Conflict(f"Only a failed job can be retried; this one is {job.state}.", slug="job-not-failed")
    try:
        with transaction.atomic():
            Job.objects.filter(pk=job.pk).update(
                state=State.QUEUED, attempts=0, due_at=Now(), started_at=None, finished_at=None, error="", error_code=""
            )
    except IntegrityError as error:
        raise Conflict("A newer request for the same work is waiting already.", slug="job-superseded") from error
    _kept_by(audience, job, State.QUEUED, f"Queued again by {audience.actor}.")
    return job


def _kept(audience: Audience, job_id: uuid.UUID) -> Job:
    """The job, locked, for those who keep jobs."""
    job = Job.objects.visible_to(audience).select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound
    if not audience.within(KEEPS_JOBS):
        raise Forbidden("Finance and administrators cancel and retry jobs.")
    return job


def _kept_by(audience: Audience, job: Job, after: State, text: str) -> None:
    """Say in the job's log and in the audit trail who changed its state."""
    before, after = {"state": str(job.state)}, {"state": str(after)}
    audit.record(
        audience, action="changed", kind="job", object_id=job.pk, object_code=job.kind, before=before, after=after
    )
    _note(job, text)
    job.refresh_from_db()


def claim(names: Iterable[str]) -> tuple[Job, Lease] | None:
    """Take the next due job of these kinds under a new lease, or nothing when none waits."""
    names = list(names)
    for _ in range(CLAIM_TRIES):
        token = uuid.uuid4()
        try:
            with transaction.atomic():
                taken = _take(names, token)
        except IntegrityError:  # another worker started the same work this very moment; the next look sees it
            continue
        if not taken:
            return None
        job = Job.objects.filter(lease_token=token).first()
        if job is not None:  # else we slept past the lease right here, and the job is somebody else's by now
            return job, Lease(job.pk, token, seconds=settings.JOB_LEASE_SECONDS)
    return None


def _take(names: list[str], token: uuid.UUID) -> bool:
    """One statement: on PostgreSQL it skips rows that others are taking, on SQLite there is one writer at a time."""
    twin_runs = Job.objects.filter(state=State.RUNNING, coalesce_key=OuterRef("coalesce_key"))
    free = Job.objects.due().filter(Q(coalesce_key="") | ~Exists(twin_runs), kind__in=names)
    found, found_values = free.values("pk")[:1].query.sql_with_params()
    skip = connection.ops.for_update_sql(skip_locked=True) if connection.vendor == "postgresql" else ""
    now, now_values = _compiled(Now())
    until, until_values = _compiled(Now() + timedelta(seconds=settings.JOB_LEASE_SECONDS))
    token_value = Job._meta.get_field("lease_token").get_db_prep_value(token, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_job SET state = 'running', attempts = attempts + 1, lease_token = %s,"
            f" lease_until = {until}, started_at = {now} WHERE id = ({found} {skip}) RETURNING id",
            [token_value, *until_values, *now_values, *found_values],
        )
        return bool(cursor.fetchall())


def _compiled(expression) -> tuple[str, list[Any]]:
    query = Job.objects.all().query
    return query.get_compiler(connection=connection).compile(expression.resolve_expression(query))


def give_back(lease: Lease, *, code: str, sentence: str, again: bool) -> State:
    """Write down that an attempt failed: wait for the next one, or fail for good. Raises LostLease if not ours."""
    with transaction.atomic():
        lease.fence()
        job = Job.objects.get(pk=lease.job_id)
        return _end_attempt(job, code=code, sentence=sentence, again=again, pause=settings.JOB_RETRY_SECONDS)


def sweep() -> int:
    """Find what was forgotten: jobs whose worker died are queued again, or failed after too many attempts.

    Returns how many jobs are due now, for the door to ring for them.
    """
    with transaction.atomic():
        for job in Job.objects.forgotten().select_for_update(skip_locked=True):
            _end_attempt(
                job, code="worker-lost", sentence="Its worker stopped before it was done.", again=True, pause=0
            )
    strangers = Job.objects.due().exclude(kind__in=list(kinds())).count()
    if strangers:
        log.warning("%d due jobs are of kinds this version does not know; they wait for one that does.", strangers)
    return Job.objects.due().filter(kind__in=list(kinds())).count()


def _end_attempt(job: Job, *, code: str, sentence: str, again: bool, pause: float) -> State:
    """Queue a running job again after a pause, or fail it. The caller holds its row."""
    if again and job.attempts < job.max_attempts:
        ending = released(State.QUEUED) | {"due_at": Now() + timedelta(seconds=pause * job.attempts)}
    else:
        ending = released(State.FAILED) | {"finished_at": Now()}
        if again:
            code = "too-many-attempts"
            sentence = f"{sentence} It was started {job.attempts} times (too-many-attempts)."
    Job.objects.filter(pk=job.pk).update(**ending, error=sentence, error_code=code)
    _note(job, sentence)
    return ending["state"]


def _note(job: Job, text: str) -> None:
    JobLog.objects.create(job=job, text=text[:500])
