"""What a running job holds: the right to write its results, for as long as the database says so."""

import uuid
from collections import deque
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from roi_project.jobs.models import Job, JobLog, State


class LostLease(Exception):
    """Somebody else holds the job now, or it was cancelled or took too long: write nothing more."""


class Lease:
    """Handed to the function that does a job: how it reports, and how it proves the job is still its own.

    `progress` and `log` only take note; the heartbeat writes them over its own connection, so they show while
    a long transaction is open and never lock the job row under it.
    """

    def __init__(self, job_id: uuid.UUID, token: uuid.UUID, *, seconds: float) -> None:
        self.job_id = job_id
        self.token = token
        self.seconds = seconds
        self.lost = False
        self.finished = False
        self._progress: dict[str, Any] = {}
        self._shown: dict[str, Any] = {}
        self._lines: deque[str] = deque()

    def progress(self, done: int, total: int = 0, text: str = "") -> None:
        """Say how far the job is. Raises LostLease when going on has become pointless."""
        if self.lost:
            raise LostLease(str(self.job_id))
        done = min(done, total) if total else done
        self._progress = {"progress_done": done, "progress_total": total, "progress_text": text[:300]}

    def log(self, text: str) -> None:
        """Leave a line for the person who waits. Never a value from the data."""
        self._lines.append(text[:500])

    def fence(self) -> None:
        """Lock the job row for the rest of this transaction, or raise LostLease when it is no longer ours.

        Call it first in every transaction that writes and does not end with `finish`. The transaction must be
        READ COMMITTED: a snapshot taken before the last heartbeat cannot update the row.
        """
        self._inside_transaction()
        self.beat()

    def beat(self) -> None:
        """Renew the lease from now, or raise LostLease."""
        if not self.held().update(lease_until=Now() + timedelta(seconds=self.seconds)):
            self._lose()

    def finish(self, result: dict[str, Any] | None = None) -> None:
        """Mark the job done in the transaction that writes its results, or raise LostLease and undo them."""
        self._inside_transaction()
        ended = self.held().update(
            **self._progress, **released(State.DONE), finished_at=Now(), result=result or {}, error="", error_code=""
        )
        if not ended:
            self._lose()
        self.finished = True

    def held(self) -> QuerySet[Job]:
        """The job row if this lease still holds it, else nothing."""
        return Job.objects.filter(pk=self.job_id, state=State.RUNNING, lease_token=self.token)

    def flush(self) -> None:
        """Write down what was noted since the last time; what somebody notes who lost the job is dropped."""
        progress, lines = self._progress, list(self._lines)
        if progress is not self._shown:
            self.held().update(**progress)
            self._shown = progress
        if lines and (self.finished or self.held().exists()):
            JobLog.objects.bulk_create(JobLog(job_id=self.job_id, text=text) for text in lines)
        for _ in lines:
            self._lines.popleft()

    def _inside_transaction(self) -> None:
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError("A lease guards a transaction: open one first.")

    def _lose(self) -> None:
        self.lost = True
        raise LostLease(str(self.job_id))


def released(state: State) -> dict[str, Any]:
    """The columns of a job that nobody holds any more."""
    return {"state": state, "lease_token": None, "lease_until": None}
