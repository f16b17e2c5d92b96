"""The two messages Celery carries: the bell, and the clock's tick that looks for forgotten jobs."""

import logging

from celery import shared_task
from celery.signals import worker_init, worker_ready
from django.db import Error, connections

from roi_project.jobs import bell, runner, services

log = logging.getLogger(__name__)

MOST_BELLS_PER_SWEEP = 8


@shared_task(name=bell.ANSWER)
def answer() -> None:
    """Somebody rang: do the jobs that are due."""
    if runner.run_due():
        bell.ring()


@shared_task(name="jobs.sweep")
def sweep() -> None:
    """The clock ticked: find what was forgotten, and wake as many workers as there is work."""
    bell.ring(min(services.sweep(), MOST_BELLS_PER_SWEEP))


@worker_init.connect
def limit_the_answer(**_) -> None:
    """Celery ends a process that hangs although its job was given up long ago. The kinds are known only now."""
    answer.time_limit = runner.longest_bell_seconds()


@worker_ready.connect
def sweep_at_start(**_) -> None:
    """A worker that comes back looks at once for what was left; the clock need not run for that."""
    try:
        sweep()
    except Error as error:
        log.warning("The sweep at start was missed (%s).", type(error).__name__)
    finally:
        connections.close_all()
