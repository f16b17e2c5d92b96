"""Waiting for the jobs that were asked for, with a bar drawn from their rows."""

import time
from collections.abc import Callable

from django.core.management.base import OutputWrapper
from django.db import close_old_connections

from roi_project.jobs.models import Job, State

WIDTH = 30
LOOK_EVERY_SECONDS = 0.2


def follow_jobs(out: OutputWrapper, check: Callable[[], None]) -> None:
    """Draw the waiting and running jobs until none is left. `check` is called at each look and may raise."""
    while (job := _next()) is not None:
        _follow(job, out, check)


def _next() -> Job | None:
    return Job.objects.filter(state__in=[State.QUEUED, State.RUNNING]).order_by("created_at", "id").first()


def _follow(job: Job, out: OutputWrapper, check: Callable[[], None]) -> None:
    """Draw one job: over the same line on a terminal, a line for each change elsewhere."""
    drawn = ""
    while True:
        check()
        line = words(job)
        if line != drawn:
            out.write(f"\r{line:<78}" if out.isatty() else line, ending="" if out.isatty() else "\n")
            out.flush()
            drawn = line
        if job.ended:
            break
        time.sleep(LOOK_EVERY_SECONDS)
        close_old_connections()
        job.refresh_from_db()
    if out.isatty():
        out.write("")
    if job.state != State.DONE:
        out.write(f"The job is {job.state}: {job.error or 'nobody said why.'}")


def words(job: Job) -> str:
    """“compile books  [##########....................]   6/18  2025-06 compiled”"""
    total = job.progress_total or 1
    done = total if job.state == State.DONE else min(job.progress_done, total)
    filled = WIDTH * done // total
    told = "done" if job.state == State.DONE else job.progress_text
    return f"{job.kind.replace('_', ' ')}  [{'#' * filled}{'.' * (WIDTH - filled)}]  {done:>3}/{total}  {told}".rstrip()
