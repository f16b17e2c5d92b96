"""The heartbeat keeps a lease alive while its job runs, and ends the job when its time is up."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import Error, connection
from django.db.models.functions import Now

from roi_project.jobs.lease import Lease, released
from roi_project.jobs.models import State

log = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 1.0


@contextmanager
def heartbeat(lease: Lease, *, deadline_seconds: int) -> Iterator[None]:
    """Renew the lease every third of it, from a thread with a database connection of its own.

    A claim that no other process can see (an open transaction, a database in memory) needs no heartbeat.
    """
    if connection.in_atomic_block or (connection.vendor == "sqlite" and connection.is_in_memory_db()):
        yield
        return
    heart = Heart(lease, deadline_seconds)
    heart.start()
    try:
        yield
    finally:
        heart.stopped.set()
        heart.join()


class Heart(threading.Thread):
    """The thread. A process that is stopped or killed stops beating with it, which is the point."""

    def __init__(self, lease: Lease, deadline_seconds: int) -> None:
        super().__init__(name=f"heart of {lease.job_id}", daemon=True)
        self.lease = lease
        self.deadline_seconds = deadline_seconds
        self.stopped = threading.Event()
        self._began = time.monotonic()
        self._renewed = self._began

    def run(self) -> None:
        pause = min(LONGEST_PAUSE_SECONDS, self.lease.seconds / 3)
        try:
            while not self.lease.lost and not self.stopped.wait(pause):
                try:
                    self._beat()
                except Error as error:  # the database is away, or the row is locked by its own results: try again
                    log.info("A heartbeat of job %s was missed (%s).", self.lease.job_id, type(error).__name__)
                    connection.close()
        finally:
            connection.close()

    def _beat(self) -> None:
        """One beat. The process clock only says when to ask; the database clock decides."""
        now = time.monotonic()
        if now - self._began >= self.deadline_seconds and self._out_of_time():
            self.lease.lost = True
            return
        if now - self._renewed >= self.lease.seconds / 3:
            if not self.lease.held().update(lease_until=Now() + timedelta(seconds=self.lease.seconds)):
                self.lease.lost = True
                return
            self._renewed = now
        self.lease.flush()

    def _out_of_time(self) -> bool:
        started_before = Now() - timedelta(seconds=self.deadline_seconds)
        return bool(
            self.lease.held()
            .filter(started_at__lte=started_before)
            .update(
                **released(State.FAILED),
                finished_at=Now(),
                error_code="took-too-long",
                error=f"It took longer than {self.deadline_seconds} seconds and was given up.",
            )
        )
