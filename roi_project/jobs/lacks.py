"""Whether somebody does the jobs that were asked for."""

import datetime as dt
from collections.abc import Iterator

from roi_project.jobs.models import Job, State
from roi_project.start.lacks import Lack, check, have

LONGEST_WAIT = dt.timedelta(minutes=10)


@check("worker")
def nobody_works(now: dt.datetime) -> Iterator[Lack]:
    waiting = Job.objects.filter(state=State.QUEUED, due_at__lt=now - LONGEST_WAIT).count()
    if waiting:
        yield Lack(
            "every report",
            f"{have(waiting, 'job')} waited for more than ten minutes: no worker has been seen.",
            "Start one (deploy/README.md), or do the jobs here and now: manage.py run_jobs.",
            blocks=True,
        )
