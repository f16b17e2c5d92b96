"""The bell tells the workers to look at the job rows. It carries nothing, and may be lost or come twice."""

import logging

import kombu.pools
import kombu.transport.redis  # noqa: F401  loaded here, so that the first request that rings does not wait for it
from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

ANSWER = "jobs.answer"


def ring(times: int = 1) -> None:
    """Wake the workers once what was saved is visible to them.

    Called by doors, never by services. A broker that is away or hangs costs about a second and a warning:
    what was saved stays saved, and the next sweep finds it.
    """
    transaction.on_commit(lambda: _pull(times), robust=True)


def _pull(times: int) -> None:
    try:
        for _ in range(times):
            current_app.send_task(ANSWER, retry=False, ignore_result=True)
    except Exception as error:  # whatever a broker library raises, the request it stands behind is saved
        log.warning("The bell could not be rung (%s); the next sweep finds the job.", type(error).__name__)
