"""Job kinds for the fault tests: each done job leaves exactly one row in a ledger that would accept two."""

import os
import signal
import time

from django.db import connection, transaction

from roi_project.jobs.lease import Lease
from roi_project.jobs.registry import job


@job("post_entry", deadline=60, attempts=20)
def post_entry(lease: Lease, *, cents: int, seconds: float) -> None:
    """Work for a while, then post one entry and be done, in one transaction."""
    time.sleep(seconds)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO ledger (job_id, cents) VALUES (%s, %s)", [lease.job_id, cents])
        lease.finish({"cents": cents})


@job("poison", deadline=60, attempts=3)
def poison(lease: Lease) -> None:
    """Kill the process that does it, as running out of memory would."""
    os.kill(os.getpid(), signal.SIGKILL)
