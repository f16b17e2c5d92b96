"""The runner takes due jobs one after the other and does each under its lease."""

import logging
import time
import traceback

from django.db import Error, close_old_connections, connection, transaction

from roi_project.jobs import services
from roi_project.jobs.heartbeat import heartbeat
from roi_project.jobs.lease import Lease, LostLease
from roi_project.jobs.models import Job
from roi_project.jobs.registry import JobKind, kinds
from roi_project.kernel.errors import Refusal

log = logging.getLogger(__name__)

MOST_JOBS_PER_BELL = 50
MOST_SECONDS_PER_BELL = 30.0


def run_next() -> bool:
    """Take the next due job and do it. False when none waits."""
    _drop_broken_connection()
    claimed = services.claim(kinds())
    if claimed is None:
        return False
    _attempt(*claimed)
    return True


def run_due(*, most: int = MOST_JOBS_PER_BELL, seconds: float = MOST_SECONDS_PER_BELL) -> bool:
    """Do what is due, within bounds so that a worker can be shut down in between. True when more may wait."""
    began = time.monotonic()
    services.sweep()
    for _ in range(most):
        if not run_next():
            return False
        if time.monotonic() - began > seconds:
            break
    return True


def longest_bell_seconds() -> int:
    """More than the answer to one bell can take while every job keeps its deadline: the last net."""
    return int(MOST_SECONDS_PER_BELL) + max((kind.deadline_seconds for kind in kinds().values()), default=0) + 60


def _attempt(job: Job, lease: Lease) -> None:
    """One attempt of one job. Whatever the handler does, the worker lives on."""
    kind = kinds()[job.kind]
    try:
        with heartbeat(lease, deadline_seconds=job.deadline_seconds):
            _do(kind, job, lease)
        lease.flush()
    except LostLease:
        log.warning("Job %s is no longer ours; nothing was written.", job)
    except Error:  # the database went away while we wrote how it ended; the lease runs out and a sweep finds the job
        log.warning("The end of job %s could not be written; it will be tried again.", job)
        _drop_broken_connection()


def _do(kind: JobKind, job: Job, lease: Lease) -> None:
    try:
        result = kind.handler(lease, **job.arguments)
        if not lease.finished:
            with transaction.atomic():
                lease.finish(result)
    except LostLease:
        raise
    except Refusal as refusal:  # what was refused once will be refused again
        lease.flush()
        services.give_back(lease, code=refusal.slug, sentence=refusal.detail, again=False)
    except Exception as error:  # the handler is not ours; its failure must not end the worker
        _drop_broken_connection()
        log.error("Job %s failed: %s\n%s", job, _name(error), "".join(traceback.format_tb(error.__traceback__)))
        lease.flush()
        sentence = f"It stopped with an error nobody foresaw ({_name(error)}); the worker's log says where."
        services.give_back(lease, code="unexpected-error", sentence=sentence, again=True)


def _drop_broken_connection() -> None:
    """A database that restarted leaves a broken connection behind; a sound one stays, and so does a caller's own."""
    if not connection.in_atomic_block:
        close_old_connections()


def _name(error: Exception) -> str:
    """The kind of error and, from the database, its code. Never its text, which may quote a row with pay in it."""
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    return f"{type(error).__name__} {sqlstate}" if sqlstate else type(error).__name__
