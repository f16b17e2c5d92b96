"""Jobs of this floor: each finds its row and makes one call."""

import datetime as dt
from typing import Any

from celery import shared_task
from django.utils import timezone

from finance.services import books
from roi_project.access.audience import SYSTEM
from roi_project.jobs import ring
from roi_project.jobs.lease import Lease
from roi_project.jobs.registry import job
from roi_project.kernel.period import parse_month


@job(books.COMPILE, deadline=30 * 60)
def compile_books(lease: Lease, *, first: str, last: str) -> dict[str, Any] | None:
    """Compile the stale books of a span of months. Leased twice, it does its work once."""
    books.compile_span(parse_month(first), parse_month(last), lease=lease)
    return None


@shared_task(name="finance.refresh_books")
def refresh_books() -> None:
    """Beat: ask for what is stale, and ring."""
    today: dt.date = timezone.now().date()
    if books.request_stale(SYSTEM, today=today):
        ring()
