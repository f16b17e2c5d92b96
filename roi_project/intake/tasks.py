"""A file too large for a request is taken in by a job; what has waited for too long goes by the clock."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.contrib.auth import get_user_model
from django.utils import timezone

from roi_project.access.audience import Audience
from roi_project.access.selectors import audience_of
from roi_project.intake import uploads
from roi_project.intake.file_import import IMPORT, take_file
from roi_project.intake.kinds import kind_named
from roi_project.intake.written_numbers import Numbers
from roi_project.jobs.lease import Lease
from roi_project.jobs.registry import job
from roi_project.kernel.errors import Forbidden, Refusal


@job(IMPORT, deadline=60 * 60)
def import_file(
    lease: Lease, *, kind: str, upload: str, mark: str, user_id: int, numbers: str, source: str, dry_run: bool
) -> dict[str, Any] | None:
    """Take a kept file in for the one who sent it, as far as their groups allow it now."""
    try:
        take_file(
            _sender(user_id),
            kind_named(kind),
            lease,
            upload=upload,
            mark=mark,
            numbers=Numbers(numbers),
            source=source,
            dry_run=dry_run,
            today=timezone.localdate(),
        )
    except Refusal:
        uploads.remove(upload)
        raise
    return None


@shared_task(name="intake.sweep_uploads")
def sweep_uploads() -> None:
    """Beat: remove the files that nobody has asked for in a day."""
    uploads.sweep(now=timezone.now())


@worker_ready.connect
def sweep_uploads_at_start(**_: Any) -> None:
    """A worker that comes back looks at once; the clock need not have run meanwhile."""
    sweep_uploads()


def _sender(user_id: int) -> Audience:
    user = get_user_model()._default_manager.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise Forbidden("The account that sent the file is not active any more.")
    return audience_of(user)
