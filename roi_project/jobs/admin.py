"""Jobs: what waits, what runs and how far it is, how it ended. The page asks again by itself while one runs."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from roi_project.access.audience import EVERYONE
from roi_project.console.by_groups import ReadOnly
from roi_project.console.menu import WORK
from roi_project.console.theme import by_day
from roi_project.jobs import ring, services
from roi_project.jobs.models import Job
from roi_project.kernel.errors import Refusal

LATEST_LINES = 100


@admin.register(Job)
class JobAdmin(ReadOnly):
    read = EVERYONE  # each sees their own jobs; finance and administrators see all
    section, icon = WORK, "manufacturing"
    list_display = ("kind", "state_now", "progress", "asked_for", "requested_by", "created_at", "took")
    list_filter = ("state", "kind", by_day("created_at"))
    search_fields = ("kind", "requested_by")
    ordering = ("-created_at", "-id")
    fields = (
        "kind",
        "state_now",
        "progress",
        "asked_for",
        "requested_by",
        "created_at",
        "started_at",
        "finished_at",
        "took",
        "attempts",
        "max_attempts",
        "error",
        "log_lines",
    )
    actions = ("cancel", "retry")

    class Media:
        js = ("console/jobs.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return Job.objects.visible_to(self.audience(request))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if self.audience(request).within(services.KEEPS_JOBS) else {}

    @admin.action(description="Take the selected jobs back")
    def cancel(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        self._each(request, jobs, services.cancel, "Taken back")

    @admin.action(description="Try the selected jobs again")
    def retry(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        if self._each(request, jobs, services.retry, "Queued again"):
            ring()

    def _each(self, request: HttpRequest, jobs: QuerySet[Job], act: Any, done: str) -> int:
        """Do it to each job by itself: one that refuses does not hold up the others."""
        count = 0
        for job_id in list(jobs.values_list("pk", flat=True)):
            try:
                act(self.audience(request), job_id)
                count += 1
            except Refusal as refusal:
                messages.warning(request, f"{_short(job_id)}: {refusal.detail}")
        if count:
            messages.success(request, f"{done}: {count} job{'' if count == 1 else 's'}.")
        return count

    @admin.display(description="state", ordering="state")
    def state_now(self, job: Job) -> str:
        return format_html(
            '<span class="console-state" data-job="{}" data-state="{}">{}</span>',
            reverse("jobs-detail", args=[job.pk]),
            job.state,
            job.get_state_display(),
        )

    @admin.display(description="progress")
    def progress(self, job: Job) -> str:
        if job.state == "done":
            done, total = 1, 1
        else:
            done, total = job.progress_done, job.progress_total
        return format_html(
            '<span class="console-progress"><progress{}></progress> <span>{}</span></span>',
            format_html(' value="{}" max="{}"', done, total) if total or job.state != "running" else "",
            job.error or job.progress_text,
        )

    @admin.display(description="asked for")
    def asked_for(self, job: Job) -> str:
        return ", ".join(f"{name} {value}" for name, value in sorted(job.arguments.items()))

    @admin.display(description="took")
    def took(self, job: Job) -> str:
        if not (job.started_at and job.finished_at):
            return "–"
        return f"{(job.finished_at - job.started_at).total_seconds():.1f} s"

    @admin.display(description="log")
    def log_lines(self, job: Job) -> str:
        latest = list(job.log.order_by("-id")[:LATEST_LINES])
        if not latest:
            return "It has written nothing yet."
        lines = ((f"{line.at:%H:%M:%S}", line.text) for line in reversed(latest))
        return format_html('<ul class="console-log">{}</ul>', format_html_join("", "<li><time>{}</time>{}</li>", lines))


def _short(job_id: uuid.UUID) -> str:
    return str(job_id)[:8]
